import type { Json } from "../base/json.ts";
import type { EventMark } from "../transform.ts";
import type { ForeignEvent } from "../trajectory.ts";

/** A stretch of a text and what stands there instead; in order, and apart from each other. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What is asked of every text of a record. */
export type EditsOf = (text: string) => readonly Edit[];

export interface Rewritten<T> {
  readonly value: T;
  readonly marks: readonly EventMark[];
}

/** Where texts stand in events: all else is names, ids and numbers. */
const TEXTS: Readonly<Record<ForeignEvent["type"], readonly string[]>> = {
  start: ["tools"],
  input: ["content"],
  turn: ["content", "reasoning", "tool_calls"],
  result: ["content"],
  tools: ["tools"],
  context: ["messages"],
  branch: [],
  end: ["detail"],
};
/** Of calls, messages and tools: ids are no text, and names are no one's secret. */
const NAMES = new Set(["id", "name", "role", "tool_call_id", "tool_name"]);
/** Below these every key is somebody's own. */
const FREE = new Set(["arguments", "parameters"]);

/** The event with all of its texts edited; what is put in is marked, and marks that there were stand where their text is now. */
export function rewriteEvent(
  event: ForeignEvent,
  marks: readonly EventMark[],
  by: string,
  editsOf: EditsOf,
): Rewritten<ForeignEvent> {
  let result = event as unknown as Record<string, Json>;
  let kept = marks;
  for (const key of TEXTS[event.type]) {
    const value = result[key];
    if (value === undefined) continue;
    const rewritten = rewriteJson(value, `/${key}`, kept, by, editsOf);
    if (rewritten.value === value) continue;
    result = { ...result, [key]: rewritten.value };
    kept = rewritten.marks;
  }
  return { value: result as unknown as ForeignEvent, marks: kept };
}

/** The same value, and not an equal one, where there was nothing to edit. */
function rewriteJson(
  value: Json,
  pointer: string,
  marks: readonly EventMark[],
  by: string,
  editsOf: EditsOf,
  isFree = false,
): Rewritten<Json> {
  if (typeof value === "string") return rewriteText(value, pointer, marks, by, editsOf);
  if (typeof value !== "object" || value === null) return { value, marks };
  const isList = Array.isArray(value);
  let kept = marks;
  let isSame = true;
  const entries = Object.entries(value).map(([key, item]): [string, Json] => {
    if (!isList && !isFree && NAMES.has(key)) return [key, item];
    const below = isFree || (!isList && FREE.has(key));
    // Keys are part of what was written too, where they are no names of ours.
    const newKey = isFree && !isList ? applyEdits(key, editsOf(key)).text : key;
    const done = rewriteJson(item, `${pointer}/${escaped(newKey)}`, kept, by, editsOf, below);
    kept = done.marks;
    if (newKey !== key) kept = [...kept, { pointer, kind: "synthetic", by }];
    isSame &&= newKey === key && done.value === item;
    return [newKey, done.value];
  });
  if (isSame) return { value, marks };
  // Thrown, as it may be deep within: the row is refused.
  if (new Set(entries.map(([key]) => key)).size < entries.length)
    throw new RangeError(`two keys of ${pointer} would be one`);
  if (isList) return { value: entries.map(([, item]) => item), marks: kept };
  return { value: Object.fromEntries(entries), marks: kept };
}

export function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** One text. */
export function rewriteText(
  text: string,
  pointer: string,
  marks: readonly EventMark[],
  by: string,
  editsOf: EditsOf,
): Rewritten<string> {
  const edits = editsOf(text);
  if (edits.length === 0) return { value: text, marks };
  const { text: value, spans, moved } = applyEdits(text, edits);
  const kept = marks.map((mark) =>
    mark.pointer !== pointer || mark.from === undefined || mark.to === undefined
      ? mark
      : { ...mark, from: moved(mark.from), to: Math.max(moved(mark.from), moved(mark.to)) },
  );
  const added = spans.map((span): EventMark => ({ pointer, ...span, kind: "synthetic", by }));
  return { value, marks: [...kept, ...added] };
}

function applyEdits(text: string, edits: readonly Edit[]) {
  let [result, at] = ["", 0];
  const spans: { from: number; to: number }[] = [];
  for (const edit of edits) {
    result += text.slice(at, edit.from);
    spans.push({ from: result.length, to: result.length + edit.text.length });
    result += edit.text;
    at = edit.to;
  }
  /** Where a place of the old text is in the new one; a place within an edit is its end. */
  const moved = (place: number) => {
    let shift = 0;
    for (const [index, { from, to }] of edits.entries()) {
      if (place <= from) break;
      if (place < to) return spans[index]?.to ?? place;
      shift = (spans[index]?.to ?? 0) - to;
    }
    return place + shift;
  };
  return { text: result + text.slice(at), spans, moved };
}
