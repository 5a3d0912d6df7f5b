import { isObject } from "../../dialects/shared/json.ts";
import type { Importer } from "../../importer.ts";
import type { SourceCall } from "../shared/call.ts";
import { readTools, readUsage } from "../shared/common.ts";
import { readContent } from "../shared/content.ts";
import { Conversation } from "../shared/conversation.ts";
import { type Draft, defineImporter } from "../shared/define.ts";
import { Fields } from "../shared/fields.ts";
import { readRow } from "./row.ts";

/** Evaluation rows of the OpenHands SDK: a history of events that each name their kind. */
export const openhandsSdk: Importer = defineImporter({
  format: "openhands-sdk",
  version: 1,
  recognises: (document) =>
    isObject(document) &&
    Array.isArray(document["history"]) &&
    isObject(document["history"][0]) &&
    typeof document["history"][0]["kind"] === "string",
  read: (row) => new SdkReader().read(row),
});

interface Stamp {
  readonly at: string | undefined;
  readonly key: string | undefined;
}

class SdkReader {
  readonly #conversation = new Conversation();
  readonly #callOf = new Map<string, string>();
  #tools: NonNullable<Draft["tools"]> = [];
  #response: string | undefined;
  #isFinished = false;

  /** What each answer of the model took stands beside the history, by the answer's id. */
  readonly #usages = new Map<string, Fields>();

  read(row: Fields): Draft {
    for (const usage of row.fields("metrics").list("token_usages")) {
      const id = usage.text("response_id");
      if (id !== undefined && id !== "") this.#usages.set(id, usage);
    }
    for (const event of row.list("history")) this.#event(event);
    return readRow(row, {
      conversation: this.#conversation,
      tools: this.#tools,
      version: undefined,
      isFinished: this.#isFinished,
    });
  }

  #event(event: Fields): void {
    const kind = event.text("kind") ?? "event";
    const stamp = { at: event.text("timestamp"), key: event.text("id") };
    if (kind === "SystemPromptEvent") {
      this.#tools = readTools(event, "tools", this.#conversation.repaired);
      const parts = [readContent(event, "system_prompt"), readContent(event, "dynamic_context")];
      const content = parts.filter((part) => part !== "").join("\n\n");
      this.#conversation.input("system", content, stamp);
    } else if (kind === "MessageEvent") this.#message(event, stamp);
    else if (kind === "ActionEvent") this.#action(event, stamp);
    else if (kind === "ObservationEvent") this.#observation(event, stamp);
    else if (kind === "AgentErrorEvent") this.#result(event, readContent(event, "error"), true, stamp);
    else if (kind === "UserRejectObservation")
      this.#result(event, readContent(event, "rejection_reason"), true, stamp);
    else if (kind === "Condensation") this.#condense(event, stamp.at);
    else return event.skip(kind);
    event.text("source");
  }

  #message(event: Fields, stamp: Stamp): void {
    const message = event.fields("llm_message");
    const role = message.text("role");
    const said = [readContent(message, "content"), readContent(event, "extended_content")];
    const content = said.filter((part) => part !== "").join("\n");
    if (role !== "assistant") {
      this.#conversation.input(role === "system" ? "system" : "user", content, stamp);
      return;
    }
    this.#response = event.text("llm_response_id");
    const usage = this.#usageOf(this.#response);
    this.#conversation.turn({ content, reasoning: reasoningOf(message), calls: [], usage, ...stamp });
    event.again("source", "agent");
  }

  /** Calls that came in one answer of the model are events of their own, which name the answer. */
  #action(event: Fields, stamp: Stamp): void {
    const response = event.text("llm_response_id");
    const content = readContent(event, "thought");
    const reasoning = reasoningOf(event);
    if (response === undefined || response !== this.#response)
      this.#conversation.turn({ content, reasoning, calls: [], usage: this.#usageOf(response), ...stamp });
    this.#response = response;
    const call = readCall(event);
    this.#isFinished ||= call.name === "finish";
    const [id] = this.#conversation.addCalls([call]);
    if (id !== undefined && stamp.key !== undefined) this.#callOf.set(stamp.key, id);
  }

  #usageOf(response: string | undefined): ReturnType<typeof readUsage> {
    const usage = this.#usages.get(response ?? "");
    return usage === undefined ? undefined : readUsage(usage);
  }

  #observation(event: Fields, stamp: Stamp): void {
    const observation = event.fields("observation");
    observation.text("kind");
    const around = observation.fields("metadata");
    const name = observation.peek("content") === undefined ? "output" : "content";
    const said = readContent(observation, name);
    const content = `${around.text("prefix") ?? ""}${said}${around.text("suffix") ?? ""}`;
    this.#result(event, content, observation.flag("is_error") ?? false, stamp);
  }

  #result(event: Fields, content: string, isError: boolean, stamp: Stamp): void {
    const action = event.text("action_id");
    const id = event.text("tool_call_id") ?? this.#callOf.get(action ?? "");
    this.#conversation.result({ id, name: event.text("tool_name"), content, isError, ...stamp });
  }

  #condense(event: Fields, at: string | undefined): void {
    const ids = event.value("forgotten_event_ids");
    const forgotten = new Set(Array.isArray(ids) ? ids.map(String) : []);
    const text = event.text("summary");
    const summary = text === undefined ? undefined : { text, place: event.count("summary_offset") ?? 0 };
    this.#conversation.condense(forgotten, summary, at);
  }
}

function reasoningOf(owner: Fields): string | undefined {
  const said = owner.text("reasoning_content");
  const thinking = readContent(owner, "thinking_blocks");
  const summary = readContent(owner.fields("responses_reasoning_item"), "summary");
  return said ?? (thinking || summary || undefined);
}

/** What the model wrote is `tool_call`; `action` is what became of it, with defaults filled in. */
function readCall(event: Fields): SourceCall {
  const call = event.fields("tool_call");
  const action = event.fields("action");
  const kind = action.text("kind");
  const name = call.text("name") ?? event.text("tool_name") ?? kind ?? "unknown";
  event.again("tool_name", name);
  const id = event.text("tool_call_id") ?? call.text("id");
  call.again("id", id);
  if (call.peek("arguments") === undefined)
    return {
      id,
      name,
      arguments: Object.fromEntries(action.names().map((field) => [field, action.value(field) ?? null])),
    };
  const known =
    typeof call.peek("arguments") === "string" ? call.parsed("arguments") : call.fields("arguments");
  for (const field of action.names()) action.again(field, known.peek(field));
  event.again("summary", known.peek("summary"));
  event.again("security_risk", known.peek("security_risk"));
  return { id, name, arguments: call.value("arguments") };
}
