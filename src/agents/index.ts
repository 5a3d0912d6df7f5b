import type { Agent } from "../agent.ts";
import { AgentError, InputError } from "../base/errors.ts";
import { COMMAND, COMMAND_VERSION } from "./external/command.ts";
import { EXTERNAL_PROGRAMS } from "./external/programs.ts";
import { loopAgent, loopVersion, type LoopSettings } from "./loop/loop.ts";
import { SCRIPTED_VERSION, scriptedAgent } from "./scripted/scripted.ts";

export interface AgentDescription {
  readonly name: string;
  readonly version: string;
  readonly needsModel: boolean;
  /** Ours, in a process of its own; or a program that others wrote, inside the sandbox. */
  readonly kind: "ours" | "external";
  readonly summary: string;
}

/** The agents that come with the package, or are installed by it. */
export const AGENTS: readonly AgentDescription[] = [
  {
    name: "loop",
    version: loopVersion(),
    needsModel: true,
    kind: "ours",
    summary: "A model and tools take turns until the model says that it is done.",
  },
  {
    name: "scripted",
    version: SCRIPTED_VERSION,
    needsModel: false,
    kind: "ours",
    summary: "Searches by the words of the instruction, without a model; always does the same.",
  },
  ...EXTERNAL_PROGRAMS.map(({ name, version, summary }) => ({
    name,
    version,
    needsModel: true,
    kind: "external" as const,
    summary,
  })),
  {
    name: COMMAND,
    version: COMMAND_VERSION,
    needsModel: true,
    kind: "external",
    summary: "Any program that a sandbox has, by a command line with places for instruction and endpoint.",
  },
];

export interface AgentSettings extends LoopSettings {}

/** @param tools the set of tools, on which the loop's version depends. @throws InputError `no-such-agent`, naming those that there are. */
export function describeAgent(name: string, tools?: string): AgentDescription {
  const found = AGENTS.find((agent) => agent.name === name);
  if (found?.name === "loop") return { ...found, version: loopVersion(tools) };
  if (found !== undefined) return found;
  const known = AGENTS.map((agent) => agent.name);
  throw new InputError({
    code: "no-such-agent",
    message: `There is no agent "${name}"`,
    hint: `The agents are ${known.join(", ")}.`,
    fields: { name, known },
  });
}

/**
 * An agent that runs in this process. For attempts use `hostedAgent`, which gives it a process of its own.
 * @throws AgentError `agent-not-inside` for a program, which runs in a sandbox alone (`externalAgent`).
 */
export function createAgent(name: string, settings: AgentSettings = {}): Agent {
  const { kind } = describeAgent(name);
  if (kind === "external") {
    throw new AgentError({
      code: "agent-not-inside",
      message: `The agent ${name} is a program and needs a sandbox to run in`,
    });
  }
  return name === "loop" ? loopAgent(settings) : scriptedAgent();
}
