import { z } from "zod";
import { usageSchema } from "./trajectory.ts";
import { verdictSchema } from "./verdict.ts";

/**
 * One try at one instance, from start state to verdict. An attempt lives in a folder of its run:
 * `steps.jsonl` (the trajectory, durable step by step), `patch.diff` (what the agent changed), `attempt.json` (this record).
 */
export const ATTEMPT_FORMAT = 2;

export const attemptSchema = z.strictObject({
  schema_version: z.literal(ATTEMPT_FORMAT),
  /** `<target>.<try>`, such as `func-localize-nltk-1a2b3c.1.1`. */
  id: z.string(),
  /** The target that this try is for: `<instance id>.<number from 1>`. */
  target: z.string(),
  instance: z.string(),
  /** Of the run's configuration. */
  solver: z.string(),
  agent: z.string(),
  agent_version: z.string(),
  model: z.string().optional(),
  /** The sandbox's isolation level, as started. */
  isolation: z.string(),
  started_at: z.iso.datetime(),
  seconds: z.number().nonnegative(),
  /** How the agent ended: an `AgentEndReason` or `fault`. */
  end: z.string(),
  steps: z.int().nonnegative(),
  usage: usageSchema,
  /** US dollars by the run's prices, where they are known. */
  dollars: z.number().nonnegative().optional(),
  patch_bytes: z.int().nonnegative(),
  grader_version: z.int(),
  verdict: verdictSchema,
});
export type Attempt = z.infer<typeof attemptSchema>;
