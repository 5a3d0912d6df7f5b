import type { Unfit } from "../checks/finding.ts";
import type { Bench } from "./bench.ts";
import { findCalls } from "./experiments.ts";
import type { Ground, Subject } from "./subject.ts";
import { findTests } from "./tests-experiments.ts";

/** Of calls: there are too few that can be written down, that come out the same again, or that would tell a faulty answer. */
const NO_CALLS = new Set([
  "never-called",
  "too-few-calls",
  "one-outcome",
  "all-calls-readable",
  "calls-too-weak",
]);

/**
 * Calls, which an answer cannot tell from any others; where none will do, tests that are known to enter the function: they may look at what
 * it did to what it was given, which an outcome does not show.
 */
export async function findGround(subject: Subject, bench: Bench): Promise<Ground | Unfit> {
  const calls = await findCalls(subject, bench);
  if (!("fit" in calls) || !NO_CALLS.has(calls.reason)) return calls;
  const { environment } = bench;
  if (environment === undefined || subject.nodes.length === 0) return calls;
  return findTests(subject, { ...bench, environment });
}
