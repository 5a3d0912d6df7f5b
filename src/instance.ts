import { z } from "zod";
import { jsonSchema } from "./base/json.ts";
import { fileEditSchema } from "./tree.ts";

/**
 * An instance is one task to do, in two parts that live in two files and are joined by `id`: what may
 * be known to anyone (`instances.jsonl`), and what must never reach an agent (`secrets.jsonl`).
 * Both are immutable; `id` is derived from the content.
 */
export const INSTANCE_FORMAT = 1;

export const repositoryReferenceSchema = z.strictObject({
  /** `owner/name` where known, else the folder's name. */
  name: z.string().min(1),
  url: z.string().optional(),
  /** Git's commit id; for a plain folder the id of the commit that we make of it. */
  commit: z.string(),
  /** Git's id of the tree at that commit, as imported. */
  tree: z.string(),
});
export type RepositoryReference = z.infer<typeof repositoryReferenceSchema>;

export const instanceSchema = z.strictObject({
  schema_version: z.literal(INSTANCE_FORMAT),
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  /** The task family, such as `func-localize`. */
  task: z.string(),
  /** The language of the answer, such as `python`. */
  language: z.string(),
  repository: repositoryReferenceSchema,
  /** Git's id of the tree that the agent starts from. */
  start_tree: z.string(),
  /** Exactly what the agent reads. */
  instruction: z.string().min(1),
  /** The family's knobs as they were set for this instance (masked, detail level…). */
  variant: z.record(z.string(), jsonSchema),
  /** Measured properties that give nothing away (distractors, lookups, licence…). */
  facts: z.record(z.string(), jsonSchema),
});
export type Instance = z.infer<typeof instanceSchema>;

export const secretSchema = z.strictObject({
  schema_version: z.literal(INSTANCE_FORMAT),
  id: z.string(),
  /** From the repository's tree to the start tree. */
  start: z.array(fileEditSchema),
  /** From the start tree to a tree that solves the instance. */
  solution: z.array(fileEditSchema),
  /** What the family needs to judge; parsed by the family's own schema. */
  answer: jsonSchema,
  /** Facts that would give the answer away (places, names, the removed text). */
  facts: z.record(z.string(), jsonSchema),
});
export type Secret = z.infer<typeof secretSchema>;

/** An instance with its hidden half. */
export interface InstancePair {
  readonly instance: Instance;
  readonly secret: Secret;
}
