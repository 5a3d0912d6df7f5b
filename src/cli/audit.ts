import { Command } from "commander";
import { defined } from "../base/defined.ts";
import { writeFileDurably } from "../base/files.ts";
import type { Audit } from "../commands/audit.ts";
import { printable } from "../trajectories/printable.ts";
import { markdownTable } from "./markdown-table.ts";
import { positiveInteger } from "./options.ts";
import { formatTable, share } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags {
  context?: number;
  out?: string;
  json?: true;
}

export function auditCommand(): Command {
  return new Command("audit")
    .description("what is wrong with data to train on: anyone's files, runs or training sets")
    .argument("<from...>", "runs, training sets, files that others recorded, and folders of such files")
    .option("--context <tokens>", "what the student's context holds; 32768 when left out", positiveInteger)
    .option("--out <file>", "write it as Markdown to a file, with examples")
    .option("--json", "print one JSON object per finding, then one of the whole")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym audit output.jsonl trajectories/\n  $ hybrid-gym audit sft.jsonl --json | jq -r 'select(.severity == \"error\") | .id'",
    )
    .action((from: string[], flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { audit } = await import("../commands/audit.ts");
        const { context, out } = flags;
        const request = { from, signal: ui.signal, ...defined({ context }) };
        const result = await audit(request, (finding) => ui.json && ui.row(finding));
        if (ui.json)
          ui.row({
            ...result,
            checks: result.checks.map(({ check, severity, samples }) => ({ check, severity, samples })),
          });
        else ui.print(printable(render(result)));
        if (out !== undefined) await writeFileDurably(out, `${printable(renderPage(result))}\n`);
        return result.checks.some(({ severity }) => severity === "error") ? 1 : 0;
      }),
    );
}

function render({ checks, ...rest }: Audit): string {
  const rows = checks.map(({ severity, check, samples, examples }) => [
    severity,
    check,
    share(samples, rest.read),
    examples[0]?.evidence.slice(0, 70) ?? "",
  ]);
  const found =
    rows.length === 0
      ? "nothing found"
      : formatTable([["", "found", "of what was read", "such as"], ...rows]);
  return `${formatTable(figures(rest))}\n\n${found}`;
}

function figures({ read, whole }: Omit<Audit, "checks">): [string, string | number][] {
  return [
    ["read", read],
    ["samples", whole.samples],
    ["instances", whole.instances],
    ["repositories", whole.repositories],
    ["  spread as of equal share", whole.effective_repositories?.toFixed(1) ?? "unknown"],
    ["kinds of first words", whole.templates],
    ["  samples with the commonest", share(whole.commonest_template, whole.samples)],
    [
      "text that the model wrote",
      whole.trained_share === null ? "none" : `${Math.round(whole.trained_share * 100)} %`,
    ],
  ];
}

function renderPage({ checks, ...rest }: Audit): string {
  const summary = checks.map(({ severity, check, samples, meaning }) => [
    severity,
    check,
    share(samples, rest.read),
    meaning,
  ]);
  const sections = checks.map(({ check, meaning, examples }) =>
    [
      `## ${check}`,
      `${meaning}.`,
      markdownTable(
        ["sample", "what was found"],
        examples.map(({ id, evidence }) => [id, evidence]),
      ),
    ].join("\n\n"),
  );
  return [
    "# Audit",
    markdownTable(["", ""], figures(rest)),
    markdownTable(["", "found", "of what was read", "meaning"], summary),
    ...sections,
  ].join("\n\n");
}
