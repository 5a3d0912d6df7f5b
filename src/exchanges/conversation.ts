import type { Exchange } from "../exchange.ts";
import { toEvents } from "./conversation/events.ts";
import { Conversations } from "./conversation/lines.ts";
import { timesOf } from "./conversation/times.ts";
import { readAsked } from "./conversation/read.ts";
import type { Conversation, Dialects } from "./conversation/types.ts";

/**
 * A request belongs to the line whose history it begins with. One that goes back to an earlier point takes its line over, and what it drops
 * becomes a branch `retry`; one with the same system prompt and tools and a shorter history begins a `compaction`; one with tools of its own
 * a `sub-agent`; anything else is an `other`. The main line is the first with tools, or the longest where none has any.
 */
export function toConversation(exchanges: readonly Exchange[], dialects: Dialects): Conversation {
  const conversations = new Conversations();
  for (const exchange of exchanges) conversations.add(readAsked(exchange, dialects));
  return toEvents(conversations.finish());
}

/** The same of exchanges that are read one by one, of which none is held; with the time of each event. */
export async function readConversation(
  exchanges: AsyncIterable<Exchange>,
  dialects: Dialects,
): Promise<{ readonly conversation: Conversation; readonly times: readonly string[] }> {
  const conversations = new Conversations();
  const spans: Pick<Exchange, "at" | "ms">[] = [];
  for await (const exchange of exchanges) {
    conversations.add(readAsked(exchange, dialects));
    spans.push({ at: exchange.at, ms: exchange.ms });
  }
  const conversation = toEvents(conversations.finish());
  return { conversation, times: timesOf(spans, conversation) };
}
