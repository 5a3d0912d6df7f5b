import { Command } from "commander";
import path from "node:path";
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
        const { eachFinishedAttempt, openRun } = await import("../runs/open.ts");
        const run = await openRun(folder);
        const ended = [...run.state.targets.values()].flatMap(({ target, last }) =>
          last === undefined ? [] : [{ target: target.id, attempt: last.attempt }],
        );
        const targets = ended.sort((a, b) => (a.attempt < b.attempt ? -1 : 1)).map(({ target }) => target);
        const rows: (string | number)[][] = [];
        for await (const attempt of eachFinishedAttempt(run, targets)) {
          if (ui.json) {
            const files = await run.files(attempt.id);
            const place =
              files === undefined ? { path: null } : { path: path.resolve(files.path), ...files.part };
            ui.row({ ...attempt, ...place });
            continue;
          }
          const { id, verdict, steps } = attempt;
          rows.push([id, verdict.outcome, steps, verdict.cause ?? verdict.reasons.join(", ")]);
        }
        if (ui.json) return;
        ui.print(formatTable([["attempt", "outcome", "steps", "reasons"], ...rows]));
      }),
    );
}
