import { createHash } from "node:crypto";
import type { Tokenizer } from "../tokenizer.ts";
import type { ForeignEvent } from "../trajectory.ts";

/** All that the model is given and says on the main line, piece by piece: what is counted as characters, and in tokens. */
function* textsOf(events: readonly ForeignEvent[]): Generator<string> {
  for (const event of events) {
    if ("branch" in event && event.branch !== undefined) continue;
    if (event.type === "input" || event.type === "result" || event.type === "turn") yield event.content;
    if (event.type !== "turn") continue;
    if (event.reasoning !== undefined) yield event.reasoning;
    for (const call of event.tool_calls) yield JSON.stringify(call.arguments);
  }
}

/** Tokens of these texts, each by itself: what a chat template puts around them is not counted. */
export function countTokensOf(events: readonly ForeignEvent[], tokenizer: Pick<Tokenizer, "encode">): number {
  let tokens = 0;
  for (const text of textsOf(events)) tokens += tokenizer.encode(text).length;
  return tokens;
}

/** The main line of a record, measured. */
export interface Conversation {
  /** Equal for records in which the same was said and done: ids of calls, times and counts of tokens aside. */
  readonly key: string;
  readonly turns: number;
  readonly calls: number;
  /** UTF-16 units of all that the model is given and says: inputs, results, content, reasoning and arguments. */
  readonly characters: number;
  /** Of these, what the model wrote. */
  readonly written: number;
}

export function measureConversation(events: readonly ForeignEvent[]): Conversation {
  const hash = createHash("sha256");
  let [turns, calls, given, written] = [0, 0, 0, 0];
  const say = (kind: string, ...texts: readonly string[]) => {
    hash.update(JSON.stringify([kind, ...texts]));
    return texts.reduce((sum, text) => sum + text.length, 0);
  };
  for (const event of events) {
    if ("branch" in event && event.branch !== undefined) continue;
    if (event.type === "input") given += say(event.role, event.content);
    if (event.type === "result") given += say("tool", event.content);
    if (event.type === "context") hash.update(JSON.stringify(event.messages));
    if (event.type !== "turn") continue;
    turns++;
    calls += event.tool_calls.length;
    written += say("assistant", event.content, event.reasoning ?? "");
    for (const call of event.tool_calls) {
      hash.update(JSON.stringify(call.name));
      written += say("call", JSON.stringify(call.arguments));
    }
  }
  // Half of it tells a million apart, and they are all in memory.
  return { key: hash.digest("base64").slice(0, 22), turns, calls, characters: given + written, written };
}
