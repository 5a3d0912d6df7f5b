import type { Agent, AgentContext, AgentEnd, AgentEvent } from "../agent.ts";
import { whenOver } from "../base/deadline.ts";
import { AgentError, messageOf, ModelError } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import type { NewExchange } from "../exchange.ts";
import type { Admit } from "../governor.ts";
import { createPermits, type Permits } from "../governors/permits.ts";
import type { ModelSettings } from "../models/create.ts";
import { keyOf } from "./agent-process.ts";
import { openOwnProcess, type AgentChannel } from "./channel.ts";
import { describeAgent, type AgentSettings } from "./index.ts";
import { asEnd, asEvent, childMessageSchema, type ChildMessage, type Fault, type Start } from "./protocol.ts";
import type { SharedHosts } from "./shared-hosts.ts";

export interface HostedAgentSettings extends AgentSettings {
  /** One of `AGENTS`. */
  readonly name: string;
  readonly model?: ModelSettings;
  /** The module that runs as the agent's process, in place of our `host`; it must speak `protocol.ts`. */
  readonly program?: string;
}

/**
 * An agent in another process, which is given the instruction, the tools' descriptions and the
 * model's settings; no path but a tokenizer's, no environment but PATH, proxies and certificates. At the deadline, and when
 * the attempt is given up, nothing of it is recorded any more, and its process is killed; one of `hosts` ends the agent alone.
 * @param hosts processes that several attempts share; without them each attempt has one of its own.
 * @throws InputError for an unknown agent · AgentError `agent-crashed`, `agent-broke-protocol` · ModelError
 * · whatever the tools, `record` or `admit` throw.
 */
export function hostedAgent(settings: HostedAgentSettings, hosts?: SharedHosts): Agent {
  const { name, version, needsModel } = describeAgent(settings.name, settings.tools);
  if (needsModel && settings.model === undefined) {
    throw new AgentError({
      code: "agent-needs-model",
      message: `The agent ${name} needs a model`,
      hint: "Name one with --model and --base-url.",
    });
  }
  const open = () => hosts?.open() ?? openOwnProcess(settings.model, settings.program);
  return { name, version, run: (context) => runHosted(settings, context, open()) };
}

async function runHosted(
  settings: HostedAgentSettings,
  context: AgentContext,
  channel: AgentChannel,
): Promise<AgentEnd> {
  channel.send(JSON.stringify(startMessage(settings, context)));
  const deadline = untilDeadline(context);
  const recorder = createRecorder(context);
  const permits = createPermits(context.admit ?? noGovernor, context.signal);
  try {
    const outcome = await Promise.race([
      converse(channel, context, recorder, permits),
      deadline.reached,
      permits.refused,
    ]);
    if (outcome !== undefined) return outcome;
    throw await channel.crashed();
  } finally {
    deadline.cancel();
    await Promise.allSettled([channel.close(), recorder.close(), permits.close()]);
  }
}

const noGovernor: Admit = () => Promise.reject(brokeProtocol("it asks for leave where there is no governor"));

interface Recorder {
  record(event: AgentEvent): Promise<void>;
  recordExchange(exchange: NewExchange): Promise<number>;
  /** Waits for what is being recorded; nothing is recorded after it. */
  close(): Promise<void>;
}

/** Whoever called us closes the trajectory when we return: nothing may come later from a killed agent's last lines. */
function createRecorder(context: AgentContext): Recorder {
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();
  return {
    async record(event) {
      if (closed) return;
      last = context.record(event);
      await last;
    },
    async recordExchange(exchange) {
      // Nobody waits for the number any more.
      if (closed) return Number.NaN;
      const number = context.recordExchange(exchange);
      last = number;
      return number;
    },
    async close() {
      closed = true;
      await last;
    },
  };
}

/** Serves the agent until it ends; undefined when its output ends before. Messages are taken one after the other. */
async function converse(
  channel: AgentChannel,
  context: AgentContext,
  recorder: Recorder,
  permits: Permits,
): Promise<AgentEnd | undefined> {
  const answer = (message: object) => channel.send(JSON.stringify(message));
  try {
    for await (const line of channel.received) {
      const message = parseMessage(line);
      if (message.type === "end") return asEnd(message.end);
      if (message.type === "fault") throw errorOf(message);
      if (message.type === "record") {
        await recorder.record(asEvent(message.event));
      } else if (message.type === "exchange") {
        answer({ type: "recorded", id: message.id, number: await recorder.recordExchange(message.exchange) });
      } else if (message.type === "admit") {
        permits.admit(message, () => answer({ type: "admitted", id: message.id }));
      } else if (message.type === "settle") {
        await permits.settle(message);
        answer({ type: "settled", id: message.id });
      } else {
        const result = await context.tools.call(message.name, message.arguments);
        answer({ type: "result", id: message.id, result });
      }
    }
  } catch (error) {
    if (error instanceof RangeError) throw brokeProtocol(messageOf(error));
    throw error;
  }
  return undefined;
}

function parseMessage(line: string): ChildMessage {
  try {
    return parseJson(line, childMessageSchema, "the agent's process");
  } catch (error) {
    throw brokeProtocol(`${messageOf(error)}: ${line.slice(0, 200)}`);
  }
}

function errorOf({ boundary, code, message, hint, fields }: Fault): AgentError | ModelError {
  const details = { code, message, hint, fields };
  return boundary === "model" ? new ModelError(details) : new AgentError(details);
}

function brokeProtocol(detail: string): AgentError {
  return new AgentError({ code: "agent-broke-protocol", message: detail });
}

function startMessage(settings: HostedAgentSettings, context: AgentContext): Start {
  const { name, model, maxOutputTokens, temperature, tools, contextWindow, condense, tokenizer } = settings;
  return {
    agent: name,
    settings: { maxOutputTokens, temperature, tools, contextWindow, condense, tokenizer },
    // An agent that needs no model gets no key either.
    model:
      model === undefined || !describeAgent(name).needsModel ? undefined : { ...model, apiKey: keyOf(model) },
    instruction: context.instruction,
    tools: [...context.tools.definitions],
    limits: context.limits,
    remainingMs: context.remainingMs(),
    governed: context.admit !== undefined,
  };
}

function untilDeadline(context: AgentContext): { reached: Promise<AgentEnd>; cancel(): void } {
  const { promise, resolve } = Promise.withResolvers<AgentEnd>();
  const onAbort = () => resolve({ reason: "deadline", detail: "the attempt was given up" });
  const cancel = whenOver(
    () => context.remainingMs(),
    () => resolve({ reason: "deadline" }),
  );
  if (context.signal.aborted) onAbort();
  context.signal.addEventListener("abort", onAbort, { once: true });
  return {
    reached: promise,
    cancel() {
      cancel();
      context.signal.removeEventListener("abort", onAbort);
    },
  };
}
