import type { AskedFor } from "../../dialect.ts";
import type { ModelResponse, ToolCall, Usage } from "../../model.ts";
import { eventText } from "../shared/body.ts";
import { objectsOf, textOf, type JsonObject } from "../shared/json.ts";
import { sentArguments } from "../shared/tool-calls.ts";

export function* writeResponse(response: ModelResponse, asked: AskedFor): Iterable<string> {
  const turn = asked.messages.filter(({ role }) => role === "assistant").length + 1;
  const head: JsonObject = {
    id: `resp_${turn}`,
    object: "response",
    created_at: 0,
    model: response.servedModel ?? asked.model,
    error: null,
    parallel_tool_calls: true,
    tool_choice: "auto",
    tools: [],
  };
  const output = outputItems(response, asked, turn);
  const whole = { ...head, ...status(response.stop), output, usage: writeUsage(response.usage) };
  if (!asked.stream) {
    yield JSON.stringify(whole);
    return;
  }
  let sequence = 0;
  const event = (type: string, fields: JsonObject) =>
    eventText({ type, sequence_number: sequence++, ...fields }, type);
  const begun = { ...head, status: "in_progress", incomplete_details: null, output: [], usage: null };
  yield event("response.created", { response: begun });
  yield event("response.in_progress", { response: begun });
  for (const [index, item] of output.entries()) {
    for (const [type, fields] of itemEvents(item))
      yield event(type, { item_id: item["id"] ?? "", output_index: index, ...fields });
  }
  yield event(
    response.stop === "length" || response.stop === "other" ? "response.incomplete" : "response.completed",
    {
      response: whole,
    },
  );
}

function status(stop: ModelResponse["stop"]): JsonObject {
  if (stop === "end" || stop === "tool-calls") return { status: "completed", incomplete_details: null };
  const reason = stop === "length" ? "max_output_tokens" : "content_filter";
  return { status: "incomplete", incomplete_details: { reason } };
}

function outputItems({ message }: ModelResponse, asked: AskedFor, turn: number): JsonObject[] {
  const { native, reasoning, content, toolCalls } = message;
  const items: JsonObject[] =
    native?.dialect === "responses"
      ? objectsOf(native.message)
      : [
          ...(reasoning === undefined
            ? []
            : [{ type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: reasoning }] }]),
          ...(content === "" && toolCalls.length > 0
            ? []
            : [{ type: "message", role: "assistant", content }]),
          ...toolCalls.map((call) => writeCall(call, asked)),
        ];
  return items.map((item, index) => completed(item, `${textOf(item["type"])}_${turn}_${index + 1}`));
}

/** Tools that take one text are called with one text. */
function writeCall(call: ToolCall, asked: AskedFor): JsonObject {
  const kind = objectsOf(asked.more["tools"]).find(({ name }) => name === call.name)?.["type"];
  const { input } = sentArguments(call);
  if (kind === "custom" && typeof input === "string")
    return { type: "custom_tool_call", call_id: call.id, name: call.name, input };
  const text = call.malformed ? String(call.arguments["malformed"]) : JSON.stringify(sentArguments(call));
  return { type: "function_call", call_id: call.id, name: call.name, arguments: text };
}

function completed(item: JsonObject, id: string): JsonObject {
  if (item["type"] === "reasoning") return { id, ...item };
  if (item["type"] !== "message") return { id, status: "completed", ...item };
  const { content } = item;
  const parts =
    typeof content === "string"
      ? [{ type: "output_text", text: content, annotations: [], logprobs: [] }]
      : (content ?? []);
  return { id, status: "completed", ...item, content: parts };
}

type ItemEvent = readonly [type: string, fields: JsonObject];

/** An item begins empty, comes in pieces, and comes once more whole. */
function* itemEvents(item: JsonObject): Iterable<ItemEvent> {
  yield ["response.output_item.added", { item: emptied(item) }];
  if (item["type"] === "message" || item["type"] === "reasoning") {
    for (const [place, part] of objectsOf(item["content"]).entries()) yield* partEvents(part, place);
  }
  if (item["type"] === "function_call") {
    const text = item["arguments"] ?? "";
    yield ["response.function_call_arguments.delta", { delta: text }];
    yield ["response.function_call_arguments.done", { arguments: text, name: item["name"] ?? "" }];
  }
  if (item["type"] === "custom_tool_call") {
    const input = item["input"] ?? "";
    yield ["response.custom_tool_call_input.delta", { delta: input }];
    yield ["response.custom_tool_call_input.done", { input }];
  }
  yield ["response.output_item.done", { item }];
}

function emptied(item: JsonObject): JsonObject {
  const begun = "status" in item ? { ...item, status: "in_progress" } : item;
  if (item["type"] === "message" || item["type"] === "reasoning") return { ...begun, content: [] };
  if (item["type"] === "function_call") return { ...begun, arguments: "" };
  return item["type"] === "custom_tool_call" ? { ...begun, input: "" } : begun;
}

function* partEvents(part: JsonObject, place: number): Iterable<ItemEvent> {
  const { type, text = "" } = part;
  const at = { content_index: place };
  yield ["response.content_part.added", { ...at, part: { ...part, text: "" } }];
  if (type === "output_text" || type === "reasoning_text") {
    const more = type === "output_text" ? { logprobs: [] } : {};
    yield [`response.${type}.delta`, { ...at, delta: text, ...more }];
    yield [`response.${type}.done`, { ...at, text, ...more }];
  }
  yield ["response.content_part.done", { ...at, part }];
}

/** Null where something is not known: readers of this dialect demand all of the counts or none. */
function writeUsage({ inputTokens, outputTokens, cachedTokens }: Usage): JsonObject | null {
  if (inputTokens === undefined || outputTokens === undefined) return null;
  return {
    input_tokens: inputTokens,
    input_tokens_details: cachedTokens === undefined ? null : { cached_tokens: cachedTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  };
}
