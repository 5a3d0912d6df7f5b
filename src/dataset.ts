import { z } from "zod";
import { jsonSchema } from "./base/json.ts";
import { repositoryReferenceSchema } from "./instance.ts";

/**
 * A dataset is a folder: `manifest.json`, `instances.jsonl` (public), `secrets.jsonl`, `rejections.jsonl`,
 * and `repositories/<tree>.git` (bare, one tree each), so that it needs nothing else to be used.
 * `validation.jsonl` is added by `validate`; an instance whose last line there is not valid is in quarantine.
 */
export const DATASET_FORMAT = 1;

export const datasetManifestSchema = z.strictObject({
  schema_version: z.literal(DATASET_FORMAT),
  tool_version: z.string(),
  task: z.string(),
  grader_version: z.int(),
  seed: z.string(),
  options: z.record(z.string(), jsonSchema),
  repositories: z.array(
    z.strictObject({
      ...repositoryReferenceSchema.shape,
      files: z.int(),
      source_files: z.int(),
      eligible: z.int(),
      examined: z.int(),
      instances: z.int(),
      left_out: z.array(z.strictObject({ path: z.string(), why: z.string() })),
      unusable: z.record(z.string(), z.int()),
    }),
  ),
  /** Definitions that a candidate could be made of: the denominator of the yield. */
  eligible: z.int(),
  /** Candidates looked at before there were enough. */
  examined: z.int(),
  instances: z.int(),
  rejected: z.record(z.string(), z.int()),
  /** instances / examined; null when nothing was examined. */
  yield: z.number().nullable(),
  /** SHA-256 of each data file. */
  files: z.record(z.string(), z.string()),
});
export type DatasetManifest = z.infer<typeof datasetManifestSchema>;

export const rejectionSchema = z.strictObject({
  repository: z.string(),
  reason: z.string(),
  path: z.string(),
  line: z.int(),
  name: z.string(),
  detail: z.string().optional(),
  facts: z.record(z.string(), jsonSchema).optional(),
});
export type Rejection = z.infer<typeof rejectionSchema>;

/** One line of `validation.jsonl` and of `validate --json`. */
export const validationSchema = z.strictObject({
  id: z.string(),
  valid: z.boolean(),
  checks: z.strictObject({
    solution: z.boolean(),
    noop: z.boolean(),
    cheats: z.boolean(),
    leaks: z.boolean().optional(),
  }),
  reasons: z.array(z.string()),
});
export type Validation = z.infer<typeof validationSchema>;
