import type { ResponseBody } from "../../dialect.ts";
import { readEvents } from "../shared/body.ts";
import { brokeOff, notAResponse, throwIfError } from "../shared/failures.ts";
import { objectOf, textOf, without, type JsonObject } from "../shared/json.ts";

/** The events of a stream put together to the message that the service would have sent as one. */
export function accumulate(body: ResponseBody): JsonObject {
  const { events } = readEvents(body);
  const message: JsonObject = {};
  const blocks = new Map<string, JsonObject>();
  let begun = false;
  let ended = false;
  for (const { data } of events) {
    throwIfError(data);
    const index = JSON.stringify(data["index"] ?? 0);
    if (data["type"] === "message_start") Object.assign(message, objectOf(data["message"]));
    if (data["type"] === "content_block_start") blocks.set(index, { ...objectOf(data["content_block"]) });
    if (data["type"] === "content_block_delta") addDelta(blocks, index, objectOf(data["delta"]));
    if (data["type"] === "message_delta") addEnd(message, data);
    begun ||= data["type"] === "message_start";
    ended ||= data["type"] === "message_stop";
  }
  const stopped = textOf(message["stop_reason"]) !== "";
  if (!stopped && blocks.size === 0 && (ended || (body.complete && !begun)))
    throw notAResponse("a stream without an answer");
  if (!ended && (!stopped || !body.complete))
    throw brokeOff(`after ${events.length} events, before its last`);
  return { ...message, type: "message", content: [...blocks.values()].map(finished) };
}

/** Counts of a stream grow; a service may leave those of the beginning out, or set them to 0, at the end. */
function addEnd(message: JsonObject, data: JsonObject): void {
  Object.assign(message, objectOf(data["delta"]));
  const usage = { ...objectOf(message["usage"]) };
  for (const [field, value] of Object.entries(objectOf(data["usage"]))) {
    const known = usage[field];
    if (value === null || (typeof known === "number" && typeof value === "number" && known > value)) continue;
    usage[field] = value;
  }
  message["usage"] = usage;
}

const GROWING: Readonly<Record<string, readonly [delta: string, block: string]>> = {
  text_delta: ["text", "text"],
  thinking_delta: ["thinking", "thinking"],
  signature_delta: ["signature", "signature"],
  input_json_delta: ["partial_json", "partial_json"],
};

function addDelta(blocks: Map<string, JsonObject>, index: string, delta: JsonObject): void {
  const block = blocks.get(index) ?? {};
  blocks.set(index, block);
  const fields = GROWING[textOf(delta["type"])];
  if (fields !== undefined) {
    const [from, to] = fields;
    block[to] = textOf(block[to]) + textOf(delta[from]);
    block["type"] ??= to === "thinking" || to === "signature" ? "thinking" : "text";
  } else if (delta["type"] === "citations_delta") {
    const known = block["citations"];
    block["citations"] = [...(Array.isArray(known) ? known : []), delta["citation"] ?? null];
  }
}

/** Input that came in pieces is a text until it is read as arguments. */
function finished(block: JsonObject): JsonObject {
  const { partial_json: text } = block;
  if (typeof text !== "string" || text === "") return without(block, "partial_json");
  return { ...without(block, "partial_json"), input: text };
}
