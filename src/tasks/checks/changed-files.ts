import type { CodeComparison, DecodedSource, Syntax } from "../../syntax.ts";
import type { FileChange, FileState } from "../../tree.ts";
import type { SyntaxLookup } from "./sources.ts";

/** One changed file, looked at once for all rules of a judge. */
export type ChangedFile =
  | { readonly kind: "added"; readonly path: string }
  | { readonly kind: "deleted"; readonly path: string }
  | {
      readonly kind: "opaque";
      readonly path: string;
      readonly modeChanged: boolean;
      readonly contentChanged: boolean;
    }
  | {
      readonly kind: "unreadable-after";
      readonly path: string;
      readonly modeChanged: boolean;
      readonly detail: string;
    }
  | {
      readonly kind: "source";
      readonly path: string;
      readonly modeChanged: boolean;
      readonly syntax: Syntax;
      readonly before: DecodedSource;
      readonly after: DecodedSource;
      readonly comparison: CodeComparison;
    };

/** Opaque is what no syntax reads: other files, links, and source files that did not decode to begin with. */
export function changedFiles(changes: readonly FileChange[], syntaxes: SyntaxLookup): ChangedFile[] {
  return changes.map((change) => {
    const { path, before, after } = change;
    if (before === undefined) return { kind: "added", path };
    if (after === undefined) return { kind: "deleted", path };
    return compareFile(path, before, after, syntaxes.for(path));
  });
}

function compareFile(
  path: string,
  before: FileState,
  after: FileState,
  syntax: Syntax | undefined,
): ChangedFile {
  const modeChanged = before.mode !== after.mode;
  const contentChanged = Buffer.compare(before.content, after.content) !== 0;
  const link = before.mode === "120000" || after.mode === "120000";
  const opaque: ChangedFile = { kind: "opaque", path, modeChanged, contentChanged };
  if (syntax === undefined || link || !contentChanged) return opaque;
  const old = syntax.decode(before.content);
  if ("problem" in old) return opaque;
  const now = syntax.decode(after.content);
  if ("problem" in now) return { kind: "unreadable-after", path, modeChanged, detail: now.detail };
  return {
    kind: "source",
    path,
    modeChanged,
    syntax,
    before: old,
    after: now,
    comparison: syntax.sameCode(old, now),
  };
}
