import { z } from "zod";
import { jsonSchema, type Json } from "../../base/json.ts";
import type { Message, ToolCall } from "../../model.ts";

const argumentsSchema = z.record(z.string(), jsonSchema);

/** A tool call as a service sent it: arguments as JSON text, or already parsed. */
export interface RawToolCall {
  readonly id?: string | null | undefined;
  readonly name: string;
  readonly arguments?: unknown;
}

/**
 * Tool calls in our form. Ids that are missing, repeated in the answer, or used earlier in the
 * conversation (servers that count from `call_0` in every answer) are replaced by ones of ours,
 * which depend on the place in the conversation only.
 */
export function toToolCalls(raw: readonly RawToolCall[], messages: readonly Message[]): ToolCall[] {
  const used = new Set(
    messages.flatMap((message) =>
      message.role === "assistant" ? message.toolCalls.map((call) => call.id) : [],
    ),
  );
  const turn = messages.filter((message) => message.role === "assistant").length + 1;
  return raw.map((call, index) => {
    let id = call.id ?? "";
    for (let suffix = index + 1; id === "" || used.has(id); suffix++) id = `call_${turn}_${suffix}`;
    used.add(id);
    return { id, name: call.name, ...parseArguments(call.arguments) };
  });
}

/** A call of a history, whose id others refer to. */
export function toToolCall({ id, name, arguments: value }: RawToolCall): ToolCall {
  return { id: id ?? "", name, ...parseArguments(value) };
}

/** The names of the tools that were called, by the ids of the calls: results carry only those. */
export function toolNames(messages: readonly Message[]): (id: string) => string {
  const calls = messages.flatMap((message) => (message.role === "assistant" ? message.toolCalls : []));
  return (id) => calls.findLast((call) => call.id === id)?.name ?? "";
}

/** An empty text means no arguments: that is how several servers write a call without any. */
function parseArguments(value: unknown): Pick<ToolCall, "arguments" | "malformed"> {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? {});
  const parsed = argumentsSchema.safeParse(text.trim() === "" ? {} : parseOrUndefined(text));
  if (!parsed.success) return { arguments: { malformed: text }, malformed: true };
  return { arguments: parsed.data, malformed: false };
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The arguments as sent back in the history. A malformed call goes back as the object that we keep
 * (`{"malformed": text}`): servers parse the history's arguments and refuse the whole request otherwise.
 */
export function sentArguments(call: ToolCall): { readonly [key: string]: Json } {
  return call.malformed ? { malformed: String(call.arguments["malformed"]) } : { ...call.arguments };
}
