import { type LineEdit, lineEditsOf } from "../../diffs/changed-lines.ts";
import type { DecodedSource, Definition, Outline, Syntax } from "../../syntax.ts";
import type { FileChange, Tree } from "../../tree.ts";
import { changedDefinitions } from "../checks/changed-definitions.ts";
import { type Unfit, unfit } from "../checks/finding.ts";
import { fileRole } from "../checks/role.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import type { Options } from "./options.ts";

/** A source file that the fix changes, and where. */
export interface GoldSource {
  readonly path: string;
  readonly content: Uint8Array;
  readonly syntax: Syntax;
  readonly source: DecodedSource;
  readonly outline: Outline;
  readonly edits: readonly LineEdit[];
  readonly definitions: readonly Definition[];
}

/** Where a fix changes the code; tests, docs, new files, comments and version numbers do not count. */
export function goldOf(
  changes: readonly FileChange[],
  base: Tree,
  options: Options,
  syntaxes: SyntaxLookup,
): readonly GoldSource[] | Unfit {
  const gold: GoldSource[] = [];
  let why: Unfit = unfit("no-source-change");
  for (const change of changes) {
    const read = readChange(change, base, syntaxes);
    if (read === undefined) continue;
    if ("fit" in read) why = read;
    else gold.push(read);
  }
  return gold.length === 0 ? why : (tooMuch(gold, options) ?? gold);
}

/** @returns undefined for what says nothing of the place: other files, new ones. */
function readChange(
  { path, before, after }: FileChange,
  base: Tree,
  syntaxes: SyntaxLookup,
): GoldSource | Unfit | undefined {
  const syntax = syntaxes.for(path);
  const entry = base.entry(path);
  if (syntax === undefined || before === undefined || entry === undefined || entry.mode === "120000")
    return undefined;
  const role = fileRole(path, Buffer.from(before.content).toString("latin1", 0, 2000));
  if (role !== "source") return unfit(`role-${role}`, path);
  if (after === undefined) return unfit("file-removed", path);
  const source = syntax.decode(before.content);
  const fixed = syntax.decode(after.content);
  if ("problem" in source || "problem" in fixed) return unfit("source-not-readable", path);
  if (syntax.sameCode(source, fixed).same) return unfit("same-code", path);
  const edits = lineEditsOf(source.text, fixed.text);
  if (edits.every(isVersion)) return unfit("version-only", path);
  const outline = syntax.outline(source);
  const definitions = changedDefinitions(outline, source.text, edits);
  return { path, content: before.content, syntax, source, outline, edits, definitions };
}

const VERSION = /^\s*(?:__version__|version|__date__|VERSION|_version)(?:_info)?\s*(?::\s*\w+\s*)?[:=]|^\s*$/;

function isVersion({ oldLines, newLines }: LineEdit): boolean {
  return [...oldLines, ...newLines].every((line) => VERSION.test(line));
}

function tooMuch(gold: readonly GoldSource[], options: Options): Unfit | undefined {
  const counts = {
    files: gold.length,
    hunks: sum(gold, ({ edits }) => edits.length),
    lines: changedLineCount(gold),
    definitions: sum(gold, ({ definitions }) => definitions.length),
  };
  if (counts.files > options.max_files) return unfit("too-many-files", `${counts.files} files`);
  if (counts.hunks > options.max_hunks) return unfit("too-many-hunks", `${counts.hunks} hunks`);
  if (counts.lines > options.max_lines) return unfit("too-many-lines", `${counts.lines} lines`);
  if (counts.definitions < options.min_definitions)
    return unfit("too-few-definitions", `${counts.definitions} definitions`);
  if (counts.definitions > options.max_definitions)
    return unfit("too-many-definitions", `${counts.definitions} definitions`);
  return undefined;
}

export function changedLineCount(gold: readonly GoldSource[]): number {
  return sum(gold, ({ edits }) => sum(edits, ({ oldLines, newLines }) => oldLines.length + newLines.length));
}

function sum<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}
