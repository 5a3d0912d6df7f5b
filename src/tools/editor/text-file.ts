import { isUtf8 } from "node:buffer";
import { ToolProblem } from "../define-tool.ts";

/** A file as text that goes back to the very same bytes: its encoding, line ends and missing last newline stay as they are. */
export interface TextFile {
  readonly text: string;
  readonly encoding: "utf8" | "latin1";
  /** How most lines end. */
  readonly lineEnd: "\n" | "\r\n";
}

/** Bytes that are not UTF-8 are taken one to one, as Latin-1. @throws ToolProblem for binary files. */
export function decodeFile(content: Uint8Array, path: string): TextFile {
  if (content.includes(0))
    throw new ToolProblem(`${path} is a binary file; it cannot be viewed or edited as text.`);
  const encoding = isUtf8(content) ? "utf8" : "latin1";
  const text = Buffer.from(content).toString(encoding);
  const crlf = count(text, "\r\n");
  return { text, encoding, lineEnd: crlf > count(text, "\n") - crlf ? "\r\n" : "\n" };
}

/** @throws ToolProblem when a character has no place in the file's encoding. */
export function encodeFile(file: TextFile): Uint8Array {
  if (file.encoding === "latin1") {
    const foreign = [...file.text].find((character) => (character.codePointAt(0) ?? 0) > 0xff);
    if (foreign !== undefined) {
      throw new ToolProblem(
        `The file is not UTF-8, and "${foreign}" has no place in it; write it with other characters.`,
      );
    }
  }
  return new Uint8Array(Buffer.from(file.text, file.encoding));
}

/** The lines without their ends; a newline at the end of the file starts no further line. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  return count(text.slice(0, offset), "\n") + 1;
}

/** Offsets of all places, also overlapping ones. */
export function placesOf(text: string, part: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) places.push(at);
  return places;
}

/** The same text with all its line ends of one kind. */
export function withLineEnds(text: string, lineEnd: "\n" | "\r\n"): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\n", lineEnd);
}

function count(text: string, part: string): number {
  let result = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) result++;
  return result;
}
