import type { Json } from "../../base/json.ts";
import { solved, type Verdict } from "../../verdict.ts";
import type { Reason } from "../reasons.ts";
import { type DriverReport, outcomesOf } from "./driver-lines.ts";
import { sameOutcome } from "./encoding.ts";
import { type Candidate, refused } from "./oracle.ts";

/** What the answer made of the inputs, held against what the original made of them: here, where the answer has no say. */
export function judgeReplay(
  candidate: Candidate,
  report: DriverReport,
  expected: readonly Json[],
  facts: Readonly<Record<string, Json>>,
): Verdict {
  const outcomes = outcomesOf(report);
  const found = expected.map((one, call) => ({ call, reason: objectionTo(outcomes.get(call), one, report) }));
  const wrong = found.filter(({ reason }) => reason !== undefined);
  const right = expected.length - wrong.length;
  const counted = {
    ...facts,
    calls: expected.length,
    calls_right: right,
    share_right: round(right / expected.length),
  };
  if (wrong.length === 0) return solved({ ...candidate.facts, ...counted });
  const whole = wholeReasons(report);
  const reasons = new Set<Reason>([...whole, ...wrong.flatMap(({ reason }) => reason ?? [])]);
  const evidence = wrong.map(({ call, reason }) => `${reason}: call ${call}: ${summary(outcomes.get(call))}`);
  const detail = report.end?.["detail"];
  if (whole.length > 0)
    evidence.unshift(`${whole.join(", ")}: ${typeof detail === "string" ? detail : "the whole run"}`);
  return refused(candidate, [...reasons], counted, evidence);
}

function objectionTo(outcome: Json | undefined, expected: Json, report: DriverReport): Reason | undefined {
  if (sameOutcome(expected, outcome)) return undefined;
  const kind = Array.isArray(outcome) ? outcome[0] : undefined;
  if (kind === "overtime") return "ran-out-of-time";
  if (outcome !== undefined && kind !== "ended") return "wrong-result";
  return report.end?.["end"] === "import-failed" ? "import-failed" : "call-unanswered";
}

/** What befell the whole run. */
export function wholeReasons({ timedOut, flooded, end }: DriverReport): Reason[] {
  return [
    ...(timedOut ? (["ran-out-of-time"] as const) : []),
    ...(flooded ? (["output-flood"] as const) : []),
    ...(end?.["end"] === "import-failed" ? (["import-failed"] as const) : []),
  ];
}

function summary(outcome: Json | undefined): string {
  return outcome === undefined ? "no answer" : JSON.stringify(outcome);
}

function round(share: number): number {
  return Math.round(share * 1000) / 1000;
}
