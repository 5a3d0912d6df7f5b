import type { ResponseBody } from "../../dialect.ts";
import { readEvents } from "../shared/body.ts";
import { brokeOff, notAResponse, throwIfError } from "../shared/failures.ts";
import { isObject, objectOf, objectsOf, textOf, type JsonObject } from "../shared/json.ts";

const LAST = new Set(["response.completed", "response.incomplete", "response.failed", "response.done"]);

/** The response that the stream's last event has; where its output was left out, the items that came before. */
export function accumulate(body: ResponseBody): JsonObject {
  const { events } = readEvents(body);
  const items = new Map<string, JsonObject>();
  let last: JsonObject | undefined;
  for (const { data } of events) {
    throwIfError(data);
    const type = textOf(data["type"]);
    const index = JSON.stringify(data["output_index"] ?? 0);
    if (type === "response.output_item.added" || type === "response.output_item.done")
      items.set(index, structuredClone(objectOf(data["item"])));
    else if (type.endsWith(".delta")) addDelta(items.get(index), type, data);
    else if (LAST.has(type)) last = objectOf(data["response"]);
  }
  if (events.length === 0 && body.complete) throw notAResponse("a stream without events");
  if (last === undefined) throw brokeOff(`after ${events.length} events, before its last`);
  if (Object.keys(last).length === 0 && items.size === 0) throw notAResponse("a stream without an answer");
  const output = objectsOf(last["output"]);
  return { ...last, output: output.length > 0 ? output : [...items.values()] };
}

/** For services that end without the whole of an item. */
function addDelta(
  item: JsonObject | undefined,
  type: string,
  { delta, content_index: place }: JsonObject,
): void {
  if (item === undefined || typeof delta !== "string") return;
  if (type === "response.function_call_arguments.delta")
    item["arguments"] = textOf(item["arguments"]) + delta;
  else if (type === "response.custom_tool_call_input.delta") item["input"] = textOf(item["input"]) + delta;
  else if (type === "response.output_text.delta") addText(item, "content", "output_text", place, delta);
  else if (type === "response.reasoning_text.delta") addText(item, "content", "reasoning_text", place, delta);
}

function addText(
  item: JsonObject,
  field: string,
  type: string,
  place: JsonObject[string] | undefined,
  text: string,
): void {
  const parts = objectsOf(item[field]);
  item[field] = parts;
  const index = typeof place === "number" ? place : 0;
  const known = parts[index];
  if (isObject(known)) known["text"] = textOf(known["text"]) + text;
  else parts.push({ type, text });
}
