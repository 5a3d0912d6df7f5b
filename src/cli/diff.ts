import { Command } from "commander";
import type { ChangeCounts, SetDiff } from "../training-sets/diff.ts";
import { printable } from "../trajectories/printable.ts";
import { countRows, formatTable } from "./table.ts";
import { runAction } from "./ui.ts";

export function diffCommand(): Command {
  return new Command("diff")
    .description("what a training set has, lacks and has otherwise than another one")
    .argument("<before>", "a training set")
    .argument("<after>", "another one")
    .option("--json", "print each sample that differs as a JSON object, then the counts")
    .addHelpText("after", "\nExample:\n  $ hybrid-gym diff sft1 sft2")
    .action((before: string, after: string, flags: { json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { openTrainingSet } = await import("../training-sets/open.ts");
        const { diffSets } = await import("../training-sets/diff.ts");
        const diff = await diffSets(await openTrainingSet(before), await openTrainingSet(after));
        const { samples, ...counts } = diff;
        if (!ui.json) return ui.print(printable(describe(diff)));
        for (const sample of samples) ui.row(sample);
        ui.row(counts);
      }),
    );
}

function describe({ same, added, removed, changed }: SetDiff): string {
  const totals: [string, number][] = [
    ["same", same],
    ["added", added.samples],
    ["removed", removed.samples],
    ["changed", changed.samples],
  ];
  const blocks = [
    describeCounts("added", added, {}),
    describeCounts("removed", removed, {}),
    describeCounts("changed", changed, changed.fields),
  ];
  return [formatTable(totals), ...blocks.filter((block) => block !== "")].join("\n\n");
}

function describeCounts(
  change: string,
  { samples, tasks, repositories, outcomes }: ChangeCounts,
  fields: Record<string, number>,
): string {
  if (samples === 0) return "";
  const named = (what: string, counts: Record<string, number>) =>
    countRows(counts).map(([name, count]): [string, number] => [`${what}: ${name}`, count]);
  const rows = [
    ...named("field", fields),
    ...named("task", tasks),
    ...named("repository", repositories),
    ...named("outcome", outcomes),
  ];
  return `${change}\n${formatTable(rows, "  ")}`;
}
