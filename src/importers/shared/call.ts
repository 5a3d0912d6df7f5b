import { isObject } from "../../dialects/shared/json.ts";
import type { Json } from "../../base/json.ts";
import { type Fields, parsed } from "./fields.ts";
import { refuse } from "./refuse.ts";

/** A call as a source has it. */
export interface SourceCall {
  readonly id?: string | undefined;
  readonly name: string;
  /** An object, or what the model wrote. */
  readonly arguments: Json | undefined;
  /** Written in the text of the turn: nothing there has an id. */
  readonly inText?: boolean;
}

/** `tool_calls` and `function_call` of a message as OpenAI's services have them, the shorter `{name, arguments}` too. */
export function readCalls(message: Fields): SourceCall[] {
  const calls = message.listOrText("tool_calls").map(readCall);
  const old = message.fields("function_call");
  return old.names().length === 0 ? calls : [...calls, readFunction(old)];
}

function readCall(call: Fields): SourceCall {
  call.again("type", "function");
  call.count("index");
  const isNested = isObject(call.peek("function"));
  const { name, arguments: args } = readFunction(isNested ? call.fields("function") : call);
  return { id: call.text("id"), name, arguments: args };
}

function readFunction(fields: Fields): SourceCall {
  const name = fields.text("name");
  if (name === undefined) return refuse("call-without-name", "a call does not say which tool it calls");
  return { name, arguments: fields.value("arguments") };
}

export interface ReadArguments {
  readonly arguments: { [key: string]: Json };
  readonly malformed: boolean;
  readonly rule?: string;
}

/** Arguments are an object; what the model wrote instead is kept as it is, as our own records keep it. */
export function readArguments(value: Json | undefined): ReadArguments {
  if (isObject(value)) return { arguments: value, malformed: false };
  if (value === undefined || value === null || value === "")
    return { arguments: {}, malformed: false, rule: "arguments-missing" };
  const inside = typeof value === "string" ? parsed(value) : undefined;
  if (isObject(inside)) return { arguments: inside, malformed: false };
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return { arguments: { malformed: text }, malformed: true, rule: "arguments-not-an-object" };
}
