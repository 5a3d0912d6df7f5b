import { z } from "zod";
import { jsonSchema } from "./base/json.ts";
import { repositoryReferenceSchema } from "./instance.ts";

/**
 * A dataset is a folder: `manifest.json`, `instances.jsonl` (public), `secrets.jsonl`, `rejections.jsonl`, `splits.jsonl` where it is
 * split, and `repositories/<tree>.git` (bare, one tree each), so that it needs nothing else to be used.
 * `validation.jsonl` is added by `validate`; an instance whose last line there is not valid is in quarantine. `memorised.jsonl` is
 * added by `memorised`.
 */
export const DATASET_FORMAT = 2;

/** How far candidates came. */
const countsShape = {
  /** Definitions (or fixes) that a candidate could be made of: the denominator of the yield. */
  eligible: z.int(),
  /** Candidates looked at before there were enough. */
  examined: z.int(),
  instances: z.int(),
};

const taskSchema = z.strictObject({
  ...countsShape,
  grader_version: z.int(),
  /** The family's knobs, those left at their defaults too. */
  options: z.record(z.string(), jsonSchema),
  /** Instances wanted of each repository. */
  per_repository: z.int(),
  rejected: z.record(z.string(), z.int()),
  /** instances / examined; null when nothing was examined. */
  yield: z.number().nullable(),
});

const repositorySchema = z.strictObject({
  ...repositoryReferenceSchema.shape,
  ...countsShape,
  files: z.int(),
  source_files: z.int(),
  /** Different functions that are long enough to be told by. */
  functions: z.int(),
  /** Repositories that share functions have the same one: the name of its first. Splits never part them. */
  cluster: z.string(),
  /** By family. */
  tasks: z.record(
    z.string(),
    z.strictObject({
      ...countsShape,
      /** Given up, since so many candidates in a row were rejected. */
      abandoned: z.boolean(),
    }),
  ),
  /** Of builds that look for the packages of repositories: how many there are, and why not all that it asks for. */
  environment: z.strictObject({ packages: z.int(), problem: z.string().nullable() }).optional(),
  left_out: z.array(z.strictObject({ path: z.string(), why: z.string() })),
  unusable: z.record(z.string(), z.int()),
});

/** A repository that nothing was built of. */
const refusalSchema = z.strictObject({ repository: z.string(), reason: z.string(), detail: z.string() });
export type Refusal = z.infer<typeof refusalSchema>;

const splitsSchema = z.strictObject({
  /** Of the clusters' instances, from 0 to 1, as asked for. */
  shares: z.record(z.string(), z.number()),
  /** The family that is in the split `held-out` with all its instances. */
  held_out_task: z.string().nullable(),
  /** Instances of each split. */
  instances: z.record(z.string(), z.int()),
});

export const datasetManifestSchema = z.strictObject({
  schema_version: z.literal(DATASET_FORMAT),
  tool_version: z.string(),
  seed: z.string(),
  /** By family. */
  tasks: z.record(z.string(), taskSchema),
  repositories: z.array(repositorySchema),
  refused: z.array(refusalSchema),
  /** Whether repositories and functions of known benchmarks were let in. */
  contaminated: z.boolean(),
  ...countsShape,
  rejected: z.record(z.string(), z.int()),
  yield: z.number().nullable(),
  /** As many repositories of equal share would be as spread out: the exponential of the entropy. Null without instances. */
  effective_repositories: z.number().nullable(),
  splits: splitsSchema.nullable(),
  /** SHA-256 of each data file. */
  files: z.record(z.string(), z.string()),
});
export type DatasetManifest = z.infer<typeof datasetManifestSchema>;

/** One line of `splits.jsonl`. */
export const splitRowSchema = z.strictObject({ id: z.string(), split: z.string(), cluster: z.string() });
export type SplitRow = z.infer<typeof splitRowSchema>;

export const rejectionSchema = z.strictObject({
  repository: z.string(),
  /** The family; absent in datasets of format 1, which have one. */
  task: z.string().optional(),
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

/** One line of `memorised.jsonl`: whether a model solves an instance without its repository. The last one of an instance and a model counts. */
export const memorisedSchema = z.strictObject({
  id: z.string(),
  model: z.string(),
  /** Null where its answer could not be judged. */
  memorised: z.boolean().nullable(),
  /** Codes; none where a judge found it solved. */
  reasons: z.array(z.string()),
});
export type Memorised = z.infer<typeof memorisedSchema>;
