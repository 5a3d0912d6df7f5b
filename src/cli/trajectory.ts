import { Command } from "commander";
import type { TrajectoryCheck } from "../commands/trajectory.ts";
import { printable } from "../trajectories/printable.ts";
import { runAction } from "./ui.ts";

/** Characters of one text; enough to follow what happened, and a step stays on a screen. */
const LONGEST = 400;

export function trajectoryCommand(): Command {
  return new Command("trajectory")
    .description("read a trajectory, or check records against their formats and each other")
    .addCommand(showCommand())
    .addCommand(checkCommand());
}

function showCommand(): Command {
  return new Command("show")
    .description("one trajectory, step by step")
    .argument("<path>", "an attempt's folder, steps.jsonl, or an ATIF document")
    .option("--full", "all of every text")
    .option("--json", "print it as ATIF, one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym trajectory show run1/attempts/func-localize-nltk-0123456789ab.1.1",
    )
    .action((place: string, flags: { full?: true; json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { showTrajectory } = await import("../commands/trajectory.ts");
        const { renderTrajectory } = await import("../trajectories/render.ts");
        const trajectory = await showTrajectory(place);
        if (ui.json) ui.row(trajectory);
        else ui.print(renderTrajectory(trajectory, flags.full === true ? {} : { longest: LONGEST }));
      }),
    );
}

function checkCommand(): Command {
  return new Command("check")
    .description(
      "structure, pairs of calls and results, times, branches, and each turn against the exchange in which it came",
    )
    .argument("<paths...>", "attempts' folders, steps.jsonl, ATIF documents, exchanges.jsonl.gz")
    .option("--json", "print each finding as a JSON object, then the counts")
    .addHelpText("after", "\nExample:\n  $ hybrid-gym trajectory check run1/attempts/*")
    .action((places: string[], flags: { json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { checkTrajectories } = await import("../commands/trajectory.ts");
        const check = await checkTrajectories(places);
        const { findings, ...counts } = check;
        if (ui.json) {
          for (const finding of findings) ui.row(finding);
          ui.row({ ...counts, findings: findings.length });
        } else ui.print(describe(check));
        return findings.length === 0 ? 0 : 1;
      }),
    );
}

function describe({ findings, files, interrupted, unchecked }: TrajectoryCheck): string {
  const lines = findings.map(
    ({ file, line, code, message }) => `${file}${line === 0 ? "" : `:${line}`}: ${code}: ${message}`,
  );
  const cut = interrupted === 0 ? "" : `, ${interrupted} of them cut off`;
  const others =
    unchecked === 0 ? "" : `, ${unchecked} of them ATIF of another version and not held against it`;
  return printable(
    [...lines, `${files} files checked${cut}${others}, ${findings.length} findings`].join("\n"),
  );
}
