import { TaskError } from "../base/errors.ts";
import { rowMismatch } from "../row.ts";
import type { Definition, TextEdit } from "../syntax.ts";
import type { FileChange, Tree } from "../tree.ts";
import { overlayTree } from "../trees/overlay.ts";
import type { RowFile } from "./locate.ts";

/** A target of a row, and the lines that its docstring has there. */
export interface DocumentedTarget {
  readonly file: RowFile;
  readonly definition: Definition;
  /** From 0, both inclusive; -1 where the row has none. */
  readonly lines: { readonly start: number; readonly end: number };
}

/**
 * The trees that an agent may have started from: the row's lines taken out, as those who published the rows do, and the
 * docstring taken out as our own instances do; just the tree itself where no docstring is left.
 * @throws RowError when no docstring can be taken out.
 */
export function startsOf(source: Tree, targets: readonly DocumentedTarget[]): Tree[] {
  const documented = targets.filter(({ definition }) => definition.docstring !== undefined);
  if (documented.length === 0) return [source];
  const byFile = Map.groupBy(documented, ({ file }) => file.path);
  const starts = [lineEdits, syntaxEdits].flatMap((edits) => {
    const changes: FileChange[] = [];
    for (const [path, inFile] of byFile) {
      const after = without(inFile, edits);
      const mode = source.entry(path)?.mode ?? "100644";
      const [first] = inFile;
      if (after === undefined || first === undefined) return [];
      changes.push({ path, before: { mode, content: first.file.content }, after: { mode, content: after } });
    }
    return [overlayTree(source, changes)];
  });
  if (starts.length > 0)
    return starts.filter((one, index) => starts.findIndex(({ id }) => id === one.id) === index);
  const [first] = documented;
  throw rowMismatch(`the docstring of ${first?.definition.qualifiedName} cannot be taken out`);
}

type Edits = (target: DocumentedTarget) => TextEdit | undefined;

/** The file with edits made; undefined unless that leaves the same code, valid, and without these docstrings. */
function without(inFile: readonly DocumentedTarget[], edits: Edits): Uint8Array | undefined {
  const [first] = inFile;
  if (first === undefined) return undefined;
  const { source, syntax } = first.file;
  let { text } = source;
  const made = inFile.map(edits);
  for (const edit of made.sort((a, b) => (b?.start ?? 0) - (a?.start ?? 0))) {
    if (edit === undefined) return undefined;
    text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  }
  const content = source.encode(text);
  const after = syntax.decode(content);
  if ("problem" in after) return undefined;
  const comparison = syntax.sameCode(source, after);
  const removed = comparison.same
    ? comparison.docstrings.filter(({ change }) => change === "removed").length
    : 0;
  return removed === inFile.length ? content : undefined;
}

/** Whole lines, where they are just those of the docstring. */
function lineEdits({ file, definition, lines }: DocumentedTarget): TextEdit | undefined {
  const { docstring } = definition;
  if (docstring?.firstLine !== lines.start + 1 || docstring.lastLine !== lines.end + 1) return undefined;
  const { text } = file.source;
  const start = text.lastIndexOf("\n", docstring.span.start - 1) + 1;
  const end = text.indexOf("\n", docstring.span.end - 1);
  return { start, end: end === -1 ? text.length : end + 1, text: "" };
}

function syntaxEdits({ file, definition }: DocumentedTarget): TextEdit | undefined {
  try {
    return file.syntax.removeDocstring(file.source, definition);
  } catch (error) {
    if (error instanceof TaskError) return undefined;
    throw error;
  }
}
