import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Folders, foldersOf, splitPath } from "../trees/folders.ts";
import { type GitObject, gitObject, treeObject } from "../trees/objects.ts";
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
  /** Once: contents are read as they are asked for, so that the first files can be written before the last ones are read. */
  readonly files: Iterable<SeedFile>;
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

/** A file whose content is not read yet. */
type Planned = Omit<SeedFile, "content"> & { readonly content: () => Uint8Array };

/** The difference between a base and a start state, objects and all. The objects that only the base has, original contents among them, go. */
export async function makeSeed(base: Base, start: Tree): Promise<Seed> {
  const before = foldersOf(base.tree);
  const after = foldersOf(start);
  const counts = countsOf(base.tree);
  const edited = start.entries.filter((entry) => !isSame(base.tree.entry(entry.path), entry));
  const decoys = edited.length === 0 ? [] : chooseDecoys(base.tree, start, edited);
  const planned = new Map<string, Planned>();
  const plan = (path: string, mode: SeedFile["mode"], content: Planned["content"]) =>
    void planned.set(path, { path, mode, content });
  const copy = (file: string, mode: SeedFile["mode"]) =>
    plan(file, mode, () => readFileSync(path.join(base.files, file)));
  const planObject = (id: string, make: () => GitObject) => {
    const file = objectPath(id);
    if (counts.has(id)) copy(file, "100444");
    else plan(file, "100444", () => looseBytes(make()));
  };
  for (const { path: file, mode, blob } of edited) {
    const content = await start.read(file);
    plan(file, mode, () => content);
    planObject(blob, () => gitObject("blob", content));
  }
  for (const { path: file, mode, blob } of decoys) {
    copy(file, mode);
    planObject(blob, () => gitObject("blob", readFileSync(path.join(base.files, file))));
  }
  for (const folder of touchedFolders([...edited, ...decoys], after))
    planObject(folderId(start, after, folder), () => treeObject(after.get(folder) ?? new Map()));
  const commit = gitObject("commit", Buffer.from(startCommit(start.id)));
  const ordered = draw([...planned.values()], planned.size, `${base.tree.id} ${start.id}`);
  ordered.push(
    { path: objectPath(commit.id), mode: "100444", content: () => looseBytes(commit) },
    { path: ".git/refs/heads/main", mode: "100644", content: () => Buffer.from(`${commit.id}\n`) },
    { path: ".git/index", mode: "100644", content: () => indexOf(start, after, base.tree) },
  );
  const deleted = [
    ...deletedPaths(base.tree, start, before, after),
    ...objectsOnlyIn(base.tree, start.id, before, after, counts).map(objectPath),
  ];
  const folders = foldersAbove([...deleted, ...ordered.map((file) => file.path)]);
  const kept = folders.filter((folder) => after.has(folder) || /^\.git(\/|$)/.test(folder) || folder === "");
  return { deleted, folders: kept, files: readAll(ordered), commit: commit.id };
}

function* readAll(files: readonly Planned[]): Generator<SeedFile> {
  for (const file of files) yield { ...file, content: file.content() };
}

/** The id of a folder's object, which the folder above knows. */
function folderId(tree: Tree, folders: Folders, folder: string): string {
  const [above, name] = splitPath(folder);
  return folder === "" ? tree.id : (folders.get(above)?.get(name)?.id ?? "");
}

function isSame(before: TreeEntry | undefined, after: TreeEntry): boolean {
  return before?.blob === after.blob && before.mode === after.mode;
}

/** How many times a tree names each object; kept, since every start state of a base asks. */
const counted = new WeakMap<Tree, ReadonlyMap<string, number>>();

function countsOf(tree: Tree): ReadonlyMap<string, number> {
  const known = counted.get(tree);
  if (known !== undefined) return known;
  const counts = new Map([[tree.id, 1]]);
  for (const items of foldersOf(tree).values())
    for (const { id } of items.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
  counted.set(tree, counts);
  return counts;
}

/** The objects of a base that a start state has nowhere; folders that both share as one are not looked into. */
function objectsOnlyIn(
  base: Tree,
  startId: string,
  before: Folders,
  after: Folders,
  counts: ReadonlyMap<string, number>,
): string[] {
  const left = new Map<string, number>();
  const add = (id: string, difference: number) =>
    left.set(id, (left.get(id) ?? counts.get(id) ?? 0) + difference);
  add(base.id, -1);
  add(startId, 1);
  for (const [folder, items] of before) {
    if (items !== after.get(folder)) for (const { id } of items.values()) add(id, -1);
  }
  for (const [folder, items] of after) {
    if (items !== before.get(folder)) for (const { id } of items.values()) add(id, 1);
  }
  return [...left].filter(([id, count]) => count === 0 && counts.has(id)).map(([id]) => id);
}

/** Files that look like the edited ones, the same for every sandbox of a start state: several of them must not tell more than one. */
function chooseDecoys(base: Tree, start: Tree, edited: readonly TreeEntry[]): TreeEntry[] {
  const kinds = new Set(edited.map((entry) => path.extname(entry.path)));
  const taken = new Set(edited.map((entry) => entry.path));
  const candidates = start.entries.filter(
    (entry) => kinds.has(path.extname(entry.path)) && entry.mode !== "120000" && !taken.has(entry.path),
  );
  // The base's id too, which nothing inside tells: who could draw again would know the one that was not drawn.
  const drawn = draw(candidates, DECOYS, `${base.id} ${start.id}`);
  let bytes = 0;
  return drawn.filter((entry) => (bytes += entry.size) <= DECOY_BYTES);
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

/** Some items in an order that says nothing and is the same each time. */
function draw<T>(items: readonly T[], count: number, seed: string): T[] {
  const left = [...items];
  const drawn: T[] = [];
  for (let index = 0; index < count && left.length > 0; index++) {
    const number = Number.parseInt(hash("sha1", `${seed} ${index}`).slice(0, 12), 16);
    const place = number % left.length;
    const last = left.pop() as T;
    drawn.push(place === left.length ? last : (left[place] as T));
    if (place < left.length) left[place] = last;
  }
  return drawn;
}
