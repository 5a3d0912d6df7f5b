import { endReason, readClaim, readTools, readUsage } from "../shared/common.ts";
import { Conversation } from "../shared/conversation.ts";
import type { Draft } from "../shared/define.ts";
import type { Fields } from "../shared/fields.ts";
import { readTextResult, readTextTurn, styleOf } from "../shared/text-calls.ts";
import { type Message, readMessage, readSharegpt } from "./message.ts";

/** A row around a list of messages, under the names that published sets use. */
export function readMessages(row: Fields): Draft {
  const list =
    ["all", "messages", "conversations"].find((name) => Array.isArray(row.peek(name))) ?? "messages";
  const read = list === "conversations" ? readSharegpt : readMessage;
  const conversation = new Conversation();
  const tools = readTools(row, "tools", conversation.repaired);
  converse(conversation, row.list(list).map(read), row.text("system"), tools);
  const id = row.text("instance_id");
  const own = row.text("attempt_id") ?? row.text("traj_id") ?? row.text("id") ?? row.text("uuid");
  row.again("id", own);
  const grade = readClaim(row, ["resolved", "target", "reward"]);
  if (grade.kind === "claimed") row.again("reward", grade.resolved ? 1 : 0);
  const repository = row.text("repo") ?? row.text("repository");
  const status = row.text("exit_status");
  return {
    id: own,
    instance: id,
    repository:
      repository === undefined ? undefined : { name: repository, commit: row.text("base_commit") ?? null },
    language: row.text("language"),
    agent: agentOf(row.text("agent")),
    model: row.text("model") ?? row.text("model_name"),
    grade,
    patch:
      row.text("patch") ?? row.text("model_patch") ?? row.text("generated_patch") ?? row.text("git_patch"),
    usage: readUsage(row.fields("usage")),
    tools,
    end: status === undefined ? undefined : { reason: endReason(status), detail: status },
    events: conversation.finish(),
    repaired: conversation.repaired,
  };
}

/** Ours are written `loop@1.2.0`. */
function agentOf(text: string | undefined): Draft["agent"] {
  if (text === undefined) return undefined;
  const at = text.lastIndexOf("@");
  return at < 1 ? { name: text } : { name: text.slice(0, at), version: text.slice(at + 1) };
}

function converse(
  conversation: Conversation,
  messages: readonly Message[],
  system: string | undefined,
  tools: NonNullable<Draft["tools"]>,
): void {
  if (system !== undefined) conversation.input("system", system);
  const isStructured = messages.some(({ calls }) => calls.length > 0);
  const said = (role: string) =>
    messages.filter((message) => message.role === role).map(({ content }) => content);
  const style = isStructured ? undefined : styleOf(said("assistant"), said("user"));
  for (const message of messages) {
    const { role, content } = message;
    if (role === "assistant") {
      const text = readTextTurn(content, style, tools);
      for (const rule of text.rules) conversation.repaired.add(rule);
      conversation.turn({ ...message, content: text.content, calls: [...message.calls, ...text.calls] });
    } else if (role === "tool") {
      conversation.result({ id: message.id, name: message.name, content });
    } else if (role === "user" && style !== undefined && conversation.open > 0) {
      conversation.result({ ...readTextResult(content), inText: true });
    } else conversation.input(role, content);
  }
}
