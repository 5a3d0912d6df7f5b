import type { Hunk } from "../diff.ts";
import type { LineReader } from "./lines.ts";
import { malformed } from "./refused.ts";

const HEADER = /^@@ -(\d{1,15})(?:,(\d{1,15}))? \+(\d{1,15})(?:,(\d{1,15}))? @@/;

export function isHunkHeader(line: string): boolean {
  return HEADER.test(line);
}

/** Reads the hunk at the reader's position by its counts, so that content may look like anything. */
export function readHunk(reader: LineReader): Hunk {
  const line = reader.number;
  const header = HEADER.exec(reader.next());
  if (header === null) throw malformed("a hunk header is not as the format asks", line);
  const [, oldStart, oldCount = "1", newStart, newCount = "1"] = header;
  const body = readBody(reader, Number(oldCount), Number(newCount));
  return { line, oldStart: Number(oldStart), newStart: Number(newStart), ...body };
}

type Body = Pick<Hunk, "leading" | "trailing" | "oldLines" | "newLines">;

function readBody(reader: LineReader, oldCount: number, newCount: number): Body {
  const oldLines: string[] = [];
  const newLines: string[] = [];
  let leading = 0;
  let trailing = 0;
  let changed = false;
  let last = "";
  while (oldLines.length < oldCount || newLines.length < newCount) {
    const line = reader.peek();
    const mark = line.charAt(0);
    if (mark === "\\") {
      if (line.length < 12 || line.charAt(1) !== " ") throw malformed("not a line of a hunk", reader.number);
      cutNewline(last, oldLines, newLines);
    } else if (mark === " " || mark === "\n") {
      const content = mark === "\n" ? line : line.slice(1);
      add(oldLines, content, reader);
      add(newLines, content, reader);
      if (!changed) leading++;
      trailing++;
    } else if (mark === "-" || mark === "+") {
      add(mark === "-" ? oldLines : newLines, line.slice(1), reader);
      changed = true;
      trailing = 0;
    } else {
      throw malformed(line === "" ? "the diff ends within a hunk" : "not a line of a hunk", reader.number);
    }
    if (oldLines.length > oldCount || newLines.length > newCount) {
      throw malformed("a hunk has more lines than its header says", reader.number);
    }
    last = mark === "\n" ? " " : mark;
    reader.next();
  }
  if (!changed) throw malformed("a hunk changes nothing", reader.number);
  // Here, other than within a hunk, git asks that the diff is long enough, not the line.
  if (reader.peek().startsWith("\\ ") && reader.rest > 12) {
    cutNewline(last, oldLines, newLines);
    reader.next();
  }
  return { leading, trailing, oldLines, newLines };
}

function add(lines: string[], line: string, reader: LineReader): void {
  if (lines.at(-1)?.endsWith("\n") === false) {
    throw malformed("a line follows one that has no newline at the end of the file", reader.number);
  }
  lines.push(line);
}

/** "\ No newline at end of file" speaks of the line before it. */
function cutNewline(mark: string, oldLines: string[], newLines: string[]): void {
  for (const lines of [mark === "+" ? undefined : oldLines, mark === "-" ? undefined : newLines]) {
    const line = mark === "" || mark === "\\" ? undefined : lines?.pop();
    if (line !== undefined) lines?.push(line.replace(/\n$/, ""));
  }
}
