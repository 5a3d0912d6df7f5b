import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { AgentEvent } from "../agent.ts";
import type { Clock } from "../base/clock.ts";
import { openAppendLog } from "../base/files.ts";
import type { ToolDefinition, Usage } from "../model.ts";
import { TRAJECTORY_FORMAT } from "../trajectory.ts";
import type { TrajectoryEvent } from "../trajectory.ts";

export interface Recorder extends AsyncDisposable {
  /** Durable when it returns. */
  record(event: AgentEvent): Promise<void>;
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
  readonly tools: readonly ToolDefinition[];
  readonly isolation: string;
}

/** Writes the canonical record of one attempt, event by event. */
export async function openRecorder(file: string, start: RecordStart, clock: Clock): Promise<Recorder> {
  await mkdir(path.dirname(file), { recursive: true });
  const log = await openAppendLog(file);
  const write = (event: TrajectoryEvent) => log.append(JSON.stringify(event));
  const at = () => clock.now().toISOString();
  let steps = 0;
  let usage: Usage = {};
  const { tools, ...rest } = start;
  await write({ type: "start", schema_version: TRAJECTORY_FORMAT, at: at(), ...rest, tools: [...tools] });
  return {
    async record(event) {
      if (event.type === "turn") {
        steps++;
        usage = addUsage(usage, event.usage);
      }
      await write(toTrajectoryEvent(event, at()));
    },
    end: (reason, detail) =>
      write({ type: "end", at: at(), reason, ...(detail === undefined ? {} : { detail }) }),
    get steps() {
      return steps;
    },
    get usage() {
      return usage;
    },
    [Symbol.asyncDispose]: () => log.close(),
  };
}

function toTrajectoryEvent(event: AgentEvent, at: string): TrajectoryEvent {
  if (event.type === "input") return { type: "input", at, role: event.role, content: event.content };
  if (event.type === "result") {
    const { content, isError, truncatedCharacters } = event.result;
    return {
      type: "result",
      at,
      tool_call_id: event.toolCallId,
      tool_name: event.toolName,
      content,
      is_error: isError,
      ...(truncatedCharacters === undefined ? {} : { truncated_characters: truncatedCharacters }),
    };
  }
  const { message, usage, servedModel } = event;
  return {
    type: "turn",
    at,
    content: message.content,
    ...(message.reasoning === undefined ? {} : { reasoning: message.reasoning }),
    tool_calls: message.toolCalls.map((call) => ({ ...call, arguments: { ...call.arguments } })),
    usage,
    ...(servedModel === undefined ? {} : { served_model: servedModel }),
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
