import { z } from "zod";
import { jsonSchema } from "./base/json.ts";

/**
 * What grading says of one attempt. `solved` and `unsolved` are judgements of the agent's work;
 * `no-verdict` means that something outside the attempt failed, named by `cause`, and counts neither way.
 */
export const verdictSchema = z.strictObject({
  outcome: z.enum(["solved", "unsolved", "no-verdict"]),
  /** The yes or no; null when there is no verdict. */
  resolved: z.boolean().nullable(),
  /** 0 to 1; equals `resolved` unless partial credit was asked for. */
  reward: z.number().min(0).max(1).nullable(),
  /** Reason codes, each documented in docs/reason-codes.md; empty when solved. */
  reasons: z.array(z.string()),
  facts: z.record(z.string(), jsonSchema),
  /** The boundary that failed, with `no-verdict` only. */
  cause: z.string().optional(),
});
export type Verdict = z.infer<typeof verdictSchema>;

export function solved(facts: Verdict["facts"]): Verdict {
  return { outcome: "solved", resolved: true, reward: 1, reasons: [], facts };
}

export function unsolved(reasons: readonly string[], facts: Verdict["facts"] = {}): Verdict {
  if (reasons.length === 0) throw new RangeError("an unsolved verdict needs a reason");
  return { outcome: "unsolved", resolved: false, reward: 0, reasons: [...new Set(reasons)].sort(), facts };
}

export function noVerdict(cause: string, facts: Verdict["facts"] = {}): Verdict {
  return { outcome: "no-verdict", resolved: null, reward: null, reasons: [], facts, cause };
}
