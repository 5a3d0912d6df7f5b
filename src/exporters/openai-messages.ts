import { z } from "zod";
import type { Json } from "../base/json.ts";
import { parseValue } from "../base/json.ts";
import type { ExportInput, ExportResult, Exporter, RowSize } from "../exporter.ts";
import type { ForeignEvent } from "../trajectory.ts";
import { toChat } from "./chat.ts";
import type { ChatEvent } from "./chat.ts";
import { columnsOf } from "./label.ts";

const optionsSchema = z.strictObject({
  /** `string`: JSON text, as OpenAI's endpoints write it; `object`: as the chat templates of TRL want it. */
  arguments: z.enum(["string", "object"]).default("string"),
  /** `string`: JSON text, for readers that cannot hold free-form objects in a column. */
  tools: z.enum(["object", "string"]).default("object"),
});
type Options = z.infer<typeof optionsSchema>;

type Turn = Extract<ForeignEvent, { type: "turn" }>;
type Call = Turn["tool_calls"][number];
type Message = Record<string, Json>;

/**
 * Chat messages with tool calls, one sample per row:
 * `{instance_id, attempt_id, resolved, reward, model, agent, messages, tools}`.
 */
export const openaiMessages: Exporter = {
  format: "openai",
  version: 1,
  parseOptions: (options) => parseValue(options, optionsSchema, "options of the format openai"),
  toRow(input, options) {
    return toRow(input, parseValue(options, optionsSchema, "options of the format openai"));
  },
};

function toRow({ sample }: ExportInput, options: Options): ExportResult {
  const chat = toChat(sample.events);
  if (chat.kind === "broken") return { kind: "refused", reason: chat.reason, detail: chat.detail };
  const malformed = chat.events
    .flatMap((event) => (event.type === "turn" ? event.tool_calls : []))
    .find((call) => call.malformed);
  if (malformed !== undefined && options.arguments === "object") {
    return {
      kind: "refused",
      reason: "malformed-call",
      detail: `the arguments of call ${malformed.id} are no object; "arguments": "string" can hold them`,
    };
  }
  const tools: Json = chat.start.tools.map((tool) => ({
    type: "function",
    function: { name: tool.name, description: tool.description, parameters: tool.parameters },
  }));
  const row = {
    ...columnsOf(sample),
    messages: chat.events.map((event) => toMessage(event, options)),
    tools: options.tools === "string" ? JSON.stringify(tools) : tools,
  };
  return { kind: "row", row, size: sizeOf(chat.events) };
}

function toMessage(event: ChatEvent, options: Options): Message {
  if (event.type === "input") return { role: event.role, content: event.content };
  if (event.type === "result") {
    return {
      role: "tool",
      tool_call_id: event.tool_call_id,
      name: event.tool_name,
      content: event.content,
    };
  }
  return {
    role: "assistant",
    content: event.content,
    ...(event.reasoning === undefined ? {} : { reasoning_content: event.reasoning }),
    ...(event.tool_calls.length === 0
      ? {}
      : { tool_calls: event.tool_calls.map((call) => toToolCall(call, options)) }),
  };
}

function toToolCall(call: Call, options: Options): Message {
  const args = options.arguments === "object" ? call.arguments : argumentsText(call);
  return { id: call.id, type: "function", function: { name: call.name, arguments: args } };
}

/** A malformed call keeps the very text that the model wrote. */
function argumentsText(call: Call): string {
  const raw = call.arguments["malformed"];
  return call.malformed && typeof raw === "string" ? raw : JSON.stringify(call.arguments);
}

function sizeOf(events: readonly ChatEvent[]): RowSize {
  let characters = 0;
  for (const event of events) {
    characters += event.content.length;
    if (event.type !== "turn") continue;
    characters += event.reasoning?.length ?? 0;
    for (const call of event.tool_calls) characters += argumentsText(call).length;
  }
  return { messages: events.length, characters };
}
