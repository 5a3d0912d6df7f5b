import type { Json } from "../../base/json.ts";
import type { Verdict } from "../../verdict.ts";
import type { DriverReport } from "./driver-lines.ts";
import { type Candidate, refused } from "./oracle.ts";

/** What the gate says against an answer that would run beside what judges it. */
export function gateObjection(
  { end }: DriverReport,
  candidate: Candidate,
  facts: Readonly<Record<string, Json>>,
): Verdict | undefined {
  if (end === undefined) return refused(candidate, ["import-failed"], facts, ["the file cannot be parsed"]);
  const found = Array.isArray(end["found"]) ? end["found"].map(String) : [];
  if (found.length === 0) return undefined;
  return refused(candidate, ["answer-reaches-out"], facts, [`answer-reaches-out: ${found.join(", ")}`]);
}
