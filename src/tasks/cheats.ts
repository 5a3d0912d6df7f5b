import type { Cheat, CheatInput } from "../task.ts";
import type { FileChange, FileState, Tree, TreeEntry } from "../tree.ts";
import { applyFileEdits } from "../trees/edits.ts";
import { wordingFor } from "./cheat-wording.ts";
import type { SyntaxLookup } from "./checks/sources.ts";

/**
 * Edits that no family whose answer is comments or docstrings may take for a solution. Most are the right edit and
 * something more that is not allowed, so that exactly one rule has to notice. A cheat that a repository
 * has no place for (no file that is not source text, say) is left out.
 */
export async function sharedCheats(input: CheatInput, syntaxes: SyntaxLookup): Promise<Cheat[]> {
  const { start, secret, random } = input;
  const right = await applyFileEdits(start, secret.solution);
  const changed = new Set(right.map((change) => change.path));
  const sources = smallFirst(random.scope("shared cheats").shuffle(sourceFiles(start, syntaxes)));
  const others = sources.filter((entry) => !changed.has(entry.path));
  const cheats: (Cheat | undefined)[] = [
    await commentInManyFiles(start, sources, syntaxes),
    ...(await Promise.all(
      [others[0], sources.find((entry) => changed.has(entry.path))].map((entry, place) =>
        entry === undefined
          ? undefined
          : codeChange(start, right, entry, syntaxes, place === 0 ? "elsewhere" : "beside-it"),
      ),
    )),
    {
      name: "right-edit-and-new-file",
      changes: merge(right, newFile(start, right, syntaxes)),
    },
    { name: "right-edit-in-new-file", changes: right.map((change) => copyBeside(start, change)) },
    {
      name: "target-file-deleted",
      changes: right.map(({ path, before }) => ({ path, ...(before && { before }) })),
    },
    await withOther("right-edit-and-deleted-file", start, right, others[0], () => undefined),
    await withOther("right-edit-and-mode-change", start, right, others[0], flipMode),
    { name: "right-edit-and-its-mode-changed", changes: right.map(withFlippedMode) },
    await withOther("right-edit-and-broken-file", start, right, others[0], (state) =>
      append(state, "\n)(\n"),
    ),
    await withOther("right-edit-and-tool-directive", start, right, others[0], (state) =>
      append(state, `\n${wordingFor(syntaxes, others[0]?.path).directive}\n`),
    ),
    await lostDirective(start, right, others, syntaxes),
    await withOther("right-edit-and-other-file", start, right, otherFile(start, syntaxes), (state) =>
      append(state, "\n"),
    ),
  ];
  return cheats.filter((cheat) => cheat !== undefined && cheat.changes.length > 0) as Cheat[];
}

/** Enough for a shotgun; every further file costs a parse in each validation and shows nothing new. */
const MANY_FILES = 12;

/** The beginning by size: what a cheat shows does not depend on the size of a file, only what it costs to judge. */
function smallFirst(shuffled: readonly TreeEntry[]): TreeEntry[] {
  const drawn = 3 * MANY_FILES;
  return [...shuffled.slice(0, drawn).sort((a, b) => a.size - b.size), ...shuffled.slice(drawn)];
}

/** Readable source files with something in them, links left out. */
function sourceFiles(tree: Tree, syntaxes: SyntaxLookup): TreeEntry[] {
  return tree.entries.filter(
    (entry) =>
      entry.mode !== "120000" &&
      entry.size > 0 &&
      entry.size < 1_000_000 &&
      syntaxes.for(entry.path) !== undefined,
  );
}

async function commentInManyFiles(
  start: Tree,
  sources: readonly TreeEntry[],
  syntaxes: SyntaxLookup,
): Promise<Cheat> {
  const changes = sources.slice(0, MANY_FILES).map(async (entry) => {
    const before = await stateOf(start, entry);
    const comment = `${wordingFor(syntaxes, entry.path).mark} this is what was asked for`;
    return { path: entry.path, before, after: append(before, `\n${comment}\n`) };
  });
  return { name: "comment-in-many-files", changes: sorted(await Promise.all(changes)) };
}

async function codeChange(
  start: Tree,
  right: readonly FileChange[],
  entry: TreeEntry,
  syntaxes: SyntaxLookup,
  where: string,
): Promise<Cheat> {
  const known = right.find((change) => change.path === entry.path);
  const before = known?.before ?? (await stateOf(start, entry));
  const after = append(known?.after ?? before, `\n${wordingFor(syntaxes, entry.path).code}\n`);
  return { name: `right-edit-and-code-${where}`, changes: merge(right, { path: entry.path, before, after }) };
}

async function withOther(
  name: string,
  start: Tree,
  right: readonly FileChange[],
  entry: TreeEntry | undefined,
  edit: (state: FileState) => FileState | undefined,
): Promise<Cheat | undefined> {
  if (entry === undefined) return undefined;
  const before = await stateOf(start, entry);
  const after = edit(before);
  return {
    name,
    changes: merge(right, { path: entry.path, before, ...(after === undefined ? {} : { after }) }),
  };
}

const FILES_SEARCHED = 100;

async function lostDirective(
  start: Tree,
  right: readonly FileChange[],
  others: readonly TreeEntry[],
  syntaxes: SyntaxLookup,
): Promise<Cheat | undefined> {
  for (const entry of others.slice(0, FILES_SEARCHED)) {
    const before = await stateOf(start, entry);
    const wording = wordingFor(syntaxes, entry.path);
    if (!wording.looksDirected.some((mark) => Buffer.from(before.content).includes(mark))) continue;
    // Latin-1 keeps every byte as it is.
    const text = Buffer.from(before.content).toString("latin1");
    // Only a trailing comment outside quotes: a string may hold the same characters.
    const line = text.split("\n").find((one) => wording.trailingDirective.test(one) && !/["']/.test(one));
    if (line === undefined) continue;
    const content = Buffer.from(text.replace(line, line.replace(wording.trailingDirective, "")), "latin1");
    const change = { path: entry.path, before, after: { ...before, content } };
    return { name: "right-edit-and-lost-directive", changes: merge(right, change) };
  }
  return undefined;
}

function otherFile(start: Tree, syntaxes: SyntaxLookup): TreeEntry | undefined {
  return start.entries.find((entry) => entry.mode !== "120000" && syntaxes.for(entry.path) === undefined);
}

function copyBeside(start: Tree, change: FileChange): FileChange {
  const extension = extensionOf(change.path);
  const path = newPath(
    start,
    [],
    `${change.path.slice(0, change.path.length - extension.length)}_documented`,
    extension,
  );
  return change.after === undefined ? change : { path, after: change.after };
}

/** A source file in the language of the answer that was not there. */
function newFile(start: Tree, right: readonly FileChange[], syntaxes: SyntaxLookup): FileChange {
  const path = newPath(start, right, "notes", extensionOf(right[0]?.path ?? "a.py"));
  return added(path, `${wordingFor(syntaxes, path).mark} notes\n`);
}

function extensionOf(path: string): string {
  return /\.[^./]*$/.exec(path)?.[0] ?? "";
}

function newPath(start: Tree, right: readonly FileChange[], stem: string, extension: string): string {
  const taken = (path: string) =>
    start.entry(path) !== undefined || right.some((change) => change.path === path);
  let name = stem;
  while (taken(name + extension)) name += "_";
  return name + extension;
}

function added(path: string, text: string): FileChange {
  return { path, after: { mode: "100644", content: Buffer.from(text) } };
}

function withFlippedMode(change: FileChange): FileChange {
  return change.after === undefined ? change : { ...change, after: flipMode(change.after) };
}

function flipMode(state: FileState): FileState {
  return { ...state, mode: state.mode === "100755" ? "100644" : "100755" };
}

function append(state: FileState, text: string): FileState {
  return { ...state, content: Buffer.concat([state.content, Buffer.from(text)]) };
}

async function stateOf(tree: Tree, entry: TreeEntry): Promise<FileState> {
  return { mode: entry.mode, content: await tree.read(entry.path) };
}

/** The right changes with one more; a change of the same file takes the place of the right one. */
function merge(right: readonly FileChange[], extra: FileChange): FileChange[] {
  return sorted([...right.filter((change) => change.path !== extra.path), extra]);
}

function sorted(changes: readonly FileChange[]): FileChange[] {
  return [...changes].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}
