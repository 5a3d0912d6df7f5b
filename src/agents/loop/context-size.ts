import type { Message, ModelResponse, ToolDefinition } from "../../model.ts";
import { TOKENS_PER_MESSAGE, type TokenCounter } from "../../text/token-counter.ts";

/** How many tokens the next request has: what the service said of the last one, and a count of what came after. */
export interface ContextSize {
  tokensOf(messages: readonly Message[]): number;
  /** Of these messages alone. */
  partOf(messages: readonly Message[]): number;
  /** Takes in what the service said. */
  learn(sent: readonly Message[], answer: Pick<ModelResponse, "message" | "usage">): void;
}

export function createContextSize(counter: TokenCounter, tools: readonly ToolDefinition[]): ContextSize {
  const toolTokens = counter.count(JSON.stringify(tools));
  const known = new WeakMap<Message, number>();
  const tokensOfOne = (message: Message) => {
    const tokens = known.get(message) ?? counter.count(textOf(message)) + TOKENS_PER_MESSAGE;
    known.set(message, tokens);
    return tokens;
  };
  const counted = (messages: readonly Message[]) =>
    messages.reduce((sum, message) => sum + tokensOfOne(message), 0);
  /** Tokens of a history that begins with `messages`, by the service. */
  let base: { readonly messages: readonly Message[]; readonly tokens: number } | undefined;
  /** By how much the service counts more than we do. */
  let scale = 1;
  return {
    tokensOf(messages) {
      if (base !== undefined && startsWith(messages, base.messages))
        return base.tokens + Math.ceil(scale * counted(messages.slice(base.messages.length)));
      return Math.ceil(scale * (toolTokens + counted(messages)));
    },
    partOf: (messages) => Math.ceil(scale * counted(messages)),
    learn(sent, { message, usage }) {
      // Some services write 0 where they count nothing.
      if (usage.inputTokens === undefined || usage.inputTokens === 0) return;
      scale = Math.max(1, usage.inputTokens / (toolTokens + counted(sent)));
      const said = usage.outputTokens ?? Math.ceil(scale * counted([message]));
      base = { messages: [...sent, message], tokens: usage.inputTokens + said };
    },
  };
}

/** Messages are never changed, so that the same history has the same objects. */
function startsWith(messages: readonly Message[], start: readonly Message[]): boolean {
  return messages.length >= start.length && start.every((message, index) => messages[index] === message);
}

function textOf(message: Message): string {
  if (message.role !== "assistant") return message.content;
  const calls = message.toolCalls.map(({ name, arguments: args }) => `${name}${JSON.stringify(args)}`);
  return [message.reasoning ?? "", message.content, ...calls].join("\n");
}
