import { isObject } from "../../dialects/shared/json.ts";
import type { Json } from "../../base/json.ts";
import type { Importer } from "../../importer.ts";
import { readContent } from "../shared/content.ts";
import { readCalls, type SourceCall } from "../shared/call.ts";
import { readTools, readUsage, stopOf } from "../shared/common.ts";
import { Conversation } from "../shared/conversation.ts";
import { type Draft, defineImporter } from "../shared/define.ts";
import { Fields } from "../shared/fields.ts";
import { readRow } from "./row.ts";

/** Evaluation rows of OpenHands before its SDK: a history of actions and observations. */
export const openhands: Importer = defineImporter({
  format: "openhands",
  version: 1,
  recognises(document) {
    if (!isObject(document) || !Array.isArray(document["history"])) return false;
    const [first] = document["history"].flat();
    return (
      isObject(first) && (typeof first["action"] === "string" || typeof first["observation"] === "string")
    );
  },
  read: (row) => new V0Reader().read(row),
});

/** What neither the model said nor was told: states of the program around it. */
const NOT_SAID = new Set([
  "null",
  "recall",
  "change_agent_state",
  "agent_state_changed",
  "condensation_request",
  "pause",
  "resume",
  "stop",
]);

/** Of the arguments of an action without the model's own call: what the program added. */
const ADDED = new Set([
  "action",
  "blocking",
  "confirmation_state",
  "hidden",
  "id",
  "include_extra",
  "is_confirmed",
  "is_static",
  "keep_prompt",
  "kernel_init_code",
  "llm_metrics",
  "message",
  "security_risk",
  "source",
  "thought",
  "timestamp",
  "tool_call_metadata",
]);

class V0Reader {
  readonly #conversation = new Conversation();
  /** Ids of calls by the event that made them. */
  readonly #callOf = new Map<number, string>();
  readonly #argumentsOf = new Map<string, Fields>();
  #tools: NonNullable<Draft["tools"]> = [];
  #version: string | undefined;
  #response: { readonly id: string; readonly value: Json | undefined } | undefined;
  #isFinished = false;

  read(row: Fields): Draft {
    for (const event of eventsOf(row)) this.#event(event);
    return readRow(row, {
      conversation: this.#conversation,
      tools: this.#tools,
      version: this.#version,
      isFinished: this.#isFinished,
    });
  }

  #event(event: Fields): void {
    const name = event.text("action") ?? event.text("observation") ?? "event";
    if (NOT_SAID.has(name)) return event.skip(name);
    const id = event.count("id");
    const stamp = { at: event.text("timestamp"), key: id === undefined ? undefined : String(id) };
    const source = event.text("source");
    if (event.peek("observation") !== undefined) return this.#observation(event, name, stamp);
    const args = event.peek("args") === undefined ? event : event.fields("args");
    if (name === "system") {
      this.#tools = readTools(args, "tools", this.#conversation.repaired);
      this.#version = args.text("openhands_version");
      this.#say(event, args, "system", stamp);
    } else if (name === "condensation") this.#condense(args, stamp.at);
    else if (name !== "message") this.#call(event, args, name, id, stamp);
    else if ((source ?? (args.flag("wait_for_response") === true ? "agent" : "user")) === "agent") {
      const content = readContent(args, "content");
      event.again("message", content);
      this.#conversation.turn({ content, calls: [], ...stamp });
    } else this.#say(event, args, "user", stamp);
  }

  #say(event: Fields, args: Fields, role: "system" | "user", stamp: { at?: string | undefined }): void {
    const content = readContent(args, "content");
    event.again("message", content);
    this.#conversation.input(role, content, stamp);
  }

  #call(event: Fields, args: Fields, name: string, id: number | undefined, stamp: object): void {
    const metadata = event.fields("tool_call_metadata");
    this.#isFinished ||= name === "finish";
    const response = metadata.fields("model_response");
    const responseId = response.peek("id");
    const isTold = typeof responseId === "string" && responseId === this.#response?.id;
    if (isTold) metadata.again("model_response", this.#response?.value);
    const message = response.list("choices")[0]?.fields("message") ?? new Fields(undefined);
    const called = metadata.text("tool_call_id");
    const tool = metadata.text("function_name") ?? name;
    metadata.count("total_calls_in_response");
    if (isTold) {
      this.#note(id, called, args);
      return;
    }
    if (typeof responseId === "string")
      this.#response = { id: responseId, value: metadata.peek("model_response") };
    const calls = readCalls(message);
    const made: SourceCall[] =
      calls.length > 0 ? calls : [{ id: called, name: tool, arguments: argumentsOf(args) }];
    const content = calls.length > 0 ? readContent(message, "content") : (args.text("thought") ?? "");
    message.again("role", "assistant");
    response.text("id");
    this.#conversation.turn({
      content,
      reasoning: message.text("reasoning_content"),
      calls: [],
      usage: readUsage(response.fields("usage")),
      served_model: response.text("model"),
      stop: stopOf(response.list("choices")[0]?.text("finish_reason")),
      ...stamp,
    });
    const ids = this.#conversation.addCalls(made);
    args.again("thought", content);
    if (calls.length === 0) this.#note(id, ids[0], args);
    else {
      for (const [place, call] of calls.entries()) this.#argumentsOf.set(ids[place] ?? "", argumentsIn(call));
      this.#note(id, called ?? ids[0], args);
    }
  }

  /** The action says the call again, in its own words; only what differs is lost. */
  #note(id: number | undefined, call: string | undefined, args: Fields): void {
    if (call === undefined) return;
    if (id !== undefined) this.#callOf.set(id, call);
    sameFields(args, this.#argumentsOf.get(call));
  }

  #observation(event: Fields, name: string, stamp: object): void {
    const metadata = event.fields("tool_call_metadata");
    const cause = event.count("cause");
    const id = metadata.text("tool_call_id") ?? (cause === undefined ? undefined : this.#callOf.get(cause));
    metadata.again("model_response", this.#response?.value);
    metadata.count("total_calls_in_response");
    const extras = event.fields("extras");
    const around = extras.fields("metadata");
    const said = readContent(event, "content");
    const content = `${around.text("prefix") ?? ""}${said}${around.text("suffix") ?? ""}`;
    event.again("message", said);
    sameFields(extras, this.#argumentsOf.get(id ?? ""));
    const isError = name === "error" || name === "user_rejected";
    if (id === undefined && this.#conversation.open === 0) this.#conversation.input("user", content, stamp);
    else this.#conversation.result({ id, name: metadata.text("function_name"), content, isError, ...stamp });
  }

  #condense(args: Fields, at: string | undefined): void {
    const ids = args.value("forgotten_event_ids");
    const [from, to] = [args.count("forgotten_events_start_id"), args.count("forgotten_events_end_id")];
    const forgotten = new Set(Array.isArray(ids) ? ids.map(String) : []);
    if (from !== undefined && to !== undefined)
      for (const id of this.#conversation.keys())
        if (Number(id) >= from && Number(id) <= to) forgotten.add(id);
    const text = args.text("summary");
    const summary = text === undefined ? undefined : { text, place: args.count("summary_offset") ?? 0 };
    this.#conversation.condense(forgotten, summary, at);
  }
}

/** The oldest histories are pairs of an action and its observation. */
function eventsOf(row: Fields): readonly Fields[] {
  const history = row.peek("history");
  if (!Array.isArray(history) || !history.every(Array.isArray)) return row.list("history");
  const flat = new Fields({ history: history.flat() });
  row.replace("history", flat.list("history"));
  return flat.list("history");
}

function argumentsOf(args: Fields): Json {
  const names = args.names().filter((name) => !ADDED.has(name));
  return Object.fromEntries(names.map((name) => [name, args.value(name) ?? null]));
}

function argumentsIn({ arguments: value }: SourceCall): Fields {
  return typeof value === "string" ? new Fields({ value }).parsed("value") : new Fields(value);
}

function sameFields(fields: Fields, known: Fields | undefined): void {
  if (known === undefined) return;
  for (const name of fields.names()) fields.again(name, known.peek(name));
}
