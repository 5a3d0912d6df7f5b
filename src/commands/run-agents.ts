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
import type { RunConfig } from "../run.ts";
import type { SandboxProvider } from "../sandbox.ts";
import { ensureInstalled, findProgram, PROGRAM_PLACE } from "./agents.ts";

/** The agents of a run, one for each attempt, and what they need of this machine. */
export interface RunAgents extends AsyncDisposable {
  create(): Agent;
  readonly program?: ProgramOptions;
}

/** Installs the program and opens the recording endpoint where the agent needs them. */
export async function prepareAgents(
  config: RunConfig,
  sandboxes: SandboxProvider,
  log: Log,
): Promise<RunAgents> {
  const program = findProgram(config.agent, config.command);
  if (program === undefined) return hostedAgents(config);
  const { start, mounts } = await placeOf(program, sandboxes, log);
  const sessions = await openProgramSessions(await upstreamOf(config.model), config.model?.name ?? "");
  return {
    create: () => externalAgent({ program, start }),
    program: { sessions, mounts },
    [Symbol.asyncDispose]: () => sessions[Symbol.asyncDispose](),
  };
}

function hostedAgents(config: RunConfig): RunAgents {
  const settings = agentSettings(config);
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

async function upstreamOf(model: RunConfig["model"]): Promise<Upstream> {
  if (model === undefined) throw new TypeError("agents that are programs have a model");
  const { name, base_url: baseUrl, api } = model;
  if (api === "replay") return { kind: "model", model: await createModel({ name, baseUrl, api }) };
  const apiKey = process.env[KEY_VARIABLES[api] ?? ""];
  const header = api === "anthropic" ? "anthropic" : "openai";
  // Programs have names of their own for small jobs; there is one model.
  return { kind: "service", baseUrl, api: header, model: name, ...(apiKey === undefined ? {} : { apiKey }) };
}

function agentSettings(config: RunConfig) {
  const {
    agent,
    model,
    temperature,
    sampling,
    tools,
    context_window: contextWindow,
    condense,
    tokenizer,
  } = config;
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

/** The model of a run's configuration, as `createModel` takes it. */
function modelSettings(model: NonNullable<RunConfig["model"]>): ModelSettings {
  const { name, base_url: baseUrl, api, stream, tool_protocol: toolProtocol } = model;
  return { name, baseUrl, api, stream, toolProtocol };
}
