import { changedLines, type LineEdit } from "../../diffs/changed-lines.ts";
import type { Definition, Outline } from "../../syntax.ts";

/** The innermost definitions around changed lines, in the order of the changes, each once; `text` is the file before them. */
export function changedDefinitions(
  outline: Outline,
  text: string,
  edits: readonly LineEdit[],
): readonly Definition[] {
  const lines = text.split("\n");
  const found = new Set<Definition>();
  for (const edit of edits) {
    for (const { first, last } of changedLines(edit)) {
      const around = definitionAt(outline, first, last);
      const definition = edit.oldLines.length > 0 ? around : (endedBefore(outline, lines, edit) ?? around);
      if (definition !== undefined) found.add(definition);
    }
  }
  return [...found];
}

/** The innermost definition that has both lines; definitions come in source order. */
function definitionAt({ definitions }: Outline, first: number, last: number): Definition | undefined {
  return definitions.findLast((one) => one.firstLine <= first && last <= one.lastLine);
}

/** The definition that lines put behind its last one belong to: those that stand further in than it does. */
function endedBefore(
  { definitions }: Outline,
  lines: readonly string[],
  { first, newLines }: LineEdit,
): Definition | undefined {
  let above = first - 1;
  while (above > 0 && (lines[above - 1] ?? "").trim() === "") above--;
  const added = newLines.find((line) => line.trim() !== "");
  if (added === undefined) return undefined;
  return definitions.findLast(
    (one) => one.lastLine === above && indentOf(added) > indentOf(lines[one.firstLine - 1] ?? ""),
  );
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
