import type { Json } from "../base/json.ts";
import type { InstancePair } from "../instance.ts";
import type { FileEdit, Tree } from "../tree.ts";
import { applyFileEdits } from "../trees/edits.ts";
import type { FragmentIndex } from "./fragment-index.ts";
import { eachShingle } from "./shingles.ts";
import { STOP_WORDS } from "../text/words.ts";

/** The word runs that an agent must not find, by their numbers in an index. */
export interface HiddenText {
  /** Runs that lie wholly in what was removed or is to be written. */
  readonly inner: ReadonlySet<number>;
  /** Runs that reach from hidden text into the code around it: what a short text is known by. */
  readonly bordering: ReadonlySet<number>;
}

/** A string of the answer counts as text from this many words; shorter ones are names and codes. */
const PROSE_WORDS = 8;
/** A run of fewer words that carry meaning is a phrase that anybody writes. */
const MEANINGFUL_WORDS = 3;

/**
 * What an instance hides: the text that its start edits take out of the repository, the text that its reference solution puts
 * in, and every longer text of its answer and of its secret facts.
 */
export async function hiddenTextOf(
  pair: InstancePair,
  source: Tree,
  start: Tree,
  index: FragmentIndex,
): Promise<HiddenText> {
  const inner = new Set<number>();
  const bordering = new Set<number>();
  for (const { content, ranges } of [
    ...(await removedParts(source, pair.secret.start)),
    ...(await addedParts(start, pair.secret.solution)),
  ]) {
    eachShingle(content, (first, second, from, to) => {
      const kind = relation(ranges, from, to);
      if (kind === "apart" || !isTelling(content.subarray(from, to))) return;
      (kind === "inner" ? inner : bordering).add(index.add(first, second));
    });
  }
  for (const text of stringsOf([pair.secret.answer, pair.secret.facts])) {
    const content = Buffer.from(text);
    if ((text.match(/\S+/g)?.length ?? 0) < PROSE_WORDS) continue;
    eachShingle(content, (first, second, from, to) => {
      if (isTelling(content.subarray(from, to))) inner.add(index.add(first, second));
    });
  }
  for (const number of inner) bordering.delete(number);
  return { inner, bordering };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Part {
  readonly content: Uint8Array;
  /** What of it is hidden (bytes). */
  readonly ranges: readonly Range[];
}

async function removedParts(source: Tree, edits: readonly FileEdit[]): Promise<Part[]> {
  const parts: Part[] = [];
  for (const { path, replacements } of edits) {
    parts.push({ content: await source.read(path), ranges: replacements });
  }
  return parts;
}

async function addedParts(start: Tree, edits: readonly FileEdit[]): Promise<Part[]> {
  const after = new Map((await applyFileEdits(start, edits)).map((change) => [change.path, change.after]));
  return edits.flatMap(({ path, replacements }) => {
    const content = after.get(path)?.content;
    if (content === undefined) return [];
    let shift = 0;
    const ranges = replacements.map((replacement): Range => {
      const size =
        "text" in replacement
          ? Buffer.byteLength(replacement.text)
          : Buffer.from(replacement.base64, "base64").byteLength;
      const from = replacement.start + shift;
      shift += size - (replacement.end - replacement.start);
      return { start: from, end: from + size };
    });
    return [{ content, ranges }];
  });
}

function relation(ranges: readonly Range[], from: number, to: number): "inner" | "bordering" | "apart" {
  let result: "bordering" | "apart" = "apart";
  for (const { start, end } of ranges) {
    if (from >= start && to <= end) return "inner";
    if (from < end && to > start) result = "bordering";
  }
  return result;
}

function isTelling(run: Uint8Array): boolean {
  const words = new Set(
    Buffer.from(run)
      .toString("utf8")
      .toLowerCase()
      .match(/[\p{L}\p{N}_]{3,}/gu),
  );
  let meaningful = 0;
  for (const word of words) if (!STOP_WORDS.has(word)) meaningful++;
  return meaningful >= MEANINGFUL_WORDS;
}

function* stringsOf(value: Json): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null)
    for (const item of Object.values(value)) yield* stringsOf(item);
}
