import { canonicalJson } from "./json.ts";

/** Field by field, what two configurations differ in, such as `seed: "1" → "2"` or `solvers.0.agent: "loop" → "scripted"`. */
export function differences(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  prefix = "",
): string[] {
  const result: string[] = [];
  for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    const [old, now] = [before[key], after[key]];
    if (isDeep(old) && isDeep(now)) result.push(...differences(old, now, `${prefix}${key}.`));
    else if (show(old) !== show(now)) result.push(`${prefix}${key}: ${show(old)} → ${show(now)}`);
  }
  return result;
}

/** Objects, and lists of objects by their places. */
function isDeep(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && (!Array.isArray(value) || value.every(isDeep));
}

function show(value: unknown): string {
  return value === undefined ? "(not set)" : canonicalJson(value);
}
