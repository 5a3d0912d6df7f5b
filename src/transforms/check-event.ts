import { isDeepStrictEqual } from "node:util";
import type { Json } from "../base/json.ts";
import type { Allowance, EventMark, Item } from "../transform.ts";
import { escaped } from "./rewrite.ts";

/** What is otherwise in an event than it may be. */
export function eventChange(was: Item, now: Item, may: Allowance): string | undefined {
  const [before, after] = [was.event, now.event];
  if (isDeepStrictEqual(before, after)) return undefined;
  if (may.rewrite) {
    const place = unmarked(before as unknown as Json, after as unknown as Json, "", now.marks);
    return place === undefined ? undefined : `${place === "" ? "it" : place} is otherwise and not marked`;
  }
  if (before.type === "result" && after.type === "result" && may.rename) {
    const renamed = { ...after, tool_name: before.tool_name };
    return isDeepStrictEqual(before, renamed) ? undefined : "more than its name is otherwise";
  }
  if (before.type === "start" && after.type === "start" && (may.rename || may.removeDefinitions)) {
    const same = isDeepStrictEqual(before, { ...after, tools: before.tools });
    const known =
      may.rename || after.tools.every((tool) => before.tools.some((b) => isDeepStrictEqual(b, tool)));
    return same && known ? undefined : "more than its tools is otherwise";
  }
  if (before.type === "tools" && after.type === "tools" && may.removeDefinitions)
    return after.tools.every((tool) => before.tools.some((b) => isDeepStrictEqual(b, tool)))
      ? undefined
      : "a definition is otherwise";
  if (before.type === "input" && after.type === "input" && may.addNote) {
    const from = before.content.length;
    const isMarked = now.marks.some(
      ({ pointer, kind, ...span }) =>
        pointer === "/content" &&
        kind === "synthetic" &&
        span.from === from &&
        span.to === after.content.length,
    );
    const isSame = isDeepStrictEqual(before, { ...after, content: before.content });
    return isSame && after.content.startsWith(before.content) && isMarked
      ? undefined
      : "a note is not marked";
  }
  return "it is otherwise";
}

/** The first place at which two values differ where no mark says so. */
function unmarked(was: Json, now: Json, pointer: string, marks: readonly EventMark[]): string | undefined {
  const own = marks.filter((mark) => mark.pointer === pointer && mark.kind === "synthetic");
  if (own.some(({ from }) => from === undefined)) return undefined;
  if (typeof was === "string" && typeof now === "string")
    return isSameOutside(was, now, own) ? undefined : pointer;
  if (typeof was !== "object" || typeof now !== "object" || was === null || now === null)
    return was === now ? undefined : pointer;
  const [before, after] = [Object.entries(was), Object.entries(now)];
  if (before.length !== after.length || Array.isArray(was) !== Array.isArray(now)) return pointer;
  for (const [place, [key, value]] of before.entries()) {
    const [newKey, newValue] = after[place] ?? ["", null];
    if (key !== newKey) return pointer;
    const found = unmarked(value, newValue, `${pointer}/${escaped(key)}`, marks);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether the text is the old one with anything in the place of the marked stretches. */
function isSameOutside(was: string, now: string, marks: readonly EventMark[]): boolean {
  const parts: string[] = [];
  let at = 0;
  for (const { from = 0, to = now.length } of marks.toSorted((a, b) => (a.from ?? 0) - (b.from ?? 0))) {
    if (from < at) continue;
    parts.push(now.slice(at, from));
    at = to;
  }
  parts.push(now.slice(at));
  const [first = "", ...others] = parts;
  const last = others.pop();
  if (last === undefined) return was === now;
  if (!was.startsWith(first)) return false;
  let place = first.length;
  for (const part of others) {
    const found = was.indexOf(part, place);
    if (found === -1) return false;
    place = found + part.length;
  }
  return was.length - last.length >= place && was.endsWith(last);
}
