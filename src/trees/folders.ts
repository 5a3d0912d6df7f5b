import { TaskError } from "../base/errors.ts";
import type { Tree } from "../tree.ts";
import { treeObject } from "./objects.ts";
import type { FolderItem, GitObject } from "./objects.ts";

/**
 * The folders of a tree by path (`""` is the root), with what each holds directly. Kept per tree, so that a tree
 * that differs in one file hashes a handful of folders again and not ten thousand files.
 */
export type Folders = ReadonlyMap<string, ReadonlyMap<string, FolderItem>>;

const known = new WeakMap<Tree, Folders>();

export function foldersOf(tree: Tree): Folders {
  const found = known.get(tree);
  if (found !== undefined) return found;
  const folders = changeFolders(
    new Map([["", new Map<string, FolderItem>()]]),
    tree.entries.map((entry) => ({ path: entry.path, item: { mode: entry.mode, id: entry.blob } })),
  );
  known.set(tree, folders);
  return folders;
}

/** Remembers folders that were worked out another way. */
export function keepFolders(tree: Tree, folders: Folders): void {
  known.set(tree, folders);
}

export function rootOf(folders: Folders): string {
  return treeObject(folders.get("") ?? new Map()).id;
}

export function treeObjectsOf(folders: Folders): GitObject[] {
  return [...folders.values()].map(treeObject);
}

/**
 * The folders with some files set (`item`) or removed (no `item`); the given ones stay as they are.
 * @throws TaskError `path-conflict` when a path would be a file and a folder at once.
 */
export function changeFolders(
  folders: Folders,
  changes: readonly { readonly path: string; readonly item?: FolderItem }[],
): Folders {
  const result = new Map(folders);
  const touched = new Set<string>();
  const open = (folder: string): Map<string, FolderItem> => {
    const items = result.get(folder);
    if (items !== undefined && touched.has(folder)) return items as Map<string, FolderItem>;
    const copy = new Map(items);
    result.set(folder, copy);
    touched.add(folder);
    return copy;
  };
  const removals = changes.filter((change) => change.item === undefined);
  for (const { path } of removals) remove(path, open);
  for (const { path, item } of changes) if (item !== undefined) add(path, item, open);
  rehash(result, touched);
  return result;
}

function remove(path: string, open: (folder: string) => Map<string, FolderItem>): void {
  let place: string | undefined = path;
  let empty = true;
  while (place !== undefined) {
    const [folder, name]: [string, string] = splitPath(place);
    // Opened up to the root, so that every folder above is hashed again.
    const items = open(folder);
    if (empty) items.delete(name);
    empty &&= items.size === 0;
    place = folder === "" ? undefined : folder;
  }
}

function add(path: string, item: FolderItem, open: (folder: string) => Map<string, FolderItem>): void {
  let [folder, name] = splitPath(path);
  const items = open(folder);
  if (items.get(name)?.mode === "40000") throw conflict(path);
  items.set(name, item);
  while (folder !== "") {
    const place = folder;
    [folder, name] = splitPath(place);
    const parent = open(folder);
    const existing = parent.get(name);
    if (existing !== undefined && existing.mode !== "40000") throw conflict(place);
    parent.set(name, existing ?? { mode: "40000", id: "" });
  }
}

function conflict(path: string): TaskError {
  return new TaskError({
    code: "path-conflict",
    message: `${path} would be a file and a folder at once`,
    hint: "Delete the one before adding the other.",
    fields: { path },
  });
}

/** Works out the ids of the touched folders, deepest first. */
function rehash(folders: Map<string, ReadonlyMap<string, FolderItem>>, touched: ReadonlySet<string>): void {
  const deepestFirst = [...touched].filter((folder) => folder !== "").sort((a, b) => depth(b) - depth(a));
  for (const folder of deepestFirst) {
    const items = folders.get(folder);
    if (items === undefined || items.size === 0) {
      folders.delete(folder);
      continue;
    }
    const [parent, name] = splitPath(folder);
    (folders.get(parent) as Map<string, FolderItem>).set(name, { mode: "40000", id: treeObject(items).id });
  }
}

function depth(folder: string): number {
  return folder.split("/").length;
}

/** `a/b/c` → `["a/b", "c"]`; `c` → `["", "c"]`. */
export function splitPath(path: string): [folder: string, name: string] {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? ["", path] : [path.slice(0, slash), path.slice(slash + 1)];
}
