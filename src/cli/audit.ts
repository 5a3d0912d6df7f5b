import { Command, InvalidArgumentError } from "commander";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { writeFileDurably } from "../base/files.ts";
import type { Audit } from "../audits/result.ts";
import { printable } from "../trajectories/printable.ts";
import { auditFigures, auditMarkdown, renderAudit } from "./audit-view.ts";
import { type JudgingFlags, positiveInteger, withIsolatedJudgingFlags } from "./options.ts";
import { runAction } from "./ui.ts";

interface Flags extends Omit<JudgingFlags, "allowUnsafe"> {
  context?: number;
  tokenizer?: string;
  template?: string;
  dataset?: string;
  out?: string;
  json?: true;
}

export function auditCommand(): Command {
  const command = new Command("audit")
    .description("what is wrong with data to train on: anyone's files, runs or training sets")
    .argument("<from...>", "runs, training sets, files that others recorded, and folders of such files")
    .option("--context <tokens>", "what the student's context holds; 32768 when left out", positiveInteger)
    .option("--tokenizer <folder>", "of the model to train: measure lengths and what is trained by it")
    .option("--template <file>", "with --tokenizer: the chat template, where it is not the model's own")
    .option("--dataset <folder>", "judge the diffs of its instances again, and say whose claim differs");
  return withIsolatedJudgingFlags(command)
    .option("--out <file>", "write a page with examples: .html, or .md for Markdown", page)
    .option("--json", "print one JSON object per finding, then one of the whole")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym audit output.jsonl trajectories/ --out audit.html\n  $ hybrid-gym audit sft.jsonl --tokenizer Qwen3-8B --context 32768\n  $ hybrid-gym audit theirs.jsonl --dataset data\n  $ hybrid-gym audit sft.jsonl --json | jq -r 'select(.severity == \"error\") | .id'",
    )
    .action((from: string[], flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        requireTogether(flags);
        const { audit } = await import("../commands/audit.ts");
        const request = { from, signal: ui.signal, ...requestOf(flags) };
        const result = await audit(request, (finding) => ui.json && ui.row(finding));
        if (ui.json) ui.row(summaryOf(result));
        else ui.print(printable(renderAudit(result)));
        if (flags.out !== undefined) await writeFileDurably(flags.out, await pageOf(result, flags.out));
        return result.checks.some(({ severity }) => severity === "error") ? 1 : 0;
      }),
    );
}

function page(file: string): string {
  if (/\.(?:html?|md|markdown)$/i.test(file)) return file;
  throw new InvalidArgumentError("It takes a name that ends in .html or .md.");
}

function requireTogether({ tokenizer, template, dataset, isolation, environments }: Flags): void {
  const lacks = (flag: string, wanted: string) =>
    new InputError({
      code: "usage",
      message: `${flag} says nothing without ${wanted}`,
      hint: `Add ${wanted}, or leave ${flag} out.`,
    });
  if (template !== undefined && tokenizer === undefined) throw lacks("--template", "--tokenizer");
  if (dataset !== undefined) return;
  if (isolation !== undefined) throw lacks("--isolation", "--dataset");
  if (environments !== undefined) throw lacks("--environments", "--dataset");
}

function requestOf({ context, tokenizer, template, dataset, isolation, environments }: Flags) {
  const reader = tokenizer === undefined ? undefined : { tokenizer, ...defined({ template }) };
  const judge = dataset === undefined ? undefined : { dataset, isolation, environments };
  return defined({ context, reader, judge });
}

/** Without examples and meanings, which the findings had. */
function summaryOf({ checks, ...rest }: Audit): object {
  return {
    ...rest,
    checks: checks.map(({ check, severity, samples, repositories }) => ({
      check,
      severity,
      samples,
      repositories,
    })),
  };
}

async function pageOf(result: Audit, file: string): Promise<string> {
  if (!/\.html?$/i.test(file)) return `${printable(auditMarkdown(result))}\n`;
  const { auditPage } = await import("../audits/page.ts");
  return auditPage(result, auditFigures(result));
}
