import { z } from "zod";
import type { Attempt } from "../attempt.ts";
import { readTextFile } from "../base/files.ts";
import { parseJson } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import { samplingSchema } from "../model.ts";
import { MODEL_APIS, TOOL_PROTOCOLS } from "../models/settings.ts";
import type { Governor } from "../governor.ts";
import type { PriceTable } from "../governors/prices.ts";

const modelRequestSchema = z.strictObject({
  name: z.string(),
  baseUrl: z.string(),
  /** What its service may call it besides, letter for letter; may grow when a run is continued. */
  servedAs: z.array(z.string()).optional(),
  api: z.enum(MODEL_APIS).optional(),
  /** Whether answers are asked for as streams; true when left out. */
  stream: z.boolean().optional(),
  toolProtocol: z.enum(TOOL_PROTOCOLS).optional(),
});

/** Of a solver, or of the one agent. */
export const solverFields = {
  /** For the agent `command`. */
  command: z.string().optional(),
  /** For agents that are driven by a model. */
  model: modelRequestSchema.optional(),
  temperature: z.number().nonnegative().optional(),
  /** How answers are drawn, but for the temperature; the service's own where left out. */
  sampling: samplingSchema.omit({ temperature: true }).optional(),
  /** Of the agent `loop`: a set of tools; `standard` when left out. */
  tools: z.string().optional(),
  /** Tokens that the model can take. */
  contextWindow: z.int().positive().optional(),
  /** Sums up older turns when the window gets full. */
  condense: z.boolean().optional(),
  /** The model's `tokenizer.json`. */
  tokenizer: z.string().optional(),
};

const solverRequestSchema = z.strictObject({
  /** Derived from agent and model when left out. */
  name: z
    .string()
    .regex(/^[\w-]+$/)
    .optional(),
  /** One of `hybrid-gym agents`. */
  agent: z.string(),
  ...solverFields,
});
export type SolverRequest = z.infer<typeof solverRequestSchema>;

/** All of a rollout that can be said in a file: `rollout --config` and `rollout()` take the same object. */
const rolloutSettingsSchema = z.strictObject({
  dataset: z.string(),
  /** The run folder to make or to continue. */
  run: z.string(),
  /** Several that work on each instance, in the order in which they are tried; else there is one `agent`. */
  solvers: z.array(solverRequestSchema).optional(),
  agent: z.string().optional(),
  ...solverFields,
  /** The run's own when it is continued, else the strongest that this machine gives, when left out. */
  isolation: z.enum(["namespaces", "container", "process"]).optional(),
  /** For the level `container`. */
  image: z.string().optional(),
  /** Lets a model-driven agent run at the `process` level, which is no isolation. */
  allowUnsafe: z.boolean().optional(),
  /** Attempts per instance and solver; 1 when left out. */
  attempts: z.int().positive().optional(),
  /** Ends an instance's attempts with its first success. */
  untilSolved: z.boolean().optional(),
  /** Newly solved instances per attempt, below which further rounds of attempts are skipped. */
  minYield: z.number().min(0).max(1).optional(),
  /** Instances to take, from the first; all when left out. */
  limit: z.int().positive().optional(),
  /** Leaves out instances that any model solved without their repository (`memorised`). */
  withoutMemorised: z.boolean().optional(),
  /** 2 when left out. */
  concurrency: z.int().positive().optional(),
  maxSteps: z.int().positive().optional(),
  deadlineSeconds: z.number().positive().optional(),
  maxTokens: z.int().positive().optional(),
  /** Seconds that attempts under way are given when the run is asked to end; 120 when left out. */
  graceSeconds: z.number().nonnegative().optional(),
  /** Seconds without anything recorded after which an attempt is given up; 900 when left out. */
  stallSeconds: z.number().positive().optional(),
  /** Bytes below which no attempt is begun; 512 MiB each when left out. */
  minFreeDisk: z.number().nonnegative().optional(),
  minFreeMemory: z.number().nonnegative().optional(),
  /** Sandboxes that are started at a time; one for each core when left out. */
  sandboxStarts: z.int().positive().optional(),
  /** Attempts of each solver that are looked at before the rest is begun; 10 where a run has 100 targets, else none, when left out. */
  gate: z.int().nonnegative().optional(),
});
export type RolloutSettings = z.infer<typeof rolloutSettingsSchema>;

export interface RolloutRequest extends RolloutSettings {
  readonly log?: Log;
  /** Aborted to drain the run: none is begun any more, those under way get `graceSeconds`. */
  readonly signal?: AbortSignal;
  /** Aborted to end it without waiting. */
  readonly stopNow?: AbortSignal;
  /** Of all runs that are to share throughput and budgets; whoever gives it ends it. */
  readonly governor?: Governor;
  /** By model: what attempts cost is entered with them. */
  readonly prices?: PriceTable;
  readonly onAttempt?: (attempt: Attempt) => void;
}

const partialSettingsSchema = rolloutSettingsSchema.partial();
export type PartialSettings = z.infer<typeof partialSettingsSchema>;

/** What a file says of a rollout; the rest is for whoever asks. */
export async function readRolloutSettings(file: string): Promise<PartialSettings> {
  return parseJson(await readTextFile(file), partialSettingsSchema, file);
}
