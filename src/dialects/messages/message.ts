import { isDeepStrictEqual } from "node:util";
import type { AssistantMessage, Message, ToolCall } from "../../model.ts";
import { partTexts } from "../shared/content.ts";
import { isObject, objectsOf, textOf, without, withoutEmpty, type JsonObject } from "../shared/json.ts";
import { sentArguments, toToolCall, type RawToolCall } from "../shared/tool-calls.ts";

/** The blocks of a message. The dialect refuses empty texts, and turns without any block. */
export function writeBlocks(message: Message): JsonObject[] {
  if (message.role === "tool")
    return [{ type: "tool_result", tool_use_id: message.toolCallId, content: message.content }];
  if (message.role !== "assistant") return [{ type: "text", text: message.content || "(empty)" }];
  const { native } = message;
  if (native?.dialect === "messages" && isObject(native.message))
    return objectsOf(native.message["content"]).map((block) => ({ ...block }));
  return writeAssistant(message);
}

function writeAssistant({ content, toolCalls }: AssistantMessage): JsonObject[] {
  const text = content.trim() === "" && toolCalls.length === 0 ? "(no answer)" : content;
  return [
    ...(text.trim() === "" ? [] : [{ type: "text", text }]),
    ...toolCalls.map((call) => ({
      type: "tool_use",
      id: call.id,
      name: call.name,
      input: sentArguments(call),
    })),
  ];
}

const isCall = (block: JsonObject) => block["type"] === "tool_use";

export function rawCalls(blocks: readonly JsonObject[]): RawToolCall[] {
  return blocks
    .filter(isCall)
    .map(({ id, name, input }) => ({ id: textOf(id), name: textOf(name), arguments: input }));
}

export function readAssistant(
  blocks: readonly JsonObject[],
  toolCalls: readonly ToolCall[],
): AssistantMessage {
  const texts = (type: string, field: string) =>
    blocks.map((block) => (block["type"] === type ? textOf(block[field]) : "")).join("");
  const reasoning = texts("thinking", "thinking");
  const message: AssistantMessage = {
    role: "assistant",
    content: texts("text", "text"),
    ...(reasoning === "" ? {} : { reasoning }),
    toolCalls,
  };
  const sent = sendable(blocks, toolCalls);
  return isDeepStrictEqual(sent, writeAssistant(message)) || sent.length === 0
    ? message
    : { ...message, native: { dialect: "messages", message: { role: "assistant", content: sent } } };
}

/** As they came, but for what a service refuses in a history: empty texts, ids that are not unique, input that is no object. */
function sendable(blocks: readonly JsonObject[], toolCalls: readonly ToolCall[]): JsonObject[] {
  const calls = [...toolCalls];
  return blocks.flatMap((block) => {
    if (block["type"] === "text") return textOf(block["text"]).trim() === "" ? [] : [cleaned(block)];
    const call = isCall(block) ? calls.shift() : undefined;
    if (call === undefined)
      return [block["type"] === "thinking" ? without(block, "cache_control") : cleaned(block)];
    return [{ ...cleaned(block), id: call.id, name: call.name, input: sentArguments(call) }];
  });
}

const cleaned = (block: JsonObject) => withoutEmpty(without(block, "cache_control"));

/** The messages of one turn of a body: each result and each text of a user's turn is one. */
export function readTurn(raw: JsonObject, nameOf: (id: string) => string): Message[] {
  const { content } = raw;
  const blocks = typeof content === "string" ? [{ type: "text", text: content }] : objectsOf(content);
  if (raw["role"] === "assistant") return [readAssistant(blocks, rawCalls(blocks).map(toToolCall))];
  const role = raw["role"] === "system" ? "system" : "user";
  return blocks.map((block): Message => {
    if (block["type"] !== "tool_result") return { role, content: partTexts([block]).join("") };
    const toolCallId = textOf(block["tool_use_id"]);
    return {
      role: "tool",
      toolCallId,
      toolName: nameOf(toolCallId),
      content: partTexts(block["content"]).join("\n"),
    };
  });
}
