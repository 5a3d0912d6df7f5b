import type { ToolCall } from "../../model.ts";
import type { ToolResult } from "../../tool.ts";

/** At so many the model is warned; at so many it ends. */
export const WARN_REPEATS = 3;
export const MAX_REPEATS = 6;

/**
 * Finds an agent that goes in circles: how often this call gave this result since a call last gave something that was not seen before.
 * So A, A, A counts, and A, B, A, B as well, while tests that are run again after each edit do not.
 */
export interface Repeats {
  /** Whether the model was told of it, in a turn before. */
  warned: boolean;
  count(call: ToolCall, result: ToolResult): number;
}

export function createRepeats(): Repeats {
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  return {
    warned: false,
    count(call, { content }) {
      const key = JSON.stringify([call.name, call.arguments, content]);
      if (!seen.has(key)) {
        seen.add(key);
        counts.clear();
        return 1;
      }
      const times = (counts.get(key) ?? 1) + 1;
      counts.set(key, times);
      return times;
    },
  };
}

export function repeatWarning(times: number): string {
  if (times < WARN_REPEATS) return "";
  return `\n[this call gave this same result ${times} times now; do something else: at ${MAX_REPEATS} the work ends]`;
}
