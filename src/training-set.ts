import { z } from "zod";
import { jsonSchema } from "./base/json.ts";
import type { Sample } from "./sample.ts";

/**
 * Samples to learn from, as one immutable folder: `samples.jsonl.zst` (a sample per line) and `manifest.json`, which says
 * out of what and by which rules they were taken. Named by its content, never overwritten. Implementation in `training-sets/`.
 */
export const TRAINING_SET_FORMAT = 1;

const parentSchema = z.strictObject({
  kind: z.enum(["run", "dataset", "file", "training-set"]),
  /** Of a set its id; else SHA-256 of `run.json`, of the dataset's `manifest.json`, of the file. */
  id: z.string(),
  /** Without its folder. */
  name: z.string(),
});
export type SetParent = z.infer<typeof parentSchema>;

const counts = z.record(z.string(), z.int().nonnegative());

const ruleSchema = z.strictObject({
  /** As it was asked for, such as `where turns <= 40`. */
  rule: z.string(),
  left_out: z.int().nonnegative(),
});
export type RuleCount = z.infer<typeof ruleSchema>;

export const setOperationSchema = z.strictObject({
  /** The command: `import`, `select`… */
  name: z.string(),
  options: z.record(z.string(), jsonSchema),
  /** In the order in which they were applied. */
  rules: z.array(ruleSchema),
  /** What else the operation found out, by its own names. */
  details: z.record(z.string(), jsonSchema),
});

/** `considered = written + Σ refused`. */
export const setCountsSchema = z.strictObject({
  considered: z.int(),
  written: z.int(),
  refused: counts,
  /** Of those written: `solved`, `unsolved`, `claimed`, `no-verdict`, `ungraded`. */
  grades: counts,
  agents: counts,
  models: counts,
});

export const trainingSetManifestSchema = z.strictObject({
  schema_version: z.literal(TRAINING_SET_FORMAT),
  kind: z.literal("training-set"),
  tool_version: z.string(),
  /** SHA-256 of the uncompressed lines; null while they are being written, and after an interruption. */
  id: z.string().nullable(),
  parents: z.array(parentSchema),
  operation: setOperationSchema,
  counts: setCountsSchema,
  complete: z.boolean(),
});
export type TrainingSetManifest = z.infer<typeof trainingSetManifestSchema>;

export interface TrainingSet {
  readonly folder: string;
  readonly id: string;
  readonly manifest: TrainingSetManifest;
  /** In file order, one at a time. @throws StoreError `set-damaged` where the lines are not those that the set is named by. */
  samples(): AsyncGenerator<Sample>;
}
