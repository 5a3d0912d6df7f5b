import type { Hunk } from "../diff.ts";

/** Old lines, from 1 and inclusive. For lines that were only added: the two between which they stand. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** Lines on both sides of a hunk up to which they are paired one by one. */
const MAX_PAIRED = 2_000;

/** A run of lines that others take the place of; one of the two sides may be empty. */
export interface LineEdit {
  /** In the old file, from 1; of a run of no lines the line before which the new ones come. */
  readonly first: number;
  readonly oldLines: readonly string[];
  readonly newLines: readonly string[];
}

/** What a hunk changes: its context, inside and around, taken out. */
export function lineEdits({
  oldStart,
  oldLines,
  newLines,
}: Pick<Hunk, "oldStart" | "oldLines" | "newLines">): LineEdit[] {
  const kept = commonLines(oldLines, newLines);
  const edits: LineEdit[] = [];
  let [oldPlace, newPlace] = [0, 0];
  for (const [oldIndex, newIndex] of [...kept, [oldLines.length, newLines.length] as const]) {
    if (oldIndex > oldPlace || newIndex > newPlace)
      edits.push({
        first: oldStart + oldPlace,
        oldLines: oldLines.slice(oldPlace, oldIndex),
        newLines: newLines.slice(newPlace, newIndex),
      });
    [oldPlace, newPlace] = [oldIndex + 1, newIndex + 1];
  }
  return edits;
}

/** What differs between two texts. */
export function lineEditsOf(before: string, after: string): LineEdit[] {
  const [old, now] = [before, after].map((text) => text.split("\n")) as [string[], string[]];
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start++;
  let tail = 0;
  while (tail < shorter - start && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return lineEdits({
    oldStart: start + 1,
    oldLines: old.slice(start, old.length - tail),
    newLines: now.slice(start, now.length - tail),
  });
}

/** Which lines of the old file an edit changes. */
export function changedLines({ first, oldLines }: LineEdit): LineRange[] {
  if (oldLines.length === 0) return [{ first: first - 1, last: first }];
  return oldLines.map((_, index) => ({ first: first + index, last: first + index }));
}

/** Pairs of indexes of a longest common subsequence; none for sides that are too long to pair. */
function commonLines(old: readonly string[], now: readonly string[]): (readonly [number, number])[] {
  if (old.length > MAX_PAIRED || now.length > MAX_PAIRED) return [];
  const lengths = Array.from({ length: old.length + 1 }, () => new Int32Array(now.length + 1));
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let row = old.length - 1; row >= 0; row--) {
    const line = lengths[row] ?? new Int32Array(0);
    for (let column = now.length - 1; column >= 0; column--) {
      const same = old[row] === now[column];
      line[column] = same ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let row = 0, column = 0; row < old.length && column < now.length;) {
    if (old[row] === now[column]) pairs.push([row++, column++]);
    else if (at(row + 1, column) >= at(row, column + 1)) row++;
    else column++;
  }
  return pairs;
}
