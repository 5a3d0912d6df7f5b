import { ToolProblem } from "../define-tool.ts";
import { lineAt, linesOf, placesOf, type TextFile, withLineEnds } from "./text-file.ts";

/** An edited text and the lines (1-based, inclusive) that are new in it. */
export interface Edited {
  readonly text: string;
  readonly firstLine: number;
  readonly lastLine: number;
}

/** Replaces the only occurrence of `before`. Line ends may be written as \n in a \r\n file. @throws ToolProblem. */
export function replaceOnce(file: TextFile, path: string, before: string, after: string): Edited {
  if (before === "") throw new ToolProblem("old_str is empty; to add text use insert.");
  if (before === after) throw new ToolProblem("old_str and new_str are the same; nothing was changed.");
  const exact = placesOf(file.text, before);
  const asFile = withLineEnds(before, file.lineEnd);
  const places = exact.length > 0 ? exact : placesOf(file.text, asFile);
  const found = exact.length > 0 ? before : asFile;
  const [place] = places;
  if (place === undefined) throw new ToolProblem(notFound(file, path, before));
  if (places.length > 1) {
    const lines = places.map((at) => lineAt(file.text, at));
    throw new ToolProblem(
      `old_str occurs ${places.length} times in ${path}, at lines ${list(lines)}. Nothing was changed; add lines around it so that it occurs once.`,
    );
  }
  const added = file.lineEnd === "\r\n" ? withLineEnds(after, "\r\n") : after;
  const text = file.text.slice(0, place) + added + file.text.slice(place + found.length);
  return { text, firstLine: lineAt(text, place), lastLine: lineAt(text, place + added.length) };
}

function notFound(file: TextFile, path: string, wanted: string): string {
  const first = linesOf(wanted)
    .find((line) => line.trim() !== "")
    ?.trim();
  const lines = linesOf(file.text).flatMap((line, index) => (line.trim() === first ? [index + 1] : []));
  const hint =
    lines.length === 0
      ? "View the file and copy the text exactly."
      : `Its first line stands at ${lines.length === 1 ? "line" : "lines"} ${list(lines)}, so look at the white space and at what follows.`;
  return `old_str does not occur in ${path}. Nothing was changed. ${hint}`;
}

function list(numbers: readonly number[]): string {
  const shown = [...new Set(numbers)].slice(0, 20).join(", ");
  return numbers.length > 20 ? `${shown}…` : shown;
}

/** Adds whole lines after line `after` (0: at the beginning). @throws ToolProblem. */
export function insertLines(file: TextFile, path: string, after: number, inserted: string): Edited {
  const total = linesOf(file.text).length;
  if (after > total)
    throw new ToolProblem(
      `insert_line is ${after}, but ${path} has ${total} lines (0 to ${total} can be given).`,
    );
  const parts = file.text === "" ? [] : file.text.split("\n");
  const lines = withLineEnds(inserted, "\n").replace(/\n$/, "").split("\n");
  const ending = file.lineEnd === "\r\n" ? "\r" : "";
  const last = parts.at(-1);
  // Without a newline at the end, the old last line gets one and the new last line stays without.
  if (after === total && parts.length > 0 && last !== "") {
    const added = lines.map((line, index) => (index === lines.length - 1 ? line : line + ending));
    return place([...parts.slice(0, -1), `${last}${ending}`, ...added], after, lines.length);
  }
  const added = lines.map((line) => line + ending);
  if (parts.length === 0) parts.push("");
  return place([...parts.slice(0, after), ...added, ...parts.slice(after)], after, lines.length);
}

function place(parts: readonly string[], after: number, count: number): Edited {
  return { text: parts.join("\n"), firstLine: after + 1, lastLine: after + count };
}
