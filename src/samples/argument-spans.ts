import type { Json } from "../base/json.ts";

interface Stretch {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/**
 * Where in `JSON.stringify(value)` the stretch of a text stands that `pointer` (RFC 6901) leads to; of a value that is no text, all of it. Undefined
 * where the pointer leads nowhere.
 */
export function spanIn(
  value: Json,
  pointer: string,
  { from, to }: Stretch,
): { from: number; to: number } | undefined {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  let offset = 0;
  let here = value;
  for (const step of steps) {
    const next = entryAt(here, step);
    if (next === undefined) return undefined;
    offset += next.offset;
    here = next.value;
  }
  const length = JSON.stringify(here).length;
  if (typeof here !== "string" || (from === undefined && to === undefined))
    return { from: offset, to: offset + length };
  const inJson = (place: number) =>
    offset + 1 + JSON.stringify((here as string).slice(0, place)).length - QUOTES;
  return { from: inJson(from ?? 0), to: inJson(to ?? here.length) };
}

const QUOTES = 2;

/** The value below a key or place, and how far its JSON is from the beginning of the whole. */
function entryAt(value: Json, step: string): { value: Json; offset: number } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const isList = Array.isArray(value);
  let offset = 1;
  for (const [key, item] of Object.entries(value)) {
    const before = isList ? 0 : JSON.stringify(key).length + 1;
    if (key === step) return { value: item, offset: offset + before };
    offset += before + JSON.stringify(item).length + 1;
  }
  return undefined;
}
