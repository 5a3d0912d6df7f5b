import { Command } from "commander";
import type { VerdictChange } from "../commands/regrade.ts";
import { type JudgingFlags, withJudgingFlags } from "./options.ts";
import { formatTable, share } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags extends JudgingFlags {
  against?: string;
  save?: true;
  predictions?: string;
  repos?: string;
  cache?: string;
  json?: true;
}

export function regradeCommand(): Command {
  const command = new Command("regrade")
    .description("grade again with this version and list the verdicts that changed, and why")
    .argument("<run|dataset|rows>", "what was graded; as for grade")
    .option("--against <file>", "what an earlier grade --json printed; a run's own verdicts when left out")
    .option("--save", "for a run: keep the new verdicts, which status, report and export then take")
    .option("--predictions <file|folder>", "as for grade")
    .option("--repos <folder>", "as for grade")
    .option("--cache <folder>", "where imported repositories are kept")
    .option("--json", "print one changed verdict per line");
  return withJudgingFlags(command)
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym regrade run1 --save\n  $ hybrid-gym regrade rows.jsonl --predictions preds --repos ~/src --against verdicts.jsonl",
    )
    .action((subject: string, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { regrade } = await import("../commands/regrade.ts");
        const { repos: repositories, json: _json, ...rest } = flags;
        const result = await regrade({
          subject,
          ...rest,
          ...(repositories === undefined ? {} : { repositories }),
        });
        for (const change of result.changes) {
          if (ui.json) ui.row(change);
          else ui.print(describe(change));
        }
        const { changes, graded, unmatched } = result;
        const extra = unmatched === 0 ? "" : `; ${unmatched} had no earlier verdict`;
        const summary = `changed ${share(changes.length, graded)} graded${extra}`;
        if (ui.json) ui.log.info(summary);
        else ui.print(summary);
      }),
    );
}

function describe({ attempt_id, instance_id, before, after, why }: VerdictChange): string {
  const side = ({ outcome, reasons, grader_version }: VerdictChange["before"]) =>
    `${outcome}${reasons.length === 0 ? "" : ` (${reasons.join(", ")})`}, grader ${grader_version ?? "unknown"}`;
  const rows = [
    ["  before", side(before)],
    ["  after", side(after)],
    ...why.slice(0, 5).map((line): [string, string] => ["  why", line]),
  ];
  return `${attempt_id ?? instance_id}\n${formatTable(rows)}\n`;
}
