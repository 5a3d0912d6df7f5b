import type { AgentEvent } from "../../agent.ts";
import { defined } from "../../base/defined.ts";
import type { AssistantMessage, Message, ToolCall } from "../../model.ts";
import type { TrajectoryEvent, TrajectoryMessage } from "../../trajectory.ts";

/**
 * The messages that the model is given after these events: the loop has no others, so that what is recorded is what was seen.
 * Branches beside the main line of the conversation say nothing here.
 */
export function messagesOf(events: readonly AgentEvent[]): readonly Message[] {
  return events.reduce<readonly Message[]>(withEvent, []);
}

/** The messages with what one more event adds. */
export function withEvent(messages: readonly Message[], event: AgentEvent): readonly Message[] {
  if (event.type === "branch" || event.type === "tools" || event.branch !== undefined) return messages;
  switch (event.type) {
    case "input":
      return [...messages, { role: event.role, content: event.content }];
    case "turn":
      return [...messages, event.message];
    case "result": {
      const { toolCallId, toolName, result } = event;
      return [...messages, { role: "tool", toolCallId, toolName, content: result.content }];
    }
    case "context":
      return event.messages;
  }
}

/**
 * The events of a record, as the agent gave them. What a service wants back in its own form (`native`) is in the exchanges and not here.
 */
export function eventsOf(record: readonly TrajectoryEvent[]): AgentEvent[] {
  return record.flatMap((event) => eventOf(event) ?? []);
}

function eventOf(event: TrajectoryEvent): AgentEvent | undefined {
  switch (event.type) {
    case "start":
    case "tools":
    case "end":
      return undefined;
    case "input": {
      const { type, role, content } = event;
      return { type, role, content, ...branchOf(event) };
    }
    case "turn": {
      const { content, reasoning, tool_calls, usage } = event;
      const message = assistantOf({ role: "assistant", content, reasoning, tool_calls });
      const stop = event.stop === undefined ? {} : { stop: event.stop };
      return { type: "turn", message, usage, ...stop, ...branchOf(event) };
    }
    case "result":
      return resultOf(event);
    case "context":
      return {
        type: "context",
        reason: event.reason,
        messages: event.messages.map(messageOf),
        ...branchOf(event),
      };
    case "branch": {
      const { id, kind, parent, after } = event;
      return { type: "branch", id, kind, after, ...(parent === undefined ? {} : { parent }) };
    }
  }
}

function resultOf(event: Extract<TrajectoryEvent, { type: "result" }>): AgentEvent {
  const { tool_call_id: toolCallId, tool_name: toolName, content, is_error: isError } = event;
  const more = defined({ truncatedCharacters: event.truncated_characters, finished: event.finished });
  return { type: "result", toolCallId, toolName, result: { content, isError, ...more }, ...branchOf(event) };
}

function branchOf({ branch }: { branch?: string | undefined }): { branch?: string } {
  return branch === undefined ? {} : { branch };
}

function messageOf(message: TrajectoryMessage): Message {
  if (message.role === "assistant") return assistantOf(message);
  if (message.role !== "tool") return message;
  const { tool_call_id: toolCallId, tool_name: toolName, content } = message;
  return { role: "tool", toolCallId, toolName, content };
}

type RecordedAssistant = Extract<TrajectoryMessage, { role: "assistant" }>;

function assistantOf({ content, reasoning, tool_calls }: RecordedAssistant): AssistantMessage {
  return {
    role: "assistant",
    content,
    ...(reasoning === undefined ? {} : { reasoning }),
    toolCalls: tool_calls,
  };
}

/** The last turn, while no other message than results of its calls came after it: what is still to be done for it. */
export interface OpenTurn {
  readonly message: AssistantMessage;
  /** Calls without a result, in order. Results are matched by their place: ids may be the model's, and repeat. */
  readonly pending: readonly ToolCall[];
}

export function openTurnOf(messages: readonly Message[]): OpenTurn | undefined {
  const at = messages.findLastIndex(({ role }) => role === "assistant");
  const message = messages[at];
  if (message?.role !== "assistant") return undefined;
  const after = messages.slice(at + 1);
  if (after.some(({ role }) => role !== "tool")) return undefined;
  const pending = message.toolCalls.slice(after.length);
  // All is answered, unless there was nothing to answer and nobody said so.
  return pending.length === 0 && message.toolCalls.length > 0 ? undefined : { message, pending };
}
