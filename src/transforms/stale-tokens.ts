import { isDeepStrictEqual } from "node:util";
import type { Item, TransformRow } from "../transform.ts";
import { isTurn, type Turn } from "./items.ts";

/**
 * The row without ids of tokens that are not of its texts any more: of a turn that is otherwise all, of those behind a change what they were given and how
 * likely it made their words. A trainer takes ids before texts.
 */
export function withoutStaleTokens(before: TransformRow, after: TransformRow): TransformRow {
  let next = 0;
  let isChanged = false;
  const items = after.items.map((item): Item => {
    const isSame = isDeepStrictEqual(before.items[item.source]?.event, item.event);
    isChanged ||= !isSame || item.source !== next;
    next = item.source + 1;
    if (!isChanged || !isTurn(item) || item.event.tokens === undefined) return item;
    const { tokens, ...rest } = item.event;
    const { completion } = tokens;
    const event: Turn = isSame && completion !== undefined ? { ...rest, tokens: { completion } } : rest;
    return { ...item, event };
  });
  return { ...after, items };
}
