import { TaskError } from "../base/errors.ts";
import { gitBlobId } from "../base/hash.ts";
import type { FileChange, FileState, Tree, TreeEntry } from "../tree.ts";
import { changeFolders, foldersOf, keepFolders, rootOf } from "./folders.ts";
import { noSuchFile, requirePath } from "./make-tree.ts";
import { comparePaths } from "./paths.ts";

/**
 * The tree that changes lead to, in memory. Cheap: a handful of folders is hashed, nothing is read.
 * @throws TaskError `change-does-not-fit` when a change's `before` is not what `base` has (an added file exists, a
 * deleted or changed one differs or is missing); `path-conflict`, `path-outside-tree`, `path-touches-git`.
 */
export function overlayTree(base: Tree, changes: readonly FileChange[]): Tree {
  const changed = new Map<string, { entry: TreeEntry; content: Uint8Array } | undefined>();
  for (const change of changes) {
    requireFit(base, change);
    if (changed.has(change.path)) throw misfit(change.path, "is changed twice");
    const { after } = change;
    if (after !== undefined) requirePath(change.path);
    changed.set(
      change.path,
      after === undefined ? undefined : { entry: entryOf(change.path, after), content: after.content },
    );
  }
  const folders = changeFolders(
    foldersOf(base),
    [...changed].map(([path, file]) =>
      file === undefined ? { path } : { path, item: { mode: file.entry.mode, id: file.entry.blob } },
    ),
  );
  const id = rootOf(folders);
  let entries: readonly TreeEntry[] | undefined;
  const tree: Tree = {
    id,
    get entries() {
      return (entries ??= mergeEntries(base.entries, changed));
    },
    entry: (path) => (changed.has(path) ? changed.get(path)?.entry : base.entry(path)),
    async read(path) {
      if (!changed.has(path)) return base.read(path);
      const file = changed.get(path);
      if (file === undefined) throw noSuchFile(path);
      return file.content;
    },
  };
  keepFolders(tree, folders);
  return tree;
}

function entryOf(path: string, state: FileState): TreeEntry {
  return { path, mode: state.mode, blob: gitBlobId(state.content), size: state.content.byteLength };
}

function mergeEntries(
  entries: readonly TreeEntry[],
  changed: ReadonlyMap<string, { readonly entry: TreeEntry } | undefined>,
): TreeEntry[] {
  const kept = entries.filter((entry) => !changed.has(entry.path));
  for (const file of changed.values()) if (file !== undefined) kept.push(file.entry);
  return kept.sort((a, b) => comparePaths(a.path, b.path));
}

function requireFit(base: Tree, change: FileChange): void {
  const entry = base.entry(change.path);
  if (change.before === undefined) {
    if (entry !== undefined) throw misfit(change.path, "exists already");
    if (change.after === undefined) throw misfit(change.path, "has neither a before nor an after");
    return;
  }
  if (entry === undefined) throw misfit(change.path, "does not exist");
  if (entry.mode !== change.before.mode) throw misfit(change.path, `has the mode ${entry.mode}`);
  const same =
    entry.size === change.before.content.byteLength && entry.blob === gitBlobId(change.before.content);
  if (!same) throw misfit(change.path, "has another content");
}

function misfit(path: string, why: string): TaskError {
  return new TaskError({
    code: "change-does-not-fit",
    message: `A change of ${path} does not fit the tree: the file ${why}`,
    hint: "Apply the change to the tree that it was made from.",
    fields: { path },
  });
}

/** The changes that lead from one tree to another, sorted by path; a rename is a deletion and an addition. */
export async function diffTrees(before: Tree, after: Tree): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  for (const entry of before.entries) {
    const other = after.entry(entry.path);
    if (other?.blob === entry.blob && other.mode === entry.mode) continue;
    changes.push({
      path: entry.path,
      before: await stateOf(before, entry),
      ...(other === undefined ? {} : { after: await stateOf(after, other) }),
    });
  }
  for (const entry of after.entries) {
    if (before.entry(entry.path) === undefined) {
      changes.push({ path: entry.path, after: await stateOf(after, entry) });
    }
  }
  return changes.sort((a, b) => comparePaths(a.path, b.path));
}

async function stateOf(tree: Tree, entry: TreeEntry): Promise<FileState> {
  return { mode: entry.mode, content: await tree.read(entry.path) };
}
