import type { Random } from "../../src/base/random.ts";
import { runCase, type CaseResult, type Undisturbed } from "./case.ts";
import type { Ground } from "./ground.ts";
import type { Disturbance, PlannedFault } from "./plan.ts";

export interface Planned {
  readonly undisturbed: Undisturbed;
  readonly fault: PlannedFault;
}

/** Every fault that can be had at every point of a scenario, each at one of the times that the point is passed. */
export function planFaults(undisturbed: Undisturbed, random: Random): Planned[] {
  return Object.entries(undisturbed.points).flatMap(([point, hits]) =>
    disturbancesOf(point).map((disturbance) => ({
      undisturbed,
      fault: { point, hit: 1 + random.scope(`${point} ${disturbance}`).integer(hits), disturbance },
    })),
  );
}

const WRITES = /^(handle\.)?(appendFile|write|writev|writeFile)(Sync)?$/;
const FLUSHES = /^handle\.(data)?sync$|^f(data)?syncSync$/;
const STARTS = /^(spawn|fork|execFile)(Sync)?$/;
const REMOVES = /^(rm|rmdir|unlink|truncate|chmod)(Sync)?$/;

function disturbancesOf(point: string): readonly Disturbance[] {
  const call = point.slice(0, point.indexOf("@"));
  if (STARTS.test(call)) return ["before", "after"];
  if (FLUSHES.test(call) || REMOVES.test(call)) return ["before", "after", "EIO"];
  // By its descriptor alone nothing can be written in part here.
  if (WRITES.test(call) && call !== "writeSync") return ["before", "half", "after", "ENOSPC", "EIO"];
  return ["before", "after", "ENOSPC"];
}

/** Runs cases, two at a time. */
export async function runCases(
  ground: Ground,
  planned: readonly Planned[],
  onResult: (result: CaseResult) => void,
): Promise<void> {
  const queue = [...planned];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      onResult(await runCase(ground, next.undisturbed, next.fault));
  };
  await Promise.all([work(), work()]);
}

/** For people: the fault, then each promise that it broke. */
export function describeResult({ scenario, fault, violations }: CaseResult): string {
  const lines = violations.map(
    ({ promise, detail }) => `\n  ${promise}: ${detail.trim().replaceAll("\n", "\n    ")}`,
  );
  return `${scenario}: ${fault.disturbance} call ${fault.hit} of ${fault.point}${lines.join("")}`;
}
