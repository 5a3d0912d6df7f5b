import { describeAgent } from "../agents/index.ts";
import { COMMAND } from "../agents/external/command.ts";
import { InputError } from "../base/errors.ts";
import { checkModelSettings } from "../models/create.ts";
import type { ModelConfig, RunConfig, Solver } from "../run.ts";
import { ONLY_SOLVER } from "../stores/local/format-1.ts";
import { findProgram } from "./agents.ts";
import { loopConfig } from "./loop-config.ts";
import { solverFields, type RolloutRequest, type SolverRequest } from "./rollout-request.ts";
import { withNames } from "./solver-names.ts";

/** What makes the results of a request comparable. @throws InputError for what does not go together. */
export function configOf(request: RolloutRequest, isolation: RunConfig["isolation"]): RunConfig {
  const { allowUnsafe = false, maxTokens, untilSolved = false } = request;
  return {
    solvers: solversOf(request).map((solver) => solverOf(solver, isolation, allowUnsafe)),
    isolation,
    ...(request.image === undefined ? {} : { image: request.image }),
    allow_unsafe: allowUnsafe,
    attempts: request.attempts ?? 1,
    ...(untilSolved ? { until_solved: true } : {}),
    max_steps: request.maxSteps ?? 60,
    deadline_seconds: request.deadlineSeconds ?? 1800,
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
  };
}

type NamedSolver = SolverRequest & { readonly name: string };

/** One that is not listed has the name that those of older runs have, so that such runs go on. */
function solversOf({ solvers = [], agent, ...request }: RolloutRequest): readonly NamedSolver[] {
  if (solvers.length > 0) {
    const beside = Object.entries({ agent, ...request })
      .filter(([field, value]) => (field === "agent" || field in solverFields) && value !== undefined)
      .map(([field]) => field);
    if (beside.length === 0) return withNames(solvers);
    throw solversTwice(beside);
  }
  if (agent !== undefined) return [{ ...request, agent, name: ONLY_SOLVER }];
  throw new InputError({
    code: "agent-required",
    message: "There is nobody to work on the instances: no --agent, and no solvers",
    hint: 'Add --agent NAME, one of "hybrid-gym agents", or list solvers in the file of --config.',
  });
}

/** @param beside what is said beside the list. */
export function solversTwice(beside: readonly string[]): InputError {
  return new InputError({
    code: "solvers-twice",
    message: `Solvers are listed, and beside them stands what belongs to one: ${beside.join(", ")}`,
    hint: "Say it in each solver of the list, or leave the list out.",
    fields: { beside },
  });
}

function solverOf(request: NamedSolver, isolation: RunConfig["isolation"], allowUnsafe: boolean): Solver {
  const { name, agent, model, temperature, sampling } = request;
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
  return {
    name,
    agent,
    ...(program?.name === COMMAND && request.command !== undefined ? { command: request.command } : {}),
    ...(driven && model !== undefined ? { model: modelConfig(model) } : {}),
    ...(driven && sampling !== undefined && Object.keys(sampling).length > 0 ? { sampling } : {}),
    ...(temperature === undefined ? {} : { temperature }),
    ...loopConfig(agent, request),
  };
}

function modelConfig(model: NonNullable<SolverRequest["model"]>): ModelConfig {
  const { name, baseUrl, servedAs = [], api = "openai", stream, toolProtocol } = model;
  return {
    name,
    base_url: baseUrl,
    api,
    ...(servedAs.length === 0 ? {} : { served_as: [...servedAs] }),
    ...(stream === false ? { stream } : {}),
    ...(toolProtocol === undefined || toolProtocol === "native" ? {} : { tool_protocol: toolProtocol }),
  };
}

/** What would be ignored, and stand in the record as if it had been used. */
function refuseSampling({ agent, model, temperature, sampling = {} }: SolverRequest): void {
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
