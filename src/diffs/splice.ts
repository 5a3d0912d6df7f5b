import type { Hunk } from "../diff.ts";
import { DiffRefused } from "./refused.ts";

/** Bounds the work on one diff, so that a crafted one cannot keep a grader busy. */
export interface Work {
  spend(amount: number): void;
}

export function limitedWork(limit: number): Work {
  let left = limit;
  return {
    spend(amount) {
      left -= amount;
      if (left < 0)
        throw new DiffRefused("diff-too-large", "finding where the hunks fit takes too much work");
    },
  };
}

/** A file as lines with their `\n`, and which of them an earlier hunk has set: those match no further hunk. */
interface Image {
  readonly lines: readonly string[];
  readonly patched: readonly boolean[];
  /** Where the last hunk's lines end. */
  readonly done: number;
}

/**
 * Applies hunks in order as `git apply` does: every context and removed line must match, a hunk that has moved is
 * searched for, nearest place first; one that starts at line 1 must fit the start, one without context after it the end.
 *
 * Beyond git: a hunk without any context (`-U0`) is taken at exactly the place that it names. Git, not told of it,
 * refuses most of them and puts added lines at the end of the file, wherever they belong.
 * @throws DiffRefused `diff-does-not-apply`, `diff-too-large`
 */
export function applyHunks(
  path: string,
  content: Uint8Array,
  hunks: readonly Hunk[],
  work: Work,
): Uint8Array {
  const lines = splitLines(Buffer.from(content).toString("latin1"));
  let image: Image = { lines, patched: lines.map(() => false), done: 0 };
  for (const hunk of hunks) {
    const place = exactPlace(image, hunk) ?? findPlace(image, hunk, work);
    if (place === undefined) {
      throw new DiffRefused("diff-does-not-apply", `${path}: the hunk at line ${hunk.line} fits nowhere`);
    }
    work.spend(Math.ceil(image.lines.length / 4));
    image = splice(image, hunk, place);
  }
  return Buffer.from(image.lines.join(""), "latin1");
}

function splitLines(text: string): string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    const next = end < 0 ? text.length : end + 1;
    lines.push(text.slice(start, next));
    start = next;
  }
  return lines;
}

function findPlace(image: Image, hunk: Hunk, work: Work): number | undefined {
  const total = image.lines.length;
  const size = hunk.oldLines.length;
  // Lines without anything around them belong where they say, or into an empty file.
  if (size === 0 && total > 0) return undefined;
  const mustBegin = hunk.oldStart <= 1;
  const mustEnd = hunk.trailing === 0;
  const fits = (place: number) => matches(image, hunk, place, work);
  if (mustBegin || mustEnd) {
    const place = mustBegin ? 0 : total - size;
    if (place < 0 || (mustEnd && place + size !== total)) return undefined;
    return fits(place) ? place : undefined;
  }
  const start = Math.min(Math.max(hunk.newStart - 1, 0), total);
  if (fits(start)) return start;
  for (let distance = 1; distance <= Math.max(start, total - start); distance++) {
    if (start + distance <= total && fits(start + distance)) return start + distance;
    if (start - distance >= 0 && fits(start - distance)) return start - distance;
  }
  return undefined;
}

function matches(image: Image, hunk: Hunk, place: number, work: Work): boolean {
  work.spend(1);
  if (place + hunk.oldLines.length > image.lines.length) return false;
  for (const [index, line] of hunk.oldLines.entries()) {
    if (image.patched[place + index] === true || image.lines[place + index] !== line) return false;
    work.spend(1 + (line.length >> 6));
  }
  return joins(image, hunk, place);
}

function exactPlace(image: Image, hunk: Hunk): number | undefined {
  if (hunk.leading > 0 || hunk.trailing > 0) return undefined;
  const place = hunk.newLines.length === 0 ? hunk.newStart : hunk.newStart - 1;
  if (place < image.done || place + hunk.oldLines.length > image.lines.length) return undefined;
  const same = hunk.oldLines.every(
    (line, index) => image.lines[place + index] === line && image.patched[place + index] === false,
  );
  return same && joins(image, hunk, place) ? place : undefined;
}

/** Only the last line of a file may lack its newline; two lines must never run into one. */
function joins(image: Image, hunk: Hunk, place: number): boolean {
  const before = image.lines[place - 1];
  const isLast = place + hunk.oldLines.length === image.lines.length;
  const lastNew = hunk.newLines.at(-1);
  const hasNew = lastNew !== undefined || !isLast;
  if (before !== undefined && !before.endsWith("\n") && hasNew) return false;
  return lastNew === undefined || lastNew.endsWith("\n") || isLast;
}

function splice(image: Image, hunk: Hunk, place: number): Image {
  const end = place + hunk.oldLines.length;
  return {
    lines: image.lines.slice(0, place).concat(hunk.newLines, image.lines.slice(end)),
    patched: image.patched.slice(0, place).concat(
      hunk.newLines.map(() => true),
      image.patched.slice(end),
    ),
    done: place + hunk.newLines.length,
  };
}
