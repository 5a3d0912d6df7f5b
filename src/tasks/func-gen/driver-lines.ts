import type { Json } from "../../base/json.ts";
import type { PlanResult } from "../../plan.ts";

/** What the driver printed in one command. The code under test may have printed too: everything here is a claim. */
export interface DriverReport {
  readonly lines: readonly DriverLine[];
  /** The last line that says how it ended. */
  readonly end: DriverLine | undefined;
  readonly timedOut: boolean;
  readonly flooded: boolean;
}

export type DriverLine = Readonly<Record<string, Json>>;

export function readReport(results: readonly PlanResult[], name: string): DriverReport {
  const result = results.find((one) => one.name === name)?.result;
  if (result === undefined) return { lines: [], end: undefined, timedOut: true, flooded: false };
  const lines = Buffer.from(result.stdout)
    .toString()
    .split("\n")
    .flatMap((line) => parseLine(line));
  return {
    lines,
    end: lines.findLast((line) => typeof line["end"] === "string"),
    timedOut: result.timedOut,
    flooded: result.droppedBytes > 0,
  };
}

/** A run came to this end, as it does with the original; only the driver can show it. */
export function isThrough({ end, timedOut, flooded }: DriverReport, token: string, as: string): boolean {
  return !timedOut && !flooded && end?.["end"] === as && end["token"] === token;
}

function parseLine(line: string): DriverLine[] {
  if (!line.startsWith("{")) return [];
  try {
    // An object, as its first character says.
    return [JSON.parse(line) as DriverLine];
  } catch {
    return [];
  }
}

/** What was said of each call, by its number. Whoever answers twice has not answered. */
export function outcomesOf({ lines }: DriverReport): ReadonlyMap<number, Json> {
  const outcomes = new Map<number, Json>();
  const twice = new Set<number>();
  for (const { call, outcome } of lines) {
    if (typeof call !== "number" || outcome === undefined) continue;
    if (outcomes.has(call)) twice.add(call);
    outcomes.set(call, outcome);
  }
  for (const call of twice) outcomes.delete(call);
  return outcomes;
}
