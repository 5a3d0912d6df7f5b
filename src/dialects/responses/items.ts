import { isDeepStrictEqual } from "node:util";
import type { AssistantMessage, Message, ToolCall } from "../../model.ts";
import { partTexts } from "../shared/content.ts";
import { objectOf, objectsOf, textOf, without, withoutEmpty, type JsonObject } from "../shared/json.ts";
import { sentArguments, toToolCall, type RawToolCall } from "../shared/tool-calls.ts";

/** The items of a message. */
export function writeItems(message: Message): JsonObject[] {
  if (message.role === "tool")
    return [{ type: "function_call_output", call_id: message.toolCallId, output: message.content }];
  if (message.role !== "assistant")
    return [{ type: "message", role: message.role, content: message.content }];
  const { native } = message;
  return native?.dialect === "responses" ? objectsOf(native.message) : writeAssistant(message);
}

function writeAssistant({ content, toolCalls }: AssistantMessage): JsonObject[] {
  return [
    ...(content === "" && toolCalls.length > 0 ? [] : [{ type: "message", role: "assistant", content }]),
    ...toolCalls.map((call) => ({
      type: "function_call",
      call_id: call.id,
      name: call.name,
      arguments: JSON.stringify(sentArguments(call)),
    })),
  ];
}

export function isOutput(item: JsonObject): boolean {
  return textOf(item["type"]).endsWith("_output");
}

/** Kinds of calls whose arguments are their own: a text, or an action. */
function rawCall(item: JsonObject): RawToolCall | undefined {
  const id = textOf(item["call_id"]) || textOf(item["id"]);
  switch (item["type"]) {
    case "function_call":
      return { id, name: textOf(item["name"]), arguments: item["arguments"] };
    case "custom_tool_call":
      return { id, name: textOf(item["name"]), arguments: { input: item["input"] ?? "" } };
    case "local_shell_call":
      return { id, name: "local_shell", arguments: objectOf(item["action"]) };
    default:
      return undefined;
  }
}

export function rawCalls(items: readonly JsonObject[]): RawToolCall[] {
  return items.map(rawCall).filter((call) => call !== undefined);
}

const isMessage = (item: JsonObject) =>
  item["type"] === "message" || (item["type"] === undefined && item["role"] !== undefined);

export function readAssistant(
  items: readonly JsonObject[],
  toolCalls: readonly ToolCall[],
): AssistantMessage {
  const reasoning = items
    .filter(({ type }) => type === "reasoning")
    .map(reasoningText)
    .filter((text) => text !== "")
    .join("\n\n");
  const message: AssistantMessage = {
    role: "assistant",
    content: items
      .filter(isMessage)
      .flatMap(({ content }) => partTexts(content))
      .join(""),
    ...(reasoning === "" ? {} : { reasoning }),
    toolCalls,
  };
  const sent = sendable(items, toolCalls);
  return isDeepStrictEqual(sent, writeAssistant(message))
    ? message
    : { ...message, native: { dialect: "responses", message: sent } };
}

/** The model's own thinking where a service shows it, else its summary. */
function reasoningText(item: JsonObject): string {
  const full = partTexts(objectsOf(item["content"]).map(({ text }) => text ?? "")).join("");
  return (
    full ||
    objectsOf(item["summary"])
      .map(({ text }) => textOf(text))
      .join("\n\n")
  );
}

/**
 * As they came, but for what a service refuses in a history that it does not keep itself: ids of its items, thinking of which it gave
 * nothing but an id, ids of calls that are not unique, arguments that do not parse.
 */
function sendable(items: readonly JsonObject[], toolCalls: readonly ToolCall[]): JsonObject[] {
  const calls = [...toolCalls];
  return items.flatMap((item) => {
    if (isMessage(item)) return [sendableMessage(item)];
    if (item["type"] === "reasoning") {
      const empty = textOf(item["encrypted_content"]) === "" && objectsOf(item["content"]).length === 0;
      return empty ? [] : [{ summary: [], ...withoutEmpty(without(item, "status")) }];
    }
    const call = rawCall(item) === undefined ? undefined : calls.shift();
    if (call === undefined) return [withoutEmpty(item)];
    const kept = withoutEmpty(without(item, "id", "status"));
    if (item["type"] !== "function_call") return [{ ...kept, call_id: call.id }];
    const text = item["arguments"];
    const whole = typeof text === "string" && text.trim() !== "" && !call.malformed;
    return [
      {
        ...kept,
        call_id: call.id,
        name: call.name,
        arguments: whole ? text : JSON.stringify(sentArguments(call)),
      },
    ];
  });
}

function sendableMessage(item: JsonObject): JsonObject {
  const parts = objectsOf(item["content"]);
  const content = parts.every((part) => part["type"] === "output_text")
    ? partTexts(item["content"]).join("")
    : (item["content"] ?? "");
  return {
    ...withoutEmpty(without(item, "id", "status", "content")),
    type: "message",
    role: "assistant",
    content,
  };
}

/** The items of a body as messages: what the model said between two of others is one message. */
export function readItems(
  items: readonly JsonObject[],
  nameOf: (messages: readonly Message[], id: string) => string,
): Message[] {
  const messages: Message[] = [];
  let said: JsonObject[] = [];
  const flush = () => {
    if (said.length > 0) messages.push(readAssistant(said, rawCalls(said).map(toToolCall)));
    said = [];
  };
  for (const item of items) {
    const other = isOutput(item) || (isMessage(item) && item["role"] !== "assistant");
    if (!other) {
      said.push(item);
      continue;
    }
    flush();
    messages.push(readOther(item, (id) => nameOf(messages, id)));
  }
  flush();
  return messages;
}

function readOther(item: JsonObject, nameOf: (id: string) => string): Message {
  if (!isOutput(item)) {
    const role = item["role"] === "system" || item["role"] === "developer" ? "system" : "user";
    return { role, content: partTexts(item["content"]).join("\n") };
  }
  const toolCallId = textOf(item["call_id"]) || textOf(item["id"]);
  const content = partTexts(item["output"]).join("\n");
  return { role: "tool", toolCallId, toolName: nameOf(toolCallId), content };
}
