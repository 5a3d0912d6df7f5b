import { z } from "zod";
import { jsonSchema } from "./base/json.ts";
import { attemptSchema } from "./attempt.ts";
import { samplingSchema } from "./model.ts";

/**
 * A run is many attempts under one configuration: a declared set of targets, and an append-only ledger
 * of what happened to them. What is owed is computed from the ledger by a pure function (`runs/reduce.ts`).
 */
export const RUN_FORMAT = 1;

export const runConfigSchema = z.strictObject({
  agent: z.string(),
  /** The command line of the agent `command`. */
  command: z.string().optional(),
  model: z
    .strictObject({
      name: z.string(),
      base_url: z.string(),
      api: z.enum(["openai", "openai-responses", "anthropic", "replay"]),
      /** What its service may call it besides, letter for letter. */
      served_as: z.array(z.string()).min(1).optional(),
      /** Absent for the default, which is true. */
      stream: z.boolean().optional(),
      /** Absent for the model's own calls. */
      tool_protocol: z.enum(["native", "openhands-text"]).optional(),
    })
    .optional(),
  isolation: z.enum(["namespaces", "container", "process"]),
  /** Of the level `container`; the level's own default when left out. */
  image: z.string().optional(),
  /** A model-driven agent was allowed to run without isolation. */
  allow_unsafe: z.boolean(),
  attempts: z.int().positive(),
  max_steps: z.int().positive(),
  deadline_seconds: z.number().positive(),
  max_tokens: z.int().positive().optional(),
  temperature: z.number().optional(),
  /** Of the agent `loop`: a set of `tools/presets.ts`; absent for `standard`. */
  tools: z.string().optional(),
  /** Tokens that the model can take. */
  context_window: z.int().positive().optional(),
  /** Older turns are summed up when the window gets full. */
  condense: z.boolean().optional(),
  /** Absolute path of a `tokenizer.json`. */
  tokenizer: z.string().optional(),
  /** All of how answers are drawn but the temperature. */
  sampling: samplingSchema.optional(),
});
export type RunConfig = z.infer<typeof runConfigSchema>;

/** `run.json`: what the run is; written once. */
export const runManifestSchema = z.strictObject({
  schema_version: z.literal(RUN_FORMAT),
  tool_version: z.string(),
  /** Absolute, or relative to the run's folder. */
  dataset: z.string(),
  /** SHA-256 of the dataset's manifest. */
  dataset_sha256: z.string(),
  config: runConfigSchema,
  config_sha256: z.string(),
  environment: z.record(z.string(), jsonSchema),
});
export type RunManifest = z.infer<typeof runManifestSchema>;

/** One line of `ledger.jsonl`. */
export const ledgerEventSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("declared"),
    schema_version: z.literal(RUN_FORMAT),
    at: z.iso.datetime(),
    targets: z.array(z.string()),
  }),
  z.strictObject({
    type: z.literal("started"),
    at: z.iso.datetime(),
    attempt: z.string(),
    target: z.string(),
    process: z.int(),
  }),
  z.strictObject({ type: z.literal("finished"), at: z.iso.datetime(), attempt: attemptSchema }),
]);
export type LedgerEvent = z.infer<typeof ledgerEventSchema>;

/** What the ledger says; `targets = solved + unsolved + Σ no_verdict + running + owed`, always. */
export interface RunState {
  readonly targets: readonly string[];
  /** The last finished attempt of each target that has one. */
  readonly finished: ReadonlyMap<string, z.infer<typeof attemptSchema>>;
  /** Started and not finished, by target: of a living process, or left by a dead one (then it is owed again). */
  readonly open: ReadonlyMap<string, { readonly attempt: string; readonly process: number }>;
  /** Attempts started so far, by target. */
  readonly tries: ReadonlyMap<string, number>;
}
