import { isObject } from "../../dialects/shared/json.ts";
import { readCalls, type SourceCall } from "../shared/call.ts";
import { readContent } from "../shared/content.ts";
import { type Fields, parsed } from "../shared/fields.ts";
import { refuse } from "../shared/refuse.ts";

/** A message in whichever form, with what it says. */
export interface Message {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  readonly reasoning?: string | undefined;
  readonly calls: readonly SourceCall[];
  /** Of the call, or the tool, that it answers. */
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/** OpenAI's form. */
export function readMessage(message: Fields): Message {
  const role = message.text("role");
  const content = readContent(message, "content");
  if (role === "system" || role === "developer") return { role: "system", content, calls: [] };
  if (role === "user") return { role, content, calls: [] };
  if (role === "tool" || role === "function")
    return { role: "tool", content, calls: [], id: message.text("tool_call_id"), name: message.text("name") };
  if (role !== "assistant") return refuse("unknown-role", `a message of the role ${role ?? "(none)"}`);
  const reasoning = message.text("reasoning_content") ?? message.text("reasoning");
  message.again("reasoning", reasoning);
  return { role, content, reasoning, calls: readCalls(message) };
}

const ROLES: Readonly<Record<string, Message["role"]>> = {
  assistant: "assistant",
  bot: "assistant",
  function_response: "tool",
  gpt: "assistant",
  human: "user",
  model: "assistant",
  observation: "tool",
  system: "system",
  tool: "tool",
  user: "user",
};

/** ShareGPT's `{from, value}`; a call is a turn of its own, JSON text in `value`. */
export function readSharegpt(turn: Fields): Message {
  const from = turn.text("from");
  const value = readContent(turn, "value");
  if (from === "function_call") return { role: "assistant", content: "", calls: readCallText(value) };
  const role = Object.hasOwn(ROLES, from ?? "") ? ROLES[from ?? ""] : undefined;
  if (role === undefined) return refuse("unknown-role", `a turn from ${from ?? "(none)"}`);
  return { role, content: value, calls: [], name: turn.text("name") };
}

function readCallText(text: string): SourceCall[] {
  const value = parsed(text);
  return (Array.isArray(value) ? value : [value ?? null]).map((call) => {
    const name = isObject(call) ? call["name"] : undefined;
    if (!isObject(call) || typeof name !== "string")
      return refuse("call-without-name", "a call does not say which tool it calls");
    return { name, arguments: call["arguments"] ?? call["parameters"] };
  });
}
