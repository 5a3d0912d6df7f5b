import { Command } from "commander";
import type { RunCounts } from "../stores/counts.ts";
import { countRows, formatTable, share } from "./table.ts";
import { runAction } from "./ui.ts";

export function statusCommand(): Command {
  return new Command("status")
    .description("how far a run is and what came out")
    .argument("<run>", "a run folder")
    .option("--json", "print the counts as one JSON object")
    .addHelpText("after", "\nExample:\n  $ hybrid-gym status run1 --json")
    .action((folder: string, flags: { json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { openRun } = await import("../runs/open.ts");
        const run = await openRun(folder);
        if (ui.json) return ui.row(run.counts);
        const { solvers, isolation } = run.manifest.config;
        const who = solvers.map(
          ({ agent, model }) => agent + (model === undefined ? "" : ` with ${model.name}`),
        );
        const warning = isolation === "process" ? " (no isolation)" : "";
        ui.print(
          `agent ${who.join(", ")}, isolation ${isolation}${warning}\n\n${describeCounts(run.counts)}`,
        );
      }),
    );
}

/** The counts as a person reads them; the rate comes with its denominator and its coverage. */
export function describeCounts(counts: RunCounts): string {
  const graded = counts.solved + counts.unsolved;
  const rows: [string, number][] = [
    ["targets", counts.targets],
    ["solved", counts.solved],
    ["unsolved", counts.unsolved],
    ...countRows(counts.no_verdict).map(([cause, count]): [string, number] => [
      `no verdict: ${cause}`,
      count,
    ]),
    ["running", counts.running],
    ["owed", counts.owed],
  ];
  return `${formatTable(rows)}\n\nsolved ${share(counts.solved, graded)} graded; graded ${share(graded, counts.targets)} targets`;
}
