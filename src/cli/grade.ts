import { Command } from "commander";
import type { Grade } from "../commands/grade.ts";
import { formatTable, share } from "./table.ts";
import { runAction } from "./ui.ts";

export function gradeCommand(): Command {
  return new Command("grade")
    .description("grade a run again, or predictions against a dataset")
    .argument("<run|dataset>", "a run folder, or a dataset folder with --predictions")
    .option(
      "--predictions <file|folder>",
      "JSONL rows {instance_id, model_patch}, or a folder of <instance_id>.diff files",
    )
    .option("--json", "print one verdict per line")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym grade run1 --json\n  $ hybrid-gym grade data --predictions preds.jsonl",
    )
    .action((subject: string, flags: { predictions?: string; json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { grade } = await import("../commands/grade.ts");
        const grades: Grade[] = [];
        const { predictions } = flags;
        for await (const result of grade({
          subject,
          ...(predictions === undefined ? {} : { predictions }),
        })) {
          if (ui.json) ui.row(result);
          grades.push(result);
        }
        if (ui.json) return 0;
        const rows = grades.map((result) => [
          result.attempt_id ?? result.instance_id,
          result.outcome,
          result.reasons.join(", "),
        ]);
        const solved = grades.filter((result) => result.resolved === true).length;
        ui.print(`${formatTable(rows)}\n\nsolved ${share(solved, grades.length)} graded`);
        return 0;
      }),
    );
}
