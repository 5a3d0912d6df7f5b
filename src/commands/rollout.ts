import { existsSync } from "node:fs";
import path from "node:path";
import { describeAgent } from "../agents/index.ts";
import type { Attempt } from "../attempt.ts";
import { systemClock } from "../base/clock.ts";
import { InputError } from "../base/errors.ts";
import { silentLog } from "../base/log.ts";
import type { Log } from "../base/log.ts";
import { openDataset } from "../datasets/open.ts";
import type { ModelConfig, RunConfig, Solver } from "../run.ts";
import { readRunManifest } from "../runs/open.ts";
import { RUN } from "../stores/local/layout.ts";
import type { Governor } from "../governor.ts";
import { endpointOf } from "../governors/admit-for.ts";
import { checkModelSettings } from "../models/create.ts";
import type { ModelApi, ToolProtocol } from "../models/settings.ts";
import { createRun } from "../runs/create.ts";
import { executeRun } from "../runs/execute.ts";
import type { RunCounts } from "../stores/counts.ts";
import { loopConfig, type LoopRequest } from "./loop-config.ts";
import { COMMAND } from "../agents/external/command.ts";
import { findProgram } from "./agents.ts";
import { prepareSolvers } from "./run-agents.ts";
import { loadFamilies } from "./families.ts";
import { chooseIsolation } from "./isolation.ts";
import { reap } from "./storage.ts";

export interface RolloutRequest extends LoopRequest {
  readonly dataset: string;
  /** The run folder to make or to continue. */
  readonly run: string;
  /** One of `hybrid-gym agents`. */
  readonly agent: string;
  /** For the agent `command`. */
  readonly command?: string;
  /** For agents that are driven by a model. */
  readonly model?: {
    readonly name: string;
    readonly baseUrl: string;
    /** What its service may call it besides, letter for letter; may grow when a run is continued. */
    readonly servedAs?: readonly string[];
    readonly api?: ModelApi;
    /** Whether answers are asked for as streams; true when left out. */
    readonly stream?: boolean;
    readonly toolProtocol?: ToolProtocol;
  };
  /** The run's own when it is continued, else the strongest that this machine gives, when left out. */
  readonly isolation?: RunConfig["isolation"];
  /** For the level `container`. */
  readonly image?: string;
  /** Lets a model-driven agent run at the `process` level, which is no isolation. */
  readonly allowUnsafe?: boolean;
  /** Attempts per instance; 1 when left out. */
  readonly attempts?: number;
  /** Instances to take, from the first; all when left out. */
  readonly limit?: number;
  readonly concurrency?: number;
  /** Of all runs that are to share throughput and budgets; whoever gives it ends it. */
  readonly governor?: Governor;
  readonly maxSteps?: number;
  readonly deadlineSeconds?: number;
  readonly maxTokens?: number;
  readonly temperature?: number;
  /** How answers are drawn, but for the temperature; the service's own where left out. */
  readonly sampling?: Omit<NonNullable<Solver["sampling"]>, "temperature">;
  readonly log?: Log;
  readonly signal?: AbortSignal;
  readonly onAttempt?: (attempt: Attempt) => void;
}

/** Starts or continues a run: every instance gets its attempts, each graded or with a named cause. */
export async function rollout(request: RolloutRequest): Promise<RunCounts> {
  const known = existsSync(path.join(request.run, RUN)) ? await readRunManifest(request.run) : undefined;
  await using sandboxes = await chooseIsolation(
    request.isolation ?? known?.config.isolation,
    request.image ?? known?.config.image,
  );
  const config = configOf(request, sandboxes.level);
  if (sandboxes.level === "process" && request.isolation === undefined && known === undefined) {
    request.log?.warn(
      'sandboxes are at the level "process", which is no isolation; "hybrid-gym doctor" says why',
    );
  }
  const dataset = await openDataset(request.dataset);
  const familyOf = await loadFamilies();
  // What a killed run left behind would otherwise hold memory until somebody asks.
  const reaped = await reap();
  if (reaped.length > 0) request.log?.info(`${reaped.length} sandboxes of dead owners removed`);
  for (const { model } of config.solvers)
    if (model !== undefined && model.api !== "replay")
      await request.governor?.ready({
        endpoint: endpointOf(model.base_url),
        model: model.name,
        run: path.resolve(request.run),
      });
  await createRun(request.run, request.dataset, config, sandboxes);
  await using solvers = await prepareSolvers(config, sandboxes, request.log ?? silentLog);
  return await executeRun({
    run: request.run,
    dataset,
    config,
    familyOf,
    solvers: solvers.byName,
    sandboxes,
    concurrency: request.concurrency ?? 2,
    ...(request.governor === undefined ? {} : { governor: request.governor }),
    ...(request.limit === undefined ? {} : { limit: request.limit }),
    clock: systemClock,
    log: request.log ?? silentLog,
    signal: request.signal ?? new AbortController().signal,
    ...(request.onAttempt === undefined ? {} : { onAttempt: request.onAttempt }),
  });
}

function modelConfig(model: NonNullable<RolloutRequest["model"]>): ModelConfig {
  const { name, baseUrl, servedAs = [], api = "openai", stream, toolProtocol } = model;
  return {
    name,
    base_url: baseUrl,
    ...(servedAs.length === 0 ? {} : { served_as: [...new Set(servedAs)].sort() }),
    api,
    ...(stream === false ? { stream } : {}),
    ...(toolProtocol === undefined || toolProtocol === "native" ? {} : { tool_protocol: toolProtocol }),
  };
}

function configOf(request: RolloutRequest, isolation: RunConfig["isolation"]): RunConfig {
  const { agent, model, allowUnsafe = false, maxTokens, temperature, sampling } = request;
  const driven = describeAgent(agent).needsModel;
  if (driven && model === undefined) {
    throw new InputError({
      code: "model-required",
      message: `The agent "${agent}" needs a model`,
      hint: "Add --model NAME --base-url URL (and --api anthropic for Anthropic's protocol).",
    });
  }
  if (driven && model !== undefined)
    checkModelSettings({ api: model.api ?? "openai", baseUrl: model.baseUrl });
  if (driven && isolation === "process" && !allowUnsafe) {
    throw new InputError({
      code: "unsafe-not-allowed",
      message: 'A model-driven agent at the isolation level "process" can read and change whatever you can',
      hint: 'See "hybrid-gym doctor" for a stronger level; if you accept none on this machine, add --isolation process --allow-unsafe.',
    });
  }
  // Checked here, before there is a run.
  const program = findProgram(agent, request.command);
  if (program !== undefined) refuseSampling(request);
  const solver: Solver = {
    name: "solver",
    agent,
    ...(program?.name === COMMAND && request.command !== undefined ? { command: request.command } : {}),
    ...(driven && model !== undefined ? { model: modelConfig(model) } : {}),
    ...(driven && sampling !== undefined && Object.keys(sampling).length > 0 ? { sampling } : {}),
    ...(temperature === undefined ? {} : { temperature }),
    ...loopConfig(agent, request),
  };
  return {
    solvers: [solver],
    isolation,
    ...(request.image === undefined ? {} : { image: request.image }),
    allow_unsafe: allowUnsafe,
    attempts: request.attempts ?? 1,
    max_steps: request.maxSteps ?? 60,
    deadline_seconds: request.deadlineSeconds ?? 1800,
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
  };
}

/** What would be ignored, and stand in the record as if it had been used. */
function refuseSampling({ agent, model, temperature, sampling = {} }: RolloutRequest): void {
  const given = temperature !== undefined || Object.keys(sampling).length > 0;
  const form = model?.stream === false || (model?.toolProtocol ?? "native") !== "native";
  if (!given && !form) return;
  throw new InputError({
    code: "sampling-not-taken",
    message: `The agent "${agent}" asks its model in its own way: how answers are drawn and sent cannot be set for it`,
    hint: "Leave those flags out, or set them at the service.",
    fields: { agent },
  });
}
