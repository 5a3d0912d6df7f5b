import { Command } from "commander";
import type { Grade } from "../commands/grade.ts";
import { type JudgingFlags, withJudgingFlags } from "./options.ts";
import { formatTable, share } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags extends JudgingFlags {
  predictions?: string;
  repos?: string;
  cache?: string;
  json?: true;
}

export function gradeCommand(): Command {
  const command = new Command("grade")
    .description("grade a run again, or predictions against a dataset or published rows")
    .argument("<run|dataset|rows>", "a run folder; a dataset folder or a file of rows with --predictions")
    .option(
      "--predictions <file|folder>",
      "JSONL rows {instance_id, model_patch}, or a folder of <instance_id>.diff files",
    )
    .option("--repos <folder>", "for rows: where their repositories are, as owner/name, owner__name or name")
    .option("--cache <folder>", "where imported repositories are kept")
    .option("--json", "print one verdict per line");
  return withJudgingFlags(command)
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym grade run1 --json\n  $ hybrid-gym grade data --predictions preds.jsonl\n  $ hybrid-gym grade rows.jsonl --predictions preds --repos ~/src --json",
    )
    .action((subject: string, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { grade } = await import("../commands/grade.ts");
        const grades: Grade[] = [];
        const { predictions, repos: repositories, cache, isolation, allowUnsafe, environments } = flags;
        for await (const result of grade({
          subject,
          isolation,
          allowUnsafe,
          environments,
          ...(predictions === undefined ? {} : { predictions }),
          ...(repositories === undefined ? {} : { repositories }),
          ...(cache === undefined ? {} : { cache }),
        })) {
          if (ui.json) ui.row(result);
          grades.push(result);
        }
        const missing = grades.filter((result) => result.outcome === "no-verdict").length;
        if (ui.json) return missing === 0 ? 0 : 1;
        const rows = grades.map((result) => [
          result.attempt_id ?? result.instance_id,
          result.outcome,
          result.cause === undefined
            ? result.reasons.join(", ")
            : `${result.cause}: ${String(result.facts["detail"] ?? "")}`,
        ]);
        const solved = grades.filter((result) => result.resolved === true).length;
        const graded = grades.length - missing;
        const coverage = missing === 0 ? "" : `; graded ${share(graded, grades.length)} predictions`;
        ui.print(`${formatTable(rows)}\n\nsolved ${share(solved, graded)} graded${coverage}`);
        return missing === 0 ? 0 : 1;
      }),
    );
}
