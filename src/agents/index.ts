import type { Agent } from "../agent.ts";
import { InputError } from "../base/errors.ts";
import { LOOP_VERSION, loopAgent, type LoopSettings } from "./loop/loop.ts";
import { SCRIPTED_VERSION, scriptedAgent } from "./scripted/scripted.ts";

export interface AgentDescription {
  readonly name: string;
  readonly version: string;
  readonly needsModel: boolean;
  readonly summary: string;
}

/** The agents that come with the package. */
export const AGENTS: readonly AgentDescription[] = [
  {
    name: "loop",
    version: LOOP_VERSION,
    needsModel: true,
    summary: "A model and tools take turns until the model says that it is done.",
  },
  {
    name: "scripted",
    version: SCRIPTED_VERSION,
    needsModel: false,
    summary: "Searches by the words of the instruction, without a model; always does the same.",
  },
];

export interface AgentSettings extends LoopSettings {}

/** @throws InputError `no-such-agent`, naming those that there are. */
export function describeAgent(name: string): AgentDescription {
  const found = AGENTS.find((agent) => agent.name === name);
  if (found !== undefined) return found;
  const known = AGENTS.map((agent) => agent.name);
  throw new InputError({
    code: "no-such-agent",
    message: `There is no agent "${name}"`,
    hint: `The agents are ${known.join(", ")}.`,
    fields: { name, known },
  });
}

/** An agent that runs in this process. For attempts use `hostedAgent`, which gives it a process of its own. */
export function createAgent(name: string, settings: AgentSettings = {}): Agent {
  return describeAgent(name).name === "loop" ? loopAgent(settings) : scriptedAgent();
}
