import type { Exchange } from "../exchange.ts";
import { toEvents } from "./conversation/events.ts";
import { Conversations } from "./conversation/lines.ts";
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
