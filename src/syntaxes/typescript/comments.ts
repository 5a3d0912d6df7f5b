import type { Span } from "../../syntax.ts";
import type { Parsed } from "./parse.ts";
import { endOf, startOf } from "./nodes.ts";

/** The comments of a file in source order, its `#!` line included. */
export function commentSpans({ file }: Parsed): Span[] {
  const comments = (file.comments ?? []).map(({ start = 0, end = 0 }) => ({ start, end }));
  const shebang = file.program.interpreter;
  return shebang ? [{ start: startOf(shebang), end: endOf(shebang) }, ...comments] : comments;
}

/**
 * The comments that lead what starts at `offset`, as the TypeScript compiler has it: nothing but white space between,
 * and not on the line of the code before, which they are about. `sameLine` takes those too, as after a comma.
 */
export function leadingComments(
  text: string,
  comments: readonly Span[],
  offset: number,
  sameLine = false,
): readonly Span[] {
  const end = firstAfter(comments, offset);
  let first = end;
  let start = offset;
  for (let at = end - 1; at >= 0; at--) {
    const comment = comments[at];
    if (comment === undefined || codeEnd(text, start) > comment.end) break;
    first = at;
    start = comment.start;
  }
  if (sameLine || codeEnd(text, start) === 0) return comments.slice(first, end);
  while (first < end) {
    const place = codeEnd(text, comments[first]?.start ?? 0);
    if (/[\r\n]/.test(text.slice(place, comments[first]?.start))) break;
    first++;
  }
  return comments.slice(first, end);
}

/** Whether nothing but white space stands beside a comment on its lines. */
export function ownLine(text: string, { start, end }: Span): boolean {
  const before = text.charAt(skipBlanks(text, start - 1, -1));
  const after = text.charAt(skipBlanks(text, end, 1));
  return [before, after].every((character) => character === "" || character === "\n" || character === "\r");
}

function skipBlanks(text: string, offset: number, step: 1 | -1): number {
  let place = offset;
  while (/[^\S\r\n]/.test(text.charAt(place))) place += step;
  return place;
}

/** The first comment that does not end before `offset`. */
export function firstAfter(comments: readonly Span[], offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the white space before `offset` begins. */
function codeEnd(text: string, offset: number): number {
  let place = offset;
  while (place > 0 && /\s/.test(text.charAt(place - 1))) place--;
  return place;
}
