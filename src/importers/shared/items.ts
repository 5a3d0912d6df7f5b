import type { ForeignEvent } from "../../trajectory.ts";
import { readContent } from "./content.ts";
import type { SourceCall } from "./call.ts";
import type { Conversation, SourceTurn } from "./conversation.ts";
import type { Fields } from "./fields.ts";
import { refuse } from "./refuse.ts";
import { readTokens } from "./tokens.ts";

type Tokens = Extract<ForeignEvent, { type: "turn" }>["tokens"];

/** `input` of a request of the Responses API: text, or items, those of earlier turns among them. */
export function readInput(conversation: Conversation, request: Fields): void {
  const text = request.text("input");
  if (text !== undefined) conversation.input("user", text);
  else readOutput(conversation, request.list("input"));
}

/** What is said before the next result: one turn, whose parts are items of their own. */
interface Draft {
  content: string[];
  reasoning: string[];
  readonly calls: SourceCall[];
  tokens: Tokens;
}

/**
 * Items of the Responses API. They do not say where one answer of the model ends and the next begins: a turn
 * lasts until a result, an input, or a second message while it has no calls.
 */
export function readOutput(
  conversation: Conversation,
  items: readonly Fields[],
  more: Pick<SourceTurn, "at" | "usage" | "served_model"> = {},
): void {
  let draft: Draft | undefined;
  const current = (): Draft => (draft ??= { content: [], reasoning: [], calls: [], tokens: undefined });
  const close = () => {
    if (draft === undefined) return;
    const { content, reasoning, calls, tokens } = draft;
    const said = {
      content: content.join("\n"),
      reasoning: reasoning.length > 0 ? reasoning.join("\n") : undefined,
    };
    conversation.turn({ ...said, calls, tokens, ...more });
    draft = undefined;
  };
  for (const item of items) {
    const type = item.text("type") ?? (item.peek("role") === undefined ? undefined : "message");
    const role = item.text("role");
    if (type === "message" && role !== "assistant") {
      close();
      conversation.input(roleOf(role), readContent(item, "content"));
    } else if (type === "message") {
      if (draft !== undefined && draft.content.length > 0 && draft.calls.length === 0) close();
      current().content.push(readContent(item, "content"));
      current().tokens ??= tokensOf(item);
    } else if (type === "reasoning") {
      if (draft !== undefined && (draft.content.length > 0 || draft.calls.length > 0)) close();
      const thought = readContent(item, "content") || readContent(item, "summary");
      if (thought !== "") current().reasoning.push(thought);
    } else if (type === "function_call") {
      const name = item.text("name");
      if (name === undefined) return refuse("call-without-name", "a call does not say which tool it calls");
      const id = item.text("call_id") ?? item.text("id");
      item.again("id", id);
      current().calls.push({ id, name, arguments: item.value("arguments") });
      current().tokens ??= tokensOf(item);
    } else if (type === "function_call_output") {
      close();
      conversation.result({ id: item.text("call_id"), content: readContent(item, "output") });
    } else item.skip(type ?? "item");
  }
  close();
}

function roleOf(role: string | undefined): "system" | "user" {
  if (role === "user") return "user";
  if (role === "system" || role === "developer") return "system";
  return refuse("unknown-role", `a message of the role ${role ?? "(none)"}`);
}

const TOKENS = {
  prompt: "prompt_token_ids",
  completion: "generation_token_ids",
  logprobs: "generation_log_probs",
};

/** Those who kept none write empty lists. */
function tokensOf(item: Fields): Tokens {
  const tokens = readTokens(item, TOKENS);
  return tokens === undefined || Object.values(tokens).every((list) => (list?.length ?? 0) === 0)
    ? undefined
    : tokens;
}
