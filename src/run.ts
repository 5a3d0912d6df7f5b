import { z } from "zod";
import { jsonSchema } from "./base/json.ts";
import { attemptSchema } from "./attempt.ts";
import { samplingSchema } from "./model.ts";
import type { Usage } from "./model.ts";
import { usageSchema } from "./trajectory.ts";

/**
 * A run is many attempts under one configuration: a declared set of targets (instances × solvers × attempts), and an
 * append-only ledger of what happened to them. What is owed is computed from the ledger by a pure function (`stores/fold.ts`).
 */
export const RUN_FORMAT = 2;

export const modelConfigSchema = z.strictObject({
  name: z.string(),
  base_url: z.string(),
  api: z.enum(["openai", "openai-responses", "anthropic", "replay"]),
  /** What its service may call it besides, letter for letter. */
  served_as: z.array(z.string()).min(1).optional(),
  /** Absent for the default, which is true. */
  stream: z.boolean().optional(),
  /** Absent for the model's own calls. */
  tool_protocol: z.enum(["native", "openhands-text"]).optional(),
});
export type ModelConfig = z.infer<typeof modelConfigSchema>;

/** Who works on instances: an agent with its model and its settings. */
export const solverSchema = z.strictObject({
  /** Unique in the run; letters, digits, `-` and `_`. */
  name: z.string().regex(/^[\w-]+$/),
  agent: z.string(),
  /** The command line of the agent `command`. */
  command: z.string().optional(),
  model: modelConfigSchema.optional(),
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
export type Solver = z.infer<typeof solverSchema>;

/** What makes results comparable: hashed, and refused when it differs. How fast, how dear and when is not in it. */
export const runConfigSchema = z.strictObject({
  solvers: z.array(solverSchema).min(1),
  isolation: z.enum(["namespaces", "container", "process"]),
  /** Of the level `container`; the level's own default when left out. */
  image: z.string().optional(),
  /** A model-driven agent was allowed to run without isolation. */
  allow_unsafe: z.boolean(),
  /** For each instance and solver; may grow. */
  attempts: z.int().positive(),
  /** Attempts at an instance end with its first success; absent for false. */
  until_solved: z.boolean().optional(),
  max_steps: z.int().positive(),
  deadline_seconds: z.number().positive(),
  max_tokens: z.int().positive().optional(),
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

/** One attempt to be made: the `number`-th (from 1) of a solver at an instance. */
export const targetSchema = z.strictObject({
  /** `<instance>.<number>`; where a run has several solvers, `<instance>.<solver>.<number>`. */
  id: z.string(),
  instance: z.string(),
  solver: z.string(),
  number: z.int().positive(),
});
export type Target = z.infer<typeof targetSchema>;

/** How an attempt was left that came to no end of its own. */
const interruptionSchema = z.strictObject({
  /** `drained`, `aborted`, `process-gone`, `budget`, `endpoint-away`… */
  reason: z.string(),
  steps: z.int().nonnegative(),
  usage: usageSchema,
  /** US dollars, where prices are known. */
  dollars: z.number().nonnegative().optional(),
});
export type Interruption = z.infer<typeof interruptionSchema>;

const at = z.iso.datetime();

/** One line of `ledger.jsonl`, without its checksum (`stores/local/lines.ts`). */
export const ledgerEventSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("declared"),
    schema_version: z.literal(RUN_FORMAT),
    at,
    targets: z.array(targetSchema),
  }),
  /** A target was taken for an attempt. */
  z.strictObject({
    type: z.literal("claimed"),
    at,
    attempt: z.string(),
    target: z.string(),
    /** `<host>:<process id>:<its start time>`. */
    worker: z.string(),
  }),
  z.strictObject({ type: z.literal("finished"), at, attempt: attemptSchema }),
  /** An attempt ended without an end of its own: owed again. */
  z.strictObject({
    type: z.literal("interrupted"),
    at,
    attempt: z.string(),
    target: z.string(),
    ...interruptionSchema.shape,
  }),
  /** A target that will not be tried (again): `solved-already`, `interrupted-too-often`… */
  z.strictObject({ type: z.literal("skipped"), at, target: z.string(), reason: z.string() }),
  /** Attempts that were moved into a pack: `[id, offset, bytes]` of each one's part of it. */
  z.strictObject({
    type: z.literal("packed"),
    at,
    pack: z.string(),
    attempts: z.array(z.tuple([z.string(), z.int().nonnegative(), z.int().nonnegative()])),
  }),
  z.strictObject({
    type: z.literal("noted"),
    at,
    kind: z.string(),
    facts: z.record(z.string(), jsonSchema),
  }),
]);
export type LedgerEvent = z.infer<typeof ledgerEventSchema>;

/**
 * What the ledger says. `targets = solved + unsolved + Σ no verdict + skipped + running + owed`, always
 * (`stores/counts.ts`).
 */
export interface RunState {
  /** In the order in which they were declared. */
  readonly targets: ReadonlyMap<string, TargetState>;
  /** Of all attempts, those that were interrupted and those that came to no verdict too. */
  readonly spent: Spent;
  readonly notes: readonly Extract<LedgerEvent, { type: "noted" }>[];
}

export interface TargetState {
  readonly target: Target;
  /** Attempts that were begun. */
  readonly tries: number;
  /** Of those, how many were interrupted, by reason; absent for none. */
  readonly interruptions?: Readonly<Record<string, number>>;
  /** Of those, how many ended without a verdict, by cause; absent for none. Which of them use up a try is a question of retry rules. */
  readonly faults?: Readonly<Record<string, number>>;
  /** Begun and not ended: of a living worker, or left by one that is gone. */
  readonly open?: { readonly attempt: string; readonly worker: string; readonly at: string };
  /** The attempt that ended last. */
  readonly last?: AttemptSummary;
  /** Why it will not be tried (again). */
  readonly skipped?: string;
}

/** What deciding and counting need of an attempt; all of it is `attempt.json`. */
export interface AttemptSummary {
  readonly attempt: string;
  /** When it ended. */
  readonly at: string;
  readonly outcome: "solved" | "unsolved" | "no-verdict";
  readonly cause?: string;
  readonly end: string;
  readonly seconds: number;
  readonly steps: number;
  readonly usage: Usage;
  readonly dollars?: number;
}

export interface Spent {
  readonly attempts: number;
  readonly seconds: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  /** Of the attempts whose prices are known. */
  readonly dollars: number;
  /** Attempts with tokens and without a price. */
  readonly unpriced: number;
}
