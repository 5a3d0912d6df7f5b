import type { CommentChange } from "../../syntax.ts";
import { isDirective } from "./comments.ts";
import { lineAt } from "./lines.ts";
import type { ReadSource } from "./read-source.ts";

/** A run of comments longer than this on both sides is not matched one by one: all old ones count as changed. */
const MAX_RUN = 2_000;

interface PlacedComment {
  readonly text: string;
  readonly line: number;
  readonly directive: boolean;
  /** What makes two comments the same: the text, and standing alone or behind code, and being the shebang. */
  readonly key: string;
}

/**
 * What happened to the comments of two files of the same code. Comments are matched within the place
 * where they stand (between the same two tokens), so that one that moved is removed here and added there: a `# noqa`
 * on another line is another `# noqa`.
 */
export function commentChanges(before: ReadSource, after: ReadSource): CommentChange[] {
  const old = byPlace(before);
  const now = byPlace(after);
  const places = [...new Set([...old.keys(), ...now.keys()])].sort((a, b) => a - b);
  return places.flatMap((place) => changesAt(old.get(place) ?? [], now.get(place) ?? []));
}

function byPlace({ tokens, code, lines }: ReadSource): Map<number, PlacedComment[]> {
  const places = new Map<number, PlacedComment[]>();
  for (const { start, end, tokensBefore, ownLine } of tokens.comments) {
    // Blanks at a line's end say nothing: an editor that trims them leaves every `# noqa` as it was.
    const text = tokens.text.slice(start, end).trimEnd();
    const line = lineAt(lines, start);
    const mark = start === 0 && text.startsWith("#!") ? "shebang" : ownLine ? "own" : "behind";
    const place = code.before[tokensBefore] ?? 0;
    const comments = places.get(place) ?? [];
    comments.push({ text, line, directive: isDirective(text, line), key: `${mark} ${text}` });
    places.set(place, comments);
  }
  return places;
}

function changesAt(old: readonly PlacedComment[], now: readonly PlacedComment[]): CommentChange[] {
  const changes: CommentChange[] = [];
  let from = 0;
  let to = 0;
  for (const [oldIndex, newIndex] of [...commonSubsequence(old, now), [old.length, now.length] as const]) {
    changes.push(...replaced(old.slice(from, oldIndex), now.slice(to, newIndex)));
    from = oldIndex + 1;
    to = newIndex + 1;
  }
  return changes;
}

/** Old and new comments between two that stayed: as many as pair up were changed, the rest removed or added. */
function replaced(old: readonly PlacedComment[], now: readonly PlacedComment[]): CommentChange[] {
  const changes: CommentChange[] = [];
  for (let index = 0; index < Math.max(old.length, now.length); index++) {
    const [was, is] = [old[index], now[index]];
    if (is === undefined) {
      if (was !== undefined) changes.push(describe("removed", was, was.directive));
    } else if (was === undefined) changes.push(describe("added", is, is.directive));
    else changes.push(describe("changed", is, is.directive || was.directive));
  }
  return changes;
}

function describe(
  change: CommentChange["change"],
  { line, text }: PlacedComment,
  directive: boolean,
): CommentChange {
  return { change, line, text, directive };
}

/** Pairs of indexes of a longest common subsequence. */
function commonSubsequence(
  old: readonly PlacedComment[],
  now: readonly PlacedComment[],
): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let start = 0;
  while (start < old.length && start < now.length && old[start]?.key === now[start]?.key) {
    pairs.push([start, start]);
    start++;
  }
  let tail = 0;
  const endsAlike = () => old[old.length - 1 - tail]?.key === now[now.length - 1 - tail]?.key;
  while (start + tail < Math.min(old.length, now.length) && endsAlike()) tail++;
  pairs.push(...middlePairs(old, now, start, tail));
  for (let back = tail; back > 0; back--) pairs.push([old.length - back, now.length - back]);
  return pairs;
}

function middlePairs(
  old: readonly PlacedComment[],
  now: readonly PlacedComment[],
  start: number,
  tail: number,
): (readonly [number, number])[] {
  const height = old.length - tail - start;
  const width = now.length - tail - start;
  if (height === 0 || width === 0 || height > MAX_RUN || width > MAX_RUN) return [];
  const same = (row: number, column: number) => old[start + row]?.key === now[start + column]?.key;
  const lengths = Array.from({ length: height + 1 }, () => new Int32Array(width + 1));
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let row = height - 1; row >= 0; row--) {
    const line = lengths[row] ?? new Int32Array(0);
    for (let column = width - 1; column >= 0; column--) {
      line[column] = same(row, column)
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let row = 0, column = 0; row < height && column < width;) {
    if (same(row, column)) pairs.push([start + row++, start + column++]);
    else if (at(row + 1, column) >= at(row, column + 1)) row++;
    else column++;
  }
  return pairs;
}
