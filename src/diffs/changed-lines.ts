import type { Hunk } from "../diff.ts";

/** Old lines, from 1 and inclusive. For lines that were only added: the two between which they stand. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** Lines on both sides of a hunk up to which they are paired one by one. */
const MAX_PAIRED = 2_000;
/** Lines taken out and put in, together, up to which longer sides are paired. */
const MAX_EDITS = 1_000;

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

/** Pairs of indexes of a longest common subsequence; none for sides that are too long and too different to pair. */
function commonLines(old: readonly string[], now: readonly string[]): (readonly [number, number])[] {
  if (old.length > MAX_PAIRED || now.length > MAX_PAIRED) return fewEdits(old, now);
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

/**
 * The same for long sides that differ little: the fewest edits that make one of the other, found by trying 0, 1, 2…
 * (Myers 1986, "An O(ND) Difference Algorithm and Its Variations"). None when it takes more than `MAX_EDITS`.
 */
function fewEdits(old: readonly string[], now: readonly string[]): (readonly [number, number])[] {
  /** By number of edits: how far in the old side each diagonal reaches. */
  const reached: Map<number, number>[] = [];
  const startOn = (diagonal: number, edits: number) => {
    const before = reached[edits - 1];
    const fromLeft = before?.get(diagonal - 1) ?? -1;
    const fromAbove = before?.get(diagonal + 1) ?? -1;
    if (edits === 0) return { old: 0, from: 0 };
    return fromLeft >= fromAbove || diagonal === edits
      ? { old: fromLeft + 1, from: diagonal - 1 }
      : { old: fromAbove, from: diagonal + 1 };
  };
  for (let edits = 0; edits <= MAX_EDITS; edits++) {
    const current = new Map<number, number>();
    reached.push(current);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let place = startOn(diagonal, edits).old;
      while (place < old.length && place - diagonal < now.length && old[place] === now[place - diagonal])
        place++;
      current.set(diagonal, place);
      if (place >= old.length && place - diagonal >= now.length)
        return traceBack(reached, diagonal, (at, count) => startOn(at, count));
    }
  }
  return [];
}

function traceBack(
  reached: readonly ReadonlyMap<number, number>[],
  last: number,
  startOn: (diagonal: number, edits: number) => { readonly old: number; readonly from: number },
): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let diagonal = last;
  for (let edits = reached.length - 1; edits >= 0; edits--) {
    const start = startOn(diagonal, edits);
    for (let place = (reached[edits]?.get(diagonal) ?? 0) - 1; place >= start.old; place--)
      pairs.push([place, place - diagonal]);
    diagonal = start.from;
  }
  return pairs.toReversed();
}
