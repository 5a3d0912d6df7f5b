import { TaskError } from "../base/errors.ts";
import { rowMismatch, type StartState } from "../row.ts";
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
 * The states that an agent may have started from: the row's lines taken out, as those who published the rows do, and the
 * docstring taken out as our own instances do; just the tree itself where no docstring is left.
 * @throws RowError when no docstring can be taken out.
 */
export function startsOf(source: Tree, targets: readonly DocumentedTarget[]): StartState[] {
  const documented = targets.filter(({ definition }) => definition.docstring !== undefined);
  const [first] = documented;
  if (first === undefined) return [{ tree: source }];
  const byLines = remove(source, documented, lineEdits);
  const bySyntax = remove(source, documented, syntaxEdits);
  const starts: StartState[] = [];
  if (byLines?.clean === true) starts.push({ tree: byLines.tree });
  if (bySyntax?.clean === true) {
    if (byLines?.clean === false) starts.push({ tree: byLines.tree, judgedFrom: bySyntax.tree });
    if (bySyntax.tree.id !== byLines?.tree.id) starts.push({ tree: bySyntax.tree });
  }
  if (starts.length > 0) return starts;
  throw rowMismatch(`the docstring of ${first.definition.qualifiedName} cannot be taken out`);
}

interface Removal {
  readonly tree: Tree;
  /** Every file is the same code and valid, without these docstrings. */
  readonly clean: boolean;
}

type Edits = (target: DocumentedTarget) => TextEdit | undefined;

function remove(source: Tree, targets: readonly DocumentedTarget[], edits: Edits): Removal | undefined {
  const changes: FileChange[] = [];
  let clean = true;
  for (const [path, inFile] of Map.groupBy(targets, ({ file }) => file.path)) {
    const [first] = inFile;
    const after = first && without(first.file, inFile.map(edits));
    if (first === undefined || after === undefined) return undefined;
    clean &&= isClean(first.file, after, inFile.length);
    const mode = source.entry(path)?.mode ?? "100644";
    changes.push({ path, before: { mode, content: first.file.content }, after: { mode, content: after } });
  }
  return { tree: overlayTree(source, changes), clean };
}

/** The file with edits made; undefined where one of them cannot be. */
function without({ source }: RowFile, edits: readonly (TextEdit | undefined)[]): Uint8Array | undefined {
  let { text } = source;
  for (const edit of [...edits].sort((a, b) => (b?.start ?? 0) - (a?.start ?? 0))) {
    if (edit === undefined) return undefined;
    text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  }
  return source.encode(text);
}

function isClean({ source, syntax }: RowFile, content: Uint8Array, count: number): boolean {
  const after = syntax.decode(content);
  if ("problem" in after) return false;
  const comparison = syntax.sameCode(source, after);
  return (
    comparison.same && comparison.docstrings.filter(({ change }) => change === "removed").length === count
  );
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
