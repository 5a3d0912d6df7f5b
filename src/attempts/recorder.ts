import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { AgentEvent } from "../agent.ts";
import type { Clock } from "../base/clock.ts";
import { openAppendLog } from "../base/files.ts";
import type { Json } from "../base/json.ts";
import type { NewExchange } from "../exchange.ts";
import { openExchangeLog, type ExchangeLog } from "../exchanges/store.ts";
import type { AssistantMessage, Message, Sampling, TokenRecord, ToolDefinition, Usage } from "../model.ts";
import { TRAJECTORY_FORMAT } from "../trajectory.ts";
import type { TrajectoryEvent, TrajectoryMessage } from "../trajectory.ts";

export interface Recorder extends AsyncDisposable {
  /** Durable when it returns. `at` is when it happened, where that is not now. */
  record(event: AgentEvent, at?: string): Promise<void>;
  /** Durable when it returns its number. */
  recordExchange(exchange: NewExchange): Promise<number>;
  end(reason: string, detail?: string): Promise<void>;
  /** Turns so far. */
  readonly steps: number;
  readonly usage: Usage;
}

export interface RecordStart {
  readonly attempt: string;
  readonly instance: string;
  readonly agent: { readonly name: string; readonly version: string };
  readonly model?: string;
  readonly sampling?: Sampling;
  readonly tools: readonly ToolDefinition[];
  readonly isolation: string;
}

/** `exchanges` is made with the first of them. */
export interface RecordFiles {
  readonly steps: string;
  readonly exchanges: string;
}

/**
 * Writes the canonical record of one attempt, event by event.
 * @param onActivity called before each event and each exchange.
 */
export async function openRecorder(
  files: RecordFiles,
  start: RecordStart,
  clock: Clock,
  onActivity: () => void = () => {},
): Promise<Recorder> {
  await mkdir(path.dirname(files.steps), { recursive: true });
  const log = await openAppendLog(files.steps);
  let exchanges: Promise<ExchangeLog> | undefined;
  const write = (event: TrajectoryEvent) => log.append(JSON.stringify(event));
  const at = () => clock.now().toISOString();
  let steps = 0;
  let usage: Usage = {};
  const { tools, sampling, ...rest } = start;
  await write({
    type: "start",
    schema_version: TRAJECTORY_FORMAT,
    at: at(),
    ...rest,
    ...(sampling === undefined ? {} : { sampling: sampledWith(sampling) }),
    tools: [...tools],
  });
  return {
    async record(event, happenedAt = at()) {
      onActivity();
      if (event.type === "turn") {
        steps++;
        usage = addUsage(usage, event.usage);
      }
      await write(toTrajectoryEvent(event, happenedAt));
    },
    async recordExchange(exchange) {
      onActivity();
      exchanges ??= openExchangeLog(files.exchanges);
      return (await exchanges).append(exchange);
    },
    end: (reason, detail) =>
      write({ type: "end", at: at(), reason, ...(detail === undefined ? {} : { detail }) }),
    get steps() {
      return steps;
    },
    get usage() {
      return usage;
    },
    async [Symbol.asyncDispose]() {
      try {
        // One that could not be opened was reported where it was wanted.
        const opened = await exchanges?.catch(() => undefined);
        await opened?.[Symbol.asyncDispose]();
      } finally {
        await log.close();
      }
    },
  };
}

function sampledWith({ stop, ...rest }: Sampling): Record<string, Json> {
  return { ...rest, ...(stop === undefined ? {} : { stop: [...stop] }) } as Record<string, Json>;
}

export function toTrajectoryEvent(event: AgentEvent, at: string): TrajectoryEvent {
  switch (event.type) {
    case "input":
    case "branch":
      return { ...event, at };
    case "tools":
      return {
        ...event,
        at,
        tools: event.tools.map((tool) => ({ ...tool, parameters: { ...tool.parameters } })),
      };
    case "context":
      return { ...event, at, messages: event.messages.map(toTrajectoryMessage) };
    case "result":
      return toResultEvent(event, at);
    case "turn":
      return toTurnEvent(event, at);
  }
}

type TrajectoryAssistant = Extract<TrajectoryMessage, { role: "assistant" }>;
type EventOf<Kind extends AgentEvent["type"]> = Extract<AgentEvent, { type: Kind }>;

function toResultEvent(
  { result, toolCallId, toolName, branch }: EventOf<"result">,
  at: string,
): TrajectoryEvent {
  const { content, isError, truncatedCharacters, finished } = result;
  return {
    type: "result",
    at,
    tool_call_id: toolCallId,
    tool_name: toolName,
    content,
    is_error: isError,
    ...(truncatedCharacters === undefined ? {} : { truncated_characters: truncatedCharacters }),
    ...(finished === undefined ? {} : { finished }),
    ...(branch === undefined ? {} : { branch }),
  };
}

function toTurnEvent(event: EventOf<"turn">, at: string): TrajectoryEvent {
  const { message, usage, servedModel, stop, tokens, exchange, branch } = event;
  const { role: _, ...said } = toAssistant(message);
  return {
    type: "turn",
    at,
    ...said,
    usage,
    ...(servedModel === undefined ? {} : { served_model: servedModel }),
    ...(stop === undefined ? {} : { stop }),
    ...(tokens === undefined ? {} : { tokens: copyOfTokens(tokens) }),
    ...(exchange === undefined ? {} : { exchange }),
    ...(branch === undefined ? {} : { branch }),
  };
}

function toTrajectoryMessage(message: Message): TrajectoryMessage {
  if (message.role === "assistant") return toAssistant(message);
  if (message.role !== "tool") return { role: message.role, content: message.content };
  const { toolCallId, toolName, content } = message;
  return { role: "tool", tool_call_id: toolCallId, tool_name: toolName, content };
}

function toAssistant({ content, reasoning, toolCalls }: AssistantMessage): TrajectoryAssistant {
  return {
    role: "assistant",
    content,
    ...(reasoning === undefined ? {} : { reasoning }),
    tool_calls: toolCalls.map((call) => ({ ...call, arguments: { ...call.arguments } })),
  };
}

function copyOfTokens({ prompt, completion, logprobs }: TokenRecord) {
  return {
    ...(prompt === undefined ? {} : { prompt: [...prompt] }),
    ...(completion === undefined ? {} : { completion: [...completion] }),
    ...(logprobs === undefined ? {} : { logprobs: [...logprobs] }),
  };
}

/** Sums what is known; a count that no response gave stays absent. */
export function addUsage(a: Usage, b: Usage): Usage {
  const result: { inputTokens?: number; outputTokens?: number; cachedTokens?: number } = {};
  for (const key of ["inputTokens", "outputTokens", "cachedTokens"] as const) {
    const sum = (a[key] ?? 0) + (b[key] ?? 0);
    if (a[key] !== undefined || b[key] !== undefined) result[key] = sum;
  }
  return result;
}
