import type { Agent } from "../agent.ts";
import { externalAgent } from "../agents/external/agent.ts";
import type { ExternalProgram } from "../agents/external/program.ts";
import { hostedAgent } from "../agents/hosted.ts";
import { openSharedHosts } from "../agents/shared-hosts.ts";
import { openProgramSessions } from "../attempts/program-session.ts";
import type { ProgramOptions } from "../attempts/run-attempt.ts";
import type { Log } from "../base/log.ts";
import type { Upstream } from "../endpoint/options.ts";
import { createModel, KEY_VARIABLES, type ModelSettings } from "../models/create.ts";
import type { ModelConfig, RunConfig, Solver } from "../run.ts";
import type { SolverParts } from "../runs/make-attempt.ts";
import type { SandboxProvider } from "../sandbox.ts";
import { findPreset } from "../tools/presets.ts";
import { ensureInstalled, findProgram, PROGRAM_PLACE } from "./agents.ts";

/** What a run's solvers need of this machine. */
export interface PreparedSolvers extends AsyncDisposable {
  readonly byName: ReadonlyMap<string, SolverParts>;
}

/** All or none: what was opened for the first is closed when a later one cannot be had. */
export async function prepareSolvers(
  { solvers }: RunConfig,
  sandboxes: SandboxProvider,
  log: Log,
): Promise<PreparedSolvers> {
  const opened: SolverAgents[] = [];
  const close = async () => {
    for (const agents of opened) await agents[Symbol.asyncDispose]();
  };
  try {
    const byName = new Map<string, SolverParts>();
    for (const solver of solvers) {
      const agents = await prepareAgents(solver, sandboxes, log);
      opened.push(agents);
      byName.set(solver.name, partsOf(solver, agents));
    }
    return { byName, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

function partsOf(config: Solver, { create, program }: SolverAgents): SolverParts {
  const tools = findPreset(config.tools).tools;
  return { config, createAgent: create, tools, ...(program === undefined ? {} : { program }) };
}

/** The agents of a solver, one for each attempt. */
interface SolverAgents extends AsyncDisposable {
  create(): Agent;
  readonly program?: ProgramOptions;
}

/** Installs the program and opens the recording endpoint where the agent needs them. */
async function prepareAgents(solver: Solver, sandboxes: SandboxProvider, log: Log): Promise<SolverAgents> {
  const program = findProgram(solver.agent, solver.command);
  if (program === undefined) return hostedAgents(solver);
  const { start, mounts } = await placeOf(program, sandboxes, log);
  if (solver.model === undefined) throw new TypeError("agents that are programs have a model");
  const { name, served_as: servedAs } = solver.model;
  const sessions = await openProgramSessions(await upstreamOf(solver.model), {
    name,
    ...(servedAs === undefined ? {} : { servedAs }),
  });
  return {
    create: () => externalAgent({ program, start }),
    program: { sessions, mounts },
    [Symbol.asyncDispose]: () => sessions[Symbol.asyncDispose](),
  };
}

function hostedAgents(solver: Solver): SolverAgents {
  const settings = agentSettings(solver);
  const hosts = openSharedHosts(settings.model);
  return {
    create: () => hostedAgent(settings, hosts),
    [Symbol.asyncDispose]: () => hosts[Symbol.asyncDispose](),
  };
}

async function placeOf(program: ExternalProgram, sandboxes: SandboxProvider, log: Log) {
  if (program.packages === undefined) return { start: [], mounts: [] };
  const installed = await ensureInstalled(program, sandboxes, log);
  if (sandboxes.level === "process") return { start: installed.start(installed.folder), mounts: [] };
  return {
    start: installed.start(PROGRAM_PLACE),
    mounts: [{ source: installed.folder, target: PROGRAM_PLACE }],
  };
}

async function upstreamOf(model: ModelConfig): Promise<Upstream> {
  const { name, base_url: baseUrl, api } = model;
  if (api === "replay") return { kind: "model", model: await createModel({ name, baseUrl, api }) };
  const apiKey = process.env[KEY_VARIABLES[api] ?? ""];
  const header = api === "anthropic" ? "anthropic" : "openai";
  // Programs have names of their own for small jobs; there is one model.
  return { kind: "service", baseUrl, api: header, model: name, ...(apiKey === undefined ? {} : { apiKey }) };
}

function agentSettings(solver: Solver) {
  const {
    agent,
    model,
    temperature,
    sampling,
    tools,
    context_window: contextWindow,
    condense,
    tokenizer,
  } = solver;
  return {
    name: agent,
    ...(model === undefined ? {} : { model: { ...modelSettings(model), sampling } }),
    ...(temperature === undefined ? {} : { temperature }),
    // The loop keeps room for an answer of that length.
    ...(sampling?.maxOutputTokens === undefined ? {} : { maxOutputTokens: sampling.maxOutputTokens }),
    ...(tools === undefined ? {} : { tools }),
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(condense === undefined ? {} : { condense }),
    ...(tokenizer === undefined ? {} : { tokenizer }),
  };
}

/** The model of a solver, as `createModel` takes it. */
function modelSettings(model: ModelConfig): ModelSettings {
  const { name, base_url: baseUrl, served_as: servedAs, api, stream, tool_protocol: toolProtocol } = model;
  return { name, baseUrl, servedAs, api, stream, toolProtocol };
}
