import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Folders, foldersOf, splitPath } from "../trees/folders.ts";
import { gitObject, treeObject } from "../trees/objects.ts";
import type { FileMode, Tree, TreeEntry } from "../tree.ts";
import { type Base, looseBytes, objectPath } from "./base.ts";
import { startCommit } from "./git-folder.ts";
import { indexOf } from "./seed-index.ts";

/** What turns a copy of a base into a start state: first delete, then write. All times are the start date, but the index's, which is a second later. */
export interface Seed {
  /** Files and folders (with all in them) to delete. */
  readonly deleted: readonly string[];
  /** Folders whose times the deletions and new files disturb; parents first, the root as `""`. */
  readonly folders: readonly string[];
  readonly files: readonly SeedFile[];
  /** The id of the one commit. */
  readonly commit: string;
}

export interface SeedFile {
  readonly path: string;
  readonly mode: FileMode | "100444";
  readonly content: Uint8Array;
}

/**
 * Unedited files that are written along with the edited ones. A file system tells when an inode was made and on which
 * layer it is, so without them `find -newerct` would name the edited file; with them it names this many.
 */
const DECOYS = 64;
const DECOY_BYTES = 1024 * 1024;

/** The difference between a base and a start state, objects and all. The objects that only the base has, original contents among them, go. */
export async function makeSeed(base: Base, start: Tree): Promise<Seed> {
  const before = foldersOf(base.tree);
  const after = foldersOf(start);
  const objectsBefore = objectsOf(base.tree, before);
  const objectsAfter = objectsOf(start, after);
  const edited = start.entries.filter((entry) => !isSame(base.tree.entry(entry.path), entry));
  const decoys = edited.length === 0 ? [] : chooseDecoys(base.tree, start, edited);
  const files: SeedFile[] = [];
  for (const entry of edited) {
    files.push({ path: entry.path, mode: entry.mode, content: await start.read(entry.path) });
  }
  const copied = (file: string, mode: SeedFile["mode"]) => {
    files.push({ path: file, mode, content: readFileSync(path.join(base.files, file)) });
  };
  for (const entry of decoys) copied(entry.path, entry.mode);
  const touched = touchedFolders([...edited, ...decoys], after);
  for (const folder of touched) {
    const object = treeObject(after.get(folder) ?? new Map());
    if (objectsBefore.has(object.id)) copied(objectPath(object.id), "100444");
    else files.push({ path: objectPath(object.id), mode: "100444", content: looseBytes(object) });
  }
  for (const entry of [...edited, ...decoys]) {
    if (objectsBefore.has(entry.blob)) copied(objectPath(entry.blob), "100444");
    else {
      const object = gitObject("blob", await start.read(entry.path));
      files.push({ path: objectPath(entry.blob), mode: "100444", content: looseBytes(object) });
    }
  }
  const unique = [...new Map(files.map((file) => [file.path, file])).values()];
  shuffle(unique, start.id);
  const commit = gitObject("commit", Buffer.from(startCommit(start.id)));
  unique.push(
    { path: objectPath(commit.id), mode: "100444", content: looseBytes(commit) },
    { path: ".git/refs/heads/main", mode: "100644", content: Buffer.from(`${commit.id}\n`) },
    { path: ".git/index", mode: "100644", content: indexOf(start, after) },
  );
  const deleted = [
    ...deletedPaths(base.tree, start, before, after),
    ...[...objectsBefore].filter((id) => !objectsAfter.has(id)).map(objectPath),
  ];
  const folders = foldersAbove([...deleted, ...unique.map((file) => file.path)]);
  const kept = folders.filter((folder) => after.has(folder) || /^\.git(\/|$)/.test(folder) || folder === "");
  return { deleted, folders: kept, files: unique, commit: commit.id };
}

function isSame(before: TreeEntry | undefined, after: TreeEntry): boolean {
  return before?.blob === after.blob && before.mode === after.mode;
}

function objectsOf(tree: Tree, folders: Folders): Set<string> {
  const ids = new Set(tree.entries.map((entry) => entry.blob));
  for (const items of folders.values()) for (const item of items.values()) ids.add(item.id);
  return ids.add(tree.id);
}

/** Files that look like the edited ones, the same for every sandbox of a start state: several of them must not tell more than one. */
function chooseDecoys(base: Tree, start: Tree, edited: readonly TreeEntry[]): TreeEntry[] {
  const kinds = new Set(edited.map((entry) => path.extname(entry.path)));
  const taken = new Set(edited.map((entry) => entry.path));
  const candidates = start.entries
    .filter(
      (entry) => !taken.has(entry.path) && entry.mode !== "120000" && isSame(base.entry(entry.path), entry),
    )
    .filter((entry) => kinds.has(path.extname(entry.path)));
  shuffle(candidates, start.id);
  let bytes = 0;
  return candidates.slice(0, DECOYS).filter((entry) => (bytes += entry.size) <= DECOY_BYTES);
}

function touchedFolders(entries: readonly TreeEntry[], folders: Folders): string[] {
  const above = foldersAbove(entries.map((entry) => entry.path));
  return [...new Set(["", ...above])].filter((folder) => folders.has(folder));
}

/** All folders of the paths, parents first. */
function foldersAbove(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const file of paths) {
    for (let [folder] = splitPath(file); !folders.has(folder); [folder] = splitPath(folder)) {
      folders.add(folder);
      if (folder === "") break;
    }
  }
  return [...folders].sort();
}

/** The highest folders and the files that a start state lacks, and what changed its kind. */
function deletedPaths(base: Tree, start: Tree, before: Folders, after: Folders): string[] {
  const deleted: string[] = [];
  for (const folder of before.keys()) {
    if (!after.has(folder) && (folder === "" || after.has(splitPath(folder)[0]))) deleted.push(folder);
  }
  for (const { path: file } of base.entries) {
    if (start.entry(file) === undefined && after.has(splitPath(file)[0])) deleted.push(file);
  }
  return deleted;
}

/** An order that says nothing and is the same each time. */
function shuffle<T>(items: T[], seed: string): void {
  const keyed = items.map((item, index) => ({
    item,
    key: createHash("sha1").update(`${seed} ${index}`).digest("hex"),
  }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  keyed.forEach(({ item }, index) => (items[index] = item));
}
