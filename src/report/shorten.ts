import type { PageText } from "./page-data.ts";

/** Shortens one text to about `limit` characters, keeping more of its beginning than of its end. */
export function shorten(text: string, limit: number): PageText {
  if (text.length <= limit) return text;
  const tailStart = text.length - Math.floor(limit / 4);
  const head = text.slice(0, avoidHalfPair(text, limit - Math.floor(limit / 4)));
  const tail = text.slice(avoidHalfPair(text, tailStart));
  return { head, omitted: text.length - head.length - tail.length, tail };
}

/** An index that does not stand between the two halves of a surrogate pair. */
function avoidHalfPair(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index + 1 : index;
}

/** Limits to try for the texts of one attempt, in order. */
const STEPS = [1, 0.4, 0.15, 0.05, 0.015];

export interface Budget {
  /** The greatest limit per text at which these texts fit this attempt's share of what is left. */
  limitFor(lengths: readonly number[]): number;
}

/**
 * Shares `total` characters among `expected` attempts. What one leaves unused goes to those after it, so
 * that a long run is shortened evenly and not cut off at its end.
 */
export function createBudget(total: number, expected: number, textLimit: number): Budget {
  let left = total;
  let waiting = Math.max(1, expected);
  return {
    limitFor(lengths) {
      const share = left / waiting;
      const cost = (limit: number) => lengths.reduce((sum, length) => sum + Math.min(length, limit), 0);
      const limits = STEPS.map((step) => Math.max(200, Math.floor(textLimit * step)));
      const limit = limits.find((candidate) => cost(candidate) <= share) ?? 200;
      left = Math.max(0, left - cost(limit));
      waiting = Math.max(1, waiting - 1);
      return limit;
    },
  };
}
