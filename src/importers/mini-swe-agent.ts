import { isObject } from "../dialects/shared/json.ts";
import { defined } from "../base/defined.ts";
import type { Json } from "../base/json.ts";
import type { ImportSource, Importer } from "../importer.ts";
import { readCalls, type SourceCall } from "./shared/call.ts";
import { endReason, instanceOfFile, readUsage, stopOf } from "./shared/common.ts";
import { readContent } from "./shared/content.ts";
import { Conversation } from "./shared/conversation.ts";
import { type Draft, defineImporter } from "./shared/define.ts";
import { type Fields, parsed } from "./shared/fields.ts";
import { readOutput } from "./shared/items.ts";
import { refuse } from "./shared/refuse.ts";
import { isMessageList, startsWithReturnCode } from "./shared/recognise.ts";
import { readTextTurn } from "./shared/text-calls.ts";

/** Trajectories of mini-swe-agent 1 (commands in fenced blocks) and 2 (calls), and its bare lists of messages. */
export const miniSweAgent: Importer = defineImporter({
  format: "mini-swe-agent",
  version: 1,
  recognises: (document) =>
    Array.isArray(document)
      ? isMessageList(document) && startsWithReturnCode(document)
      : isTrajectory(document),
  read: readTrajectory,
});

function isTrajectory(document: Json): boolean {
  if (!isObject(document) || !Array.isArray(document["messages"])) return false;
  const format = document["trajectory_format"];
  if (typeof format === "string" && format.startsWith("mini-swe-agent")) return true;
  const info = document["info"];
  return isObject(info) && ("mini_version" in info || "exit_status" in info) && "submission" in info;
}

function readTrajectory(document: Fields, source: ImportSource): Draft {
  document.text("trajectory_format");
  const conversation = new Conversation();
  const messages = document.list(document.peek("all") === undefined ? "messages" : "all");
  if (messages.length === 0) return refuse("no-conversation", "the document has no messages");
  for (const message of messages) readMessage(conversation, message);
  const info = document.fields("info");
  const config = info.fields("config");
  const model = config.fields("model");
  const status = info.text("exit_status");
  return {
    instance: document.text("instance_id") ?? instanceOfFile(source),
    agent: { name: "mini-swe-agent", version: info.text("mini_version") },
    model: model.text("model_name"),
    grade: { kind: "ungraded" },
    patch: info.text("submission"),
    dollars: info.fields("model_stats").amount("instance_cost"),
    sampling: samplingOf(model.fields("model_kwargs")),
    end: status === undefined ? undefined : { reason: endReason(status), detail: status },
    events: conversation.finish(),
    repaired: conversation.repaired,
  };
}

function samplingOf(kwargs: Fields): Draft["sampling"] {
  return defined({
    temperature: kwargs.number("temperature"),
    topP: kwargs.number("top_p"),
    maxOutputTokens: kwargs.number("max_tokens"),
    seed: kwargs.number("seed"),
  });
}

function readMessage(conversation: Conversation, message: Fields): void {
  const role = message.text("role");
  const extra = message.fields("extra");
  const at = extra.number("timestamp");
  if (role === undefined) return readItem(conversation, message, at);
  const content = readContent(message, "content");
  if (role === "assistant") return readTurn(conversation, message, content, at);
  if (role === "tool") return conversation.result({ id: message.text("tool_call_id"), content, at });
  if (role === "exit" || extra.peek("exit_status") !== undefined)
    return readExit(conversation, message, content, at);
  if (role !== "user" && role !== "system") return refuse("unknown-role", `a message of the role ${role}`);
  if (role === "user" && conversation.open > 0) conversation.result({ content, at, inText: true });
  else conversation.input(role, content, { at });
}

/** Not said to the model: how it ended, and what it handed in, which `info` says too. */
function readExit(
  conversation: Conversation,
  message: Fields,
  content: string,
  at: number | undefined,
): void {
  if (conversation.open > 0 && content !== "") conversation.result({ content, at, inText: true });
  else message.skip("exit");
}

function readTurn(
  conversation: Conversation,
  message: Fields,
  content: string,
  at: number | undefined,
): void {
  const extra = message.fields("extra");
  const response = extra.fields("response");
  const choice = response.list("choices")[0];
  const again = choice?.fields("message");
  for (const name of again?.names() ?? []) again?.again(name, message.peek(name));
  const calls = readCalls(message);
  const text = calls.length > 0 ? { content, calls, rules: [] } : readTextTurn(content, "fences", []);
  for (const rule of text.rules) conversation.repaired.add(rule);
  for (const [place, action] of extra.list("actions").entries()) sayAgain(action, text.calls.slice(place));
  conversation.turn({
    content: text.content,
    reasoning: message.text("reasoning_content"),
    calls: text.calls,
    usage: readUsage(response.fields("usage")),
    served_model: response.text("model"),
    stop: stopOf(choice?.text("finish_reason")),
    at,
  });
}

function sayAgain(action: Fields, calls: readonly SourceCall[]): void {
  const id = action.peek("tool_call_id");
  const call = calls.find((one) => one.id === id) ?? calls[0];
  if (call === undefined) return;
  action.again("tool_call_id", call.id);
  const { arguments: args } = call;
  const known = typeof args === "string" ? parsed(args) : args;
  if (isObject(known)) action.again("command", known["command"]);
}

/** Of a model that speaks Responses: an answer with its items, or the result of a call. */
function readItem(conversation: Conversation, message: Fields, at: number | undefined): void {
  const usage = readUsage(message.fields("usage"));
  const items = message.list("output");
  message.again("object", "response");
  if (items.length === 0) return readOutput(conversation, [message]);
  readOutput(conversation, items, { at, usage, served_model: message.text("model") });
}
