import { isDeepStrictEqual } from "node:util";
import type { Message } from "../../model.ts";

export const identical = (a: Message, b: Message): boolean => isDeepStrictEqual(a, b);

/**
 * The same message, where a client may have left out thinking, written a turn's calls with other ids and spaces, or put into a call what the model
 * left out (Claude Code gives defaults back as if they had been said): its id tells then.
 */
export function same(a: Message, b: Message): boolean {
  if (a.role === "tool" && b.role === "tool") return a.toolCallId === b.toolCallId && a.content === b.content;
  if (a.role !== "assistant" || b.role !== "assistant") return a.role === b.role && a.content === b.content;
  return (
    a.content.trim() === b.content.trim() &&
    a.toolCalls.length === b.toolCalls.length &&
    a.toolCalls.every((call, index) => {
      const other = b.toolCalls[index];
      if (other?.name !== call.name) return false;
      return other.id === call.id || isDeepStrictEqual(call.arguments, other.arguments);
    })
  );
}

/** Leading messages that are the same. */
export function commonLength(a: readonly Message[], b: readonly Message[]): number {
  const longest = Math.min(a.length, b.length);
  for (let index = 0; index < longest; index++) {
    const [left, right] = [a[index], b[index]];
    if (left === undefined || right === undefined || !same(left, right)) return index;
  }
  return longest;
}

/** Message by message the same history, in which something was changed: results cleared, a date in the system prompt. */
export function isEdited(history: readonly Message[], messages: readonly Message[]): boolean {
  const lastTurn = history.findLastIndex(({ role }) => role === "assistant");
  if (lastTurn === -1 || messages.length < history.length) return false;
  const aligned = history.every((message, index) => {
    const other = messages[index];
    if (message.role === "tool") return other?.role === "tool" && other.toolCallId === message.toolCallId;
    return other?.role === message.role;
  });
  const [said, given] = [history[lastTurn], messages[lastTurn]];
  return aligned && said !== undefined && given !== undefined && same(said, given);
}
