import { MAX_TEXT } from "../trim.ts";
import { linesOf } from "./text-file.ts";

const MAX_LINE = 2000;
const CONTEXT_LINES = 4;

/** A text for the agent, and how many characters had to be left out of it. */
export interface Shown {
  readonly text: string;
  readonly cut: number;
}

/** Lines `first` to `last` (1-based, inclusive) with their numbers. */
export function numberedLines(text: string, first: number, last: number): Shown {
  const lines = linesOf(text).slice(first - 1, last);
  const shown: string[] = [];
  let length = 0;
  let cut = 0;
  for (const [index, line] of lines.entries()) {
    const excess = Math.max(0, line.length - MAX_LINE);
    const visible = excess === 0 ? line : `${line.slice(0, MAX_LINE)}[... ${excess} characters left out ...]`;
    const row = `${String(first + index).padStart(6)}\t${visible}`;
    length += row.length + 1;
    if (length > MAX_TEXT) {
      cut += lines.slice(index).reduce((sum, rest) => sum + rest.length + 1, 0);
      shown.push(
        `[lines ${first + index} to ${first + lines.length - 1} left out; use view_range to see them]`,
      );
      break;
    }
    cut += excess;
    shown.push(row);
  }
  return { text: shown.join("\n"), cut };
}

/** The place of an edit with a few lines around it. */
export function excerpt(text: string, firstLine: number, lastLine: number): Shown {
  return numberedLines(text, Math.max(1, firstLine - CONTEXT_LINES), lastLine + CONTEXT_LINES);
}
