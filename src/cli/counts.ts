import type { RunCounts } from "../stores/counts.ts";
import { countRows, formatTable, share } from "./table.ts";

/** The counts as a person reads them; the rate comes with its denominator and its coverage. */
export function describeCounts(counts: RunCounts): string {
  const graded = counts.solved + counts.unsolved;
  const rows: [string, number][] = [
    ["targets", counts.targets],
    ["solved", counts.solved],
    ["unsolved", counts.unsolved],
    ...named("no verdict", counts.no_verdict),
    ...named("skipped", counts.skipped),
    ["running", counts.running],
    ["owed", counts.owed],
  ];
  return `${formatTable(rows)}\n\nsolved ${share(counts.solved, graded)} graded; graded ${share(graded, counts.targets)} targets`;
}

function named(kind: string, counts: Readonly<Record<string, number>>): [string, number][] {
  return countRows(counts).map(([name, count]) => [`${kind}: ${name}`, count]);
}
