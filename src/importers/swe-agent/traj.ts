import { defined } from "../../base/defined.ts";
import type { ImportSource } from "../../importer.ts";
import { readCalls, type SourceCall } from "../shared/call.ts";
import { endReason, instanceOfFile } from "../shared/common.ts";
import { readContent } from "../shared/content.ts";
import { Conversation } from "../shared/conversation.ts";
import type { Draft } from "../shared/define.ts";
import type { Fields } from "../shared/fields.ts";
import { refuse } from "../shared/refuse.ts";
import { stepsAgain, type Said } from "./steps.ts";

/** A `.traj`: the history that the model saw, and the steps beside it, which say most of it again. */
export function readTraj(document: Fields, source: ImportSource): Draft {
  const conversation = new Conversation();
  const history = document.list("history");
  if (history.length === 0) return refuse("no-conversation", "the document has no history");
  const said: Said[] = [];
  for (const message of history) readMessage(conversation, message, said);
  const last = stepsAgain(document.list("trajectory"), said);
  if (last !== undefined && conversation.open > 0) conversation.result({ content: last, inText: true });
  const info = document.fields("info");
  const stats = info.fields("model_stats");
  const sent = stats.peek("tokens_sent") === 0 ? undefined : stats.count("tokens_sent");
  const received = sent === undefined ? undefined : stats.count("tokens_received");
  const status = info.text("exit_status");
  document.again("environment", instanceOfFile(source));
  return {
    instance: instanceOfFile(source),
    agent: { name: "swe-agent", version: info.text("swe_agent_version") },
    grade: { kind: "ungraded" },
    patch: info.text("submission"),
    usage: sent === undefined ? undefined : defined({ inputTokens: sent, outputTokens: received }),
    dollars: stats.amount("instance_cost"),
    end: status === undefined ? undefined : { reason: endReason(status), detail: status },
    events: conversation.finish(),
    repaired: conversation.repaired,
  };
}

function readMessage(conversation: Conversation, message: Fields, said: Said[]): void {
  const role = message.text("role");
  message.text("message_type");
  message.text("agent");
  const content = readContent(message, "content");
  if (role === "system") return conversation.input("system", content);
  if (role === "tool") return answer(conversation, message, content, said);
  if (role === "user") {
    // A demonstration is a conversation in one message of the user; nothing of it was asked of this model.
    const isDemo = message.flag("is_demo") === true;
    if (conversation.open === 0 || isDemo) conversation.input("user", content);
    else answer(conversation, message, content, said);
    return;
  }
  if (role !== "assistant") return refuse("unknown-role", `a message of the role ${role ?? "(none)"}`);
  const calls = readCalls(message);
  const action = message.text("action");
  const thought = message.peek("thought");
  const reasoning = message.text("reasoning_content");
  if (calls.length > 0 || action === undefined || action.trim() === "") {
    message.again("thought", content);
    conversation.turn({ content, reasoning, calls });
  } else {
    const text = message.text("thought") ?? content;
    conversation.turn({ content: text.trimEnd(), reasoning, calls: [shell(action)] });
  }
  said.push({ content, thought: typeof thought === "string" ? thought : content, action, result: undefined });
}

function answer(conversation: Conversation, message: Fields, content: string, said: Said[]): void {
  const ids = message.peek("tool_call_ids");
  const id = message.text("tool_call_id") ?? (Array.isArray(ids) && ids.length === 1 ? ids[0] : undefined);
  if (typeof id === "string") message.value("tool_call_ids");
  const isInText = message.peek("tool_call_ids") === undefined;
  conversation.result({ id: typeof id === "string" ? id : undefined, content, inText: isInText });
  const last = said.at(-1);
  if (last !== undefined) last.result = content;
}

/** The commands of SWE-agent are functions of its shell. */
export function shell(action: string): SourceCall {
  return { name: "bash", arguments: { command: action.trim() }, inText: true };
}
