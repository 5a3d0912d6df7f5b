import { Command } from "commander";
import path from "node:path";
import { attemptFolder } from "../stores/local/layout.ts";
import { formatTable } from "./table.ts";
import { runAction } from "./ui.ts";

export function attemptsCommand(): Command {
  return new Command("attempts")
    .description("list a run's finished attempts with where their files lie")
    .argument("<run>", "a run folder")
    .option("--json", "print one JSON object per attempt")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym attempts run1 --json | jq -r 'select(.verdict.resolved) | .path'",
    )
    .action((folder: string, flags: { json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { finishedAttempts, openRun } = await import("../runs/open.ts");
        const run = await openRun(folder);
        const attempts = [...(await finishedAttempts(run)).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
        if (ui.json) {
          for (const attempt of attempts)
            ui.row({ ...attempt, path: path.resolve(attemptFolder(folder, attempt.id)) });
          return;
        }
        const rows = attempts.map((attempt): (string | number)[] => [
          attempt.id,
          attempt.verdict.outcome,
          attempt.steps,
          attempt.verdict.cause ?? attempt.verdict.reasons.join(", "),
        ]);
        ui.print(formatTable([["attempt", "outcome", "steps", "reasons"], ...rows]));
      }),
    );
}
