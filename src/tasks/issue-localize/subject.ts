import type { Fix, Refused } from "../../fix.ts";
import type { Issue } from "../../issue.ts";
import { messageOf, RepositoryError } from "../../base/errors.ts";
import type { History } from "../../history.ts";
import type { FileChange, Tree } from "../../tree.ts";
import { type Unfit, unfit } from "../checks/finding.ts";
import { fileRole } from "../checks/role.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { type GoldSource, goldOf } from "./gold.ts";
import { issueOfMessage } from "./message-text.ts";
import { newNames } from "./new-names.ts";
import type { Options } from "./options.ts";
import { addedLines } from "./patch-in-text.ts";

/** A fix with all that has been read of it: what the checks look at. */
export interface Subject {
  readonly fix: Fix;
  readonly base: Tree;
  readonly changes: readonly FileChange[];
  readonly gold: readonly GoldSource[];
  /** As the agent reads it. */
  readonly issue: Issue;
  readonly addedLines: ReadonlySet<string>;
  /** In the text, and nowhere in the repository before the fix. */
  readonly newNames: readonly string[];
}

export interface Reading {
  readonly history: History;
  readonly options: Options;
  readonly syntaxes: SyntaxLookup;
}

/** Reads a fix, from cheap to dear, and stops at the first thing that is against it. */
export async function readSubject(fix: Fix, reading: Reading): Promise<Subject | Unfit> {
  try {
    return pathObjection(fix, reading.syntaxes) ?? (await readContents(fix, reading));
  } catch (error) {
    const reason = error instanceof RepositoryError ? UNUSABLE[error.code] : undefined;
    if (reason === undefined) throw error;
    return unfit(reason, messageOf(error));
  }
}

/** What is wrong with one commit is no reason to give the others up. */
const UNUSABLE: Readonly<Record<string, string>> = {
  "commit-not-found": "base-missing",
  "object-missing": "base-unusable",
  "unsafe-path": "base-unusable",
};

async function readContents(fix: Fix, { history, options, syntaxes }: Reading): Promise<Subject | Unfit> {
  const base = await history.tree(fix.base);
  const few = tooFewFiles(base, options, syntaxes);
  if (few !== undefined) return few;
  const changes = await fix.changes(base);
  if ("refused" in changes) return refusal(changes);
  const gold = goldOf(changes, base, options, syntaxes);
  if ("fit" in gold) return gold;
  const written = await fix.issue();
  if ("refused" in written) return refusal(written);
  if (!options.texts.includes(written.source)) return unfit("text-not-wanted", written.source);
  // Before anything searches it: patterns take their time with a megabyte of blanks.
  if (written.text.length > options.max_characters)
    return unfit("text-too-long", `${written.text.length} characters`);
  const added = addedLines(changes);
  const names = await newNames(written.text, changes, base, syntaxes);
  const issue = written.source === "message" ? cleaned(written, gold, names, added) : written;
  const left = names.filter((name) => wordPattern(name).test(issue.text));
  return { fix, base, changes, gold, issue, addedLines: added, newNames: left };
}

/** What the paths alone say: a fix that moves source files, or changes none, has no place to point at. */
function pathObjection({ paths }: Fix, syntaxes: SyntaxLookup): Unfit | undefined {
  const sources = paths.filter(({ path }) => syntaxes.for(path) !== undefined);
  const removed = sources.find(({ kind, path }) => kind === "deleted" && fileRole(path) === "source");
  if (removed !== undefined) return unfit("file-removed", removed.path);
  const modified = sources.filter(({ kind }) => kind === "modified");
  if (modified.some(({ path }) => fileRole(path) === "source")) return undefined;
  const [other] = modified;
  return other === undefined ? unfit("no-source-change") : unfit(`role-${fileRole(other.path)}`, other.path);
}

/** Where a comment in each source file would be no shotgun, finding the place is no task. */
function tooFewFiles(base: Tree, options: Options, syntaxes: SyntaxLookup): Unfit | undefined {
  const sources = base.entries.filter(
    ({ path, mode }) => mode !== "120000" && syntaxes.for(path) !== undefined && fileRole(path) === "source",
  ).length;
  const enough = Math.max(options.shotgun_files, Math.floor(1 / options.shotgun_gold_share) + 1);
  return sources < enough ? unfit("too-few-files", `${sources} source files`) : undefined;
}

function cleaned(
  issue: Issue,
  gold: readonly GoldSource[],
  names: readonly string[],
  added: ReadonlySet<string>,
): Issue {
  const giveaways = {
    paths: gold.map(({ path }) => path),
    definitions: gold.flatMap(({ definitions }) => definitions),
    newNames: names.map(wordPattern),
    addedLines: added,
  };
  return { ...issue, text: issueOfMessage(issue.text, giveaways) };
}

function wordPattern(name: string): RegExp {
  return RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`);
}

function refusal({ refused, detail }: Refused): Unfit {
  return unfit(refused, detail);
}
