import type { AgentEnd } from "../../agent.ts";

interface WindowSettings {
  readonly contextWindow?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly tokenizer?: string | undefined;
}

/** Of what a request may have, when older turns are summed up. */
const CROWDED_SHARE = 0.8;
const ANSWER_SHARE = 1 / 8;
const MAX_ANSWER_TOKENS = 4096;

/** Whether it is time to sum up. */
export function crowded(tokens: number, settings: WindowSettings): boolean {
  return tokens > roomOf(settings) * CROWDED_SHARE;
}

/** The ending where a request of so many tokens leaves no room for its answer. */
export function contextLimit(tokens: number, settings: WindowSettings): AgentEnd | undefined {
  if (tokens <= roomOf(settings)) return undefined;
  const how = settings.tokenizer === undefined ? "estimated where the service did not count" : "counted";
  return {
    reason: "context-limit",
    detail: `${tokens} tokens (${how}) and an answer do not fit into ${settings.contextWindow}`,
  };
}

/** Tokens that a request may have. */
function roomOf({ contextWindow, maxOutputTokens }: WindowSettings): number {
  if (contextWindow === undefined) return Infinity;
  const answer = maxOutputTokens ?? Math.min(MAX_ANSWER_TOKENS, Math.floor(contextWindow * ANSWER_SHARE));
  return contextWindow - answer;
}
