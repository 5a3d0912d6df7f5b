import { isDeepStrictEqual } from "node:util";
import type { AssistantMessage, Message, ToolCall } from "../../model.ts";
import { partTexts } from "../shared/content.ts";
import {
  isObject,
  objectOf,
  objectsOf,
  textOf,
  without,
  withoutEmpty,
  type JsonObject,
} from "../shared/json.ts";
import { sentArguments, toToolCall, type RawToolCall } from "../shared/tool-calls.ts";

export function writeMessage(message: Message): JsonObject {
  if (message.role === "tool")
    return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
  if (message.role !== "assistant") return { role: message.role, content: message.content };
  const { native } = message;
  return native?.dialect === "chat" && isObject(native.message) ? native.message : writeAssistant(message);
}

/** Without what only its own dialect could say. */
function writeAssistant({ content, toolCalls }: AssistantMessage): JsonObject {
  if (toolCalls.length === 0) return { role: "assistant", content };
  return {
    role: "assistant",
    content,
    tool_calls: toolCalls.map((call) => ({
      id: call.id,
      type: "function",
      function: { name: call.name, arguments: JSON.stringify(sentArguments(call)) },
    })),
  };
}

export function readMessage(raw: JsonObject, nameOf: (id: string) => string): Message {
  const content = partTexts(raw["content"]).join("\n");
  switch (raw["role"]) {
    case "system":
    case "developer":
      return { role: "system", content };
    case "assistant":
      return readAssistant(raw, rawCalls(raw).map(toToolCall));
    case "tool":
    case "function": {
      const toolCallId = textOf(raw["tool_call_id"]);
      return { role: "tool", toolCallId, toolName: nameOf(toolCallId) || textOf(raw["name"]), content };
    }
    default:
      return { role: "user", content };
  }
}

/** The calls as they were written, also in the form that came before `tool_calls`. */
export function rawCalls(raw: JsonObject): RawToolCall[] {
  const calls = objectsOf(raw["tool_calls"]).map((call) => {
    const called = objectOf(call["function"] ?? call["custom"]);
    return {
      id: textOf(call["id"]),
      name: textOf(called["name"]),
      arguments: called["arguments"] ?? called["input"],
    };
  });
  if (calls.length > 0 || !isObject(raw["function_call"])) return calls;
  const { name, arguments: value } = raw["function_call"];
  return [{ id: "", name: textOf(name), arguments: value }];
}

export function readAssistant(raw: JsonObject, toolCalls: readonly ToolCall[]): AssistantMessage {
  const reasoning = readReasoning(raw);
  const message: AssistantMessage = {
    role: "assistant",
    content: partTexts(contentParts(raw).filter((part) => !isThinking(part))).join(""),
    ...(reasoning === "" ? {} : { reasoning }),
    toolCalls,
  };
  const sent = sendable(raw, toolCalls);
  return isDeepStrictEqual(sent, writeAssistant(message))
    ? message
    : { ...message, native: { dialect: "chat", message: sent } };
}

function contentParts(raw: JsonObject): JsonObject[] {
  const { content } = raw;
  return typeof content === "string" ? [{ type: "text", text: content }] : objectsOf(content);
}

const isThinking = (part: JsonObject) => part["type"] === "thinking";

/** By vLLM, SGLang, llama.cpp and DeepSeek · by OpenRouter and newer vLLM · in parts, by Mistral. */
function readReasoning(raw: JsonObject): string {
  const plain = textOf(raw["reasoning_content"]) || textOf(raw["reasoning"]);
  if (plain !== "") return plain;
  const details = objectsOf(raw["reasoning_details"]);
  const detailed = details.map((detail) => textOf(detail["text"]) || textOf(detail["summary"])).join("");
  if (detailed !== "") return detailed;
  const parts = contentParts(raw).filter(isThinking);
  return parts.flatMap((part) => partTexts(part["thinking"])).join("");
}

/** As it came, but for what a service would refuse in a history: empty fields, ids that are not unique, arguments that do not parse. */
function sendable(raw: JsonObject, toolCalls: readonly ToolCall[]): JsonObject {
  const calls = objectsOf(raw["tool_calls"]);
  const rest = withoutEmpty(without(raw, "role", "content", "tool_calls", "function_call"));
  return {
    role: "assistant",
    content: raw["content"] ?? "",
    ...rest,
    ...(toolCalls.length === 0
      ? {}
      : { tool_calls: toolCalls.map((call, index) => sendableCall(call, calls[index])) }),
  };
}

function sendableCall(call: ToolCall, raw: JsonObject = {}): JsonObject {
  const called = objectOf(raw["function"]);
  const text = called["arguments"];
  const kept = typeof text === "string" && text.trim() !== "" && !call.malformed;
  return {
    ...withoutEmpty(without(raw, "index", "custom")),
    id: call.id,
    type: "function",
    function: {
      ...withoutEmpty(called),
      name: call.name,
      arguments: kept ? text : JSON.stringify(sentArguments(call)),
    },
  };
}
