import { z } from "zod";
import { jsonSchema } from "../../../base/json.ts";

/** Names of files in a task's `tests/`, which is shown to nobody before the agent has ended. */
export const TASK_FILE = "task.json";
export const START_ARCHIVE = "start.tar";

/** Names of files in `/logs/verifier/`. */
export const REWARD_JSON = "reward.json";
export const REWARD_TEXT = "reward.txt";
/** The verdict with its reasons and facts; where there is none, what failed. */
export const VERDICT_FILE = "verdict.json";

/** `tests/task.json`: what the verifier judges by. */
export const verifierTaskSchema = z.strictObject({
  schema_version: z.literal(1),
  id: z.string(),
  /** The family. */
  task: z.string(),
  grader_version: z.int(),
  /** Git's id of the tree in `start.tar`. */
  start_tree: z.string(),
  instruction: z.string(),
  answer: jsonSchema,
});
export type VerifierTask = z.infer<typeof verifierTaskSchema>;
