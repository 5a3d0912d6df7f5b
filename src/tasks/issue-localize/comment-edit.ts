import type { FileEdit } from "../../tree.ts";
import { fileEditOf } from "../../trees/edits.ts";
import type { GoldSource } from "./gold.ts";

const NOTE = "The issue asks for a change here.";

/**
 * The edit that puts a comment line at each gold definition of a file, or at its first changed line where there is no
 * definition around it; undefined where no place can be found that leaves the same code.
 */
export function commentEdit(gold: GoldSource): FileEdit | undefined {
  const at = gold.definitions.map(({ firstLine }) => firstLine);
  const first = gold.edits[0]?.first ?? 1;
  const places = at.length > 0 ? [at] : [[first], [first + 1], [lineCount(gold)]];
  for (const lines of places) {
    const after = withComments(gold, new Set(lines));
    if (after !== undefined) return fileEditOf(gold.path, gold.content, after);
  }
  return undefined;
}

function lineCount({ source }: GoldSource): number {
  return source.text.split("\n").length;
}

/** The file with a comment line above each of these lines, from 1. */
function withComments({ source, syntax }: GoldSource, lines: ReadonlySet<number>): Uint8Array | undefined {
  const end = source.text.includes("\r\n") ? "\r\n" : "\n";
  const text = source.text
    .split("\n")
    .flatMap((line, index) => {
      if (!lines.has(index + 1)) return [line];
      const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
      return [`${indent}${syntax.lineComment} ${NOTE}${end === "\r\n" ? "\r" : ""}`, line];
    })
    .join("\n");
  const content = source.encode(text);
  const after = syntax.decode(content);
  if ("problem" in after) return undefined;
  const compared = syntax.sameCode(source, after);
  const isPlain =
    compared.same && compared.docstrings.length === 0 && compared.comments.length === lines.size;
  return isPlain ? content : undefined;
}
