import { stripVTControlCharacters, styleText } from "node:util";

/** How text stands out, where the reader's terminal shows colours; else as it is. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
}

type Terminal = Pick<NodeJS.WriteStream, "isTTY" | "columns" | "rows" | "write">;

/** Colours in a terminal only, and not where NO_COLOR (no-color.org) is set to anything. */
export function styleFor(
  stream: Pick<Terminal, "isTTY">,
  environment: NodeJS.ProcessEnv = process.env,
): Style {
  const isPlain = !stream.isTTY || (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  const as = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    isPlain ? text : styleText(format, text, { validateStream: false });
  return { bold: as("bold"), dim: as("dim"), good: as("green"), bad: as("red"), warn: as("yellow") };
}

/** The first `width` characters of a line, with its colours, which take no place. */
export function fit(line: string, width: number): string {
  if (stripVTControlCharacters(line).length <= width) return line;
  let room = width - 1;
  let text = "";
  for (const [part] of line.matchAll(COLOUR_OR_CHARACTER)) {
    if (part.startsWith("\u001B[")) text += part;
    else if (room-- > 0) text += part;
  }
  return `${text}…`;
}
// oxlint-disable-next-line no-control-regex -- colours are control characters
const COLOUR_OR_CHARACTER = /\u001B\[[\d;]*m|./gsu;

/**
 * A block of lines that is drawn over itself. Each line is written over the one before and then cleared to its end, so that nothing
 * flickers; what does not fit is left out, since a terminal cannot go back above its first row.
 */
export function openScreen(stream: Terminal): { draw(text: string): void; close(): void } {
  let drawn = 0;
  stream.write(HIDE_CURSOR);
  return {
    draw(text) {
      const { columns = 80, rows = 24 } = stream;
      const lines = text.split("\n");
      const shown = lines.length < rows ? lines : [...lines.slice(0, rows - 2), MORE];
      const up = drawn > 0 ? `\u001B[${drawn}A` : "";
      const body = shown.map((line) => `${fit(line, columns)}\u001B[K\n`).join("");
      stream.write(`${BEGIN_FRAME}${up}\r${body}\u001B[J${END_FRAME}`);
      drawn = shown.length;
    },
    close: () => void stream.write(SHOW_CURSOR),
  };
}

const MORE = "… (more than fits; a taller window shows it)";
const HIDE_CURSOR = "\u001B[?25l";
const SHOW_CURSOR = "\u001B[?25h";
/** Terminals that know synchronized output show a frame at once; others ignore it. */
const BEGIN_FRAME = "\u001B[?2026h";
const END_FRAME = "\u001B[?2026l";
