import type { Hunk } from "../diff.ts";

/** Old lines, from 1 and inclusive. For lines that were only added: the two between which they stand. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** Lines on both sides of a hunk up to which they are paired one by one. */
const MAX_PAIRED = 2_000;

/** Which lines of the old file a hunk changes: its context, inside and around, taken out. */
export function changedLines({ oldStart, oldLines, newLines }: Hunk): LineRange[] {
  const kept = commonLines(oldLines, newLines);
  const ranges: LineRange[] = [];
  let [oldPlace, newPlace] = [0, 0];
  for (const [oldIndex, newIndex] of [...kept, [oldLines.length, newLines.length] as const]) {
    for (let index = oldPlace; index < oldIndex; index++)
      ranges.push({ first: oldStart + index, last: oldStart + index });
    const onlyAdded = oldIndex === oldPlace && newIndex > newPlace;
    if (onlyAdded) ranges.push({ first: oldStart + oldIndex - 1, last: oldStart + oldIndex });
    [oldPlace, newPlace] = [oldIndex + 1, newIndex + 1];
  }
  return ranges;
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
