import { RepositoryError } from "../base/errors.ts";
import type { LeftOut } from "../repository.ts";
import { listTree } from "../trees/git-tree.ts";
import type { ListedEntry } from "../trees/git-tree.ts";
import { changeFolders, rootOf, treeObjectsOf } from "../trees/folders.ts";
import type { Folders } from "../trees/folders.ts";
import { openObjectReader } from "../trees/object-reader.ts";
import { gitObject } from "../trees/objects.ts";
import type { GitObject } from "../trees/objects.ts";
import { pathProblem } from "../trees/paths.ts";
import type { FileMode, TreeEntry } from "../tree.ts";
import { provideBareRepository } from "./bare.ts";
import { writePack } from "./pack.ts";
import type { PackItem } from "./pack.ts";

/** A file that goes into a repository of ours: its id is known, its content is loaded when it must be stored. */
export interface ImportFile {
  readonly path: string;
  readonly mode: FileMode;
  readonly blob: string;
  /** Bytes. */
  readonly size: number;
  load(): Promise<Uint8Array>;
}

export interface Imported {
  readonly tree: string;
  readonly gitDirectory: string;
}

/** Stores a set of files as a bare repository in the cache, unless their tree is there already. */
export async function importFiles(cache: string, files: readonly ImportFile[]): Promise<Imported> {
  const folders = foldersOfFiles(files);
  const tree = rootOf(folders);
  const gitDirectory = await provideBareRepository(cache, tree, (place) =>
    writePack(place, packItems(files, treeObjectsOf(folders))),
  );
  return { tree, gitDirectory };
}

function foldersOfFiles(files: readonly ImportFile[]): Folders {
  return changeFolders(
    new Map([["", new Map()]]),
    files.map((file) => ({ path: file.path, item: { mode: file.mode, id: file.blob } })),
  );
}

function packItems(files: readonly ImportFile[], folders: readonly GitObject[]): PackItem[] {
  const items = new Map<string, PackItem>();
  for (const file of files) items.set(file.blob, { size: file.size, load: () => loadBlob(file) });
  for (const folder of folders)
    items.set(folder.id, { size: folder.data.byteLength, load: async () => folder });
  return [...items.values()];
}

async function loadBlob(file: ImportFile): Promise<GitObject> {
  const object = gitObject("blob", await file.load());
  if (object.id === file.blob) return object;
  throw new RepositoryError({
    code: "content-changed",
    message: `${file.path}: the content is not what its id ${file.blob} says`,
    hint: "Either the file changed while it was read (try again) or the repository is damaged (git fsck).",
    fields: { path: file.path, expected: file.blob, found: object.id },
  });
}

/**
 * Imports the tree of a commit from a repository whose objects are borrowed. Submodules and names that are not UTF-8
 * stay out and are returned.
 */
export async function importCommitTree(
  cache: string,
  borrowed: { readonly gitDirectory: string; readonly environment: Record<string, string> },
  tree: string,
): Promise<Imported & { readonly leftOut: readonly LeftOut[] }> {
  const { gitDirectory, environment } = borrowed;
  const { entries, leftOut } = entriesOf(await listTree(gitDirectory, tree, environment));
  await using reader = openObjectReader(gitDirectory, environment);
  const files = entries.map((entry): ImportFile => ({ ...entry, load: () => reader.read(entry.blob) }));
  return { ...(await importFiles(cache, files)), leftOut };
}

/** What of a commit's tree we take, and what we leave out. @throws RepositoryError `unsafe-path`. */
export function entriesOf(listed: readonly ListedEntry[]): {
  readonly entries: readonly TreeEntry[];
  readonly leftOut: readonly LeftOut[];
} {
  const leftOut: LeftOut[] = [];
  const entries: TreeEntry[] = [];
  for (const entry of listed) {
    const why = reasonToLeaveOut(entry);
    const path = Buffer.from(entry.path).toString("utf8");
    if (why !== undefined) {
      leftOut.push({ path, why });
      continue;
    }
    if (pathProblem(path) !== undefined) throw unsafePath(path);
    entries.push({ path, mode: modeOf(entry.mode), blob: entry.id, size: entry.size });
  }
  return { entries, leftOut };
}

function reasonToLeaveOut(entry: ListedEntry): LeftOut["why"] | undefined {
  if (entry.kind === "commit") return "submodule";
  return isUtf8(entry.path) ? undefined : "path-not-utf8";
}

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Old versions of git stored modes such as 100664. */
function modeOf(mode: string): FileMode {
  if (mode === "120000") return "120000";
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? "100644" : "100755";
}

function unsafePath(path: string): RepositoryError {
  return new RepositoryError({
    code: "unsafe-path",
    message: `The commit holds the path ${JSON.stringify(path)}, which no honest repository has`,
    hint: 'Do not use this repository; "git fsck" names what is wrong with it.',
    fields: { path },
  });
}
