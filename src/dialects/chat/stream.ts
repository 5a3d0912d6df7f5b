import type { Json } from "../../base/json.ts";
import type { ResponseBody } from "../../dialect.ts";
import { readEvents } from "../shared/body.ts";
import { brokeOff, notAResponse, throwIfError } from "../shared/failures.ts";
import { isObject, objectOf, objectsOf, textOf, without, type JsonObject } from "../shared/json.ts";

/** The chunks of a stream put together to the completion that the service would have sent as one. */
export function accumulate(body: ResponseBody): JsonObject {
  const { events, done } = readEvents(body);
  const top: JsonObject = {};
  const choice: JsonObject = { message: {} };
  const message: JsonObject = {};
  let answered = false;
  for (const { data } of events) {
    throwIfError(data);
    for (const [field, value] of Object.entries(without(data, "choices"))) {
      if (value !== null) top[field] = value;
    }
    const delta = objectsOf(data["choices"]).find(({ index }) => index === undefined || index === 0);
    if (delta !== undefined) addChoice(choice, message, delta);
    answered ||= delta !== undefined;
  }
  if (!answered && (body.complete || done)) throw notAResponse("a stream without an answer");
  if (textOf(choice["finish_reason"]) === "" && !done)
    throw brokeOff(`after ${events.length} events, before the model stopped`);
  if (!body.complete && !done) throw brokeOff(`after ${events.length} events, before its last`);
  return { ...top, choices: [{ ...choice, message }] };
}

function addChoice(choice: JsonObject, message: JsonObject, delta: JsonObject): void {
  for (const [field, value] of Object.entries(without(delta, "delta", "index"))) {
    if (value === null) continue;
    const known = choice[field];
    if (field === "logprobs" && isObject(known)) addLogprobs(known, objectOf(value));
    else if (field === "token_ids" && Array.isArray(known) && Array.isArray(value)) known.push(...value);
    else choice[field] = structuredClone(value);
  }
  for (const [field, value] of Object.entries(objectOf(delta["delta"]))) {
    if (value === null || field === "role") continue;
    if (field === "tool_calls") addCalls(message, objectsOf(value));
    else if (field === "reasoning_details") addDetails(message, objectsOf(value));
    else message[field] = joined(message[field], value);
  }
}

/** Content comes as text, or as parts (of Mistral, thinking in parts and then text). */
function joined(known: Json | undefined, added: Json): Json {
  if (Array.isArray(known)) {
    if (typeof added === "string") return added === "" ? known : [...known, { type: "text", text: added }];
    return Array.isArray(added) ? [...known, ...added] : added;
  }
  return typeof added === "string" ? textOf(known) + added : structuredClone(added);
}

function addLogprobs(known: JsonObject, added: JsonObject): void {
  for (const [field, value] of Object.entries(added)) {
    const list = known[field];
    if (Array.isArray(list) && Array.isArray(value)) list.push(...value);
    else known[field] = value;
  }
}

/** Fragments belong to the call of their index; where indexes lie (all 0) or are missing, a new id begins a new call. */
function addCalls(message: JsonObject, fragments: readonly JsonObject[]): void {
  const calls = objectsOf(message["tool_calls"]);
  message["tool_calls"] = calls;
  for (const fragment of fragments) {
    const added = objectOf(fragment["function"]);
    const { index } = fragment;
    const same = index === undefined ? calls.at(-1) : calls.findLast((call) => call["index"] === index);
    const begins = textOf(added["name"]) !== "" && startsAnother(same, fragment);
    if (same === undefined || begins) {
      calls.push({ ...fragment, function: { ...added, arguments: argumentText(added) } });
      continue;
    }
    const called = objectOf(same["function"]);
    same["id"] = textOf(same["id"]) || textOf(fragment["id"]);
    called["name"] = textOf(called["name"]) || textOf(added["name"]);
    called["arguments"] = textOf(called["arguments"]) + argumentText(added);
  }
}

function startsAnother(same: JsonObject | undefined, fragment: JsonObject): boolean {
  if (same === undefined) return true;
  const id = textOf(fragment["id"]);
  if (fragment["index"] === undefined) return id === "" || id !== textOf(same["id"]);
  return id !== "" && textOf(same["id"]) !== "" && id !== textOf(same["id"]);
}

/** Some servers send arguments already parsed. */
function argumentText({ arguments: value }: JsonObject): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Pieces of one detail follow each other; a service that gets them back wants them whole. */
function addDetails(message: JsonObject, details: readonly JsonObject[]): void {
  const known = objectsOf(message["reasoning_details"]);
  message["reasoning_details"] = known;
  for (const detail of details) {
    const last = known.at(-1);
    if (last === undefined || last["type"] !== detail["type"] || last["index"] !== detail["index"]) {
      known.push({ ...detail });
      continue;
    }
    for (const [field, value] of Object.entries(detail)) {
      if (value === null) continue;
      const joined = ["text", "summary", "data"].includes(field) && typeof value === "string";
      last[field] = joined ? textOf(last[field]) + value : value;
    }
  }
}
