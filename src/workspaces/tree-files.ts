import {
  chmodSync,
  closeSync,
  fchmodSync,
  futimesSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { RepositoryError, SandboxError, systemCode } from "../base/errors.ts";
import { describeWriteFailure } from "../base/files.ts";
import type { FileMode, Tree, TreeEntry } from "../tree.ts";
import { START_DATE } from "./git-folder.ts";

/**
 * Writes a tree's files as raw bytes into an empty folder that exists. Symbolic links come last and nothing is
 * written through one; a file is never written twice.
 */
export async function writeTreeFiles(tree: Tree, folder: string): Promise<void> {
  const folders = foldersOf(tree.entries);
  for (const name of folders) create(name, () => mkdirSync(path.join(folder, name), 0o755));
  const links = tree.entries.filter((entry) => entry.mode === "120000");
  let count = 0;
  for (const entry of tree.entries) {
    if (entry.mode === "120000") continue;
    const content = await tree.read(entry.path);
    create(entry.path, () => writeFile(path.join(folder, entry.path), content, entry.mode));
    if (++count % 64 === 0) await nextTurn();
  }
  for (const entry of links) {
    const target = await tree.read(entry.path);
    const file = path.join(folder, entry.path);
    create(entry.path, () => symlinkSync(Buffer.from(target), file));
    lutimesSync(file, START_DATE, START_DATE);
  }
  for (const name of folders.toReversed()) {
    chmodSync(path.join(folder, name), 0o755);
    lutimesSync(path.join(folder, name), START_DATE, START_DATE);
  }
}

function writeFile(file: string, content: Uint8Array, mode: FileMode): void {
  const handle = openSync(file, "wx");
  try {
    writeFileSync(handle, content);
    fchmodSync(handle, mode === "100755" ? 0o755 : 0o644);
    futimesSync(handle, START_DATE, START_DATE);
  } finally {
    closeSync(handle);
  }
}

/** All folders of the paths, parents first. */
function foldersOf(entries: readonly TreeEntry[]): string[] {
  const folders = new Set<string>();
  for (const { path: file } of entries) {
    const parts = file.split("/");
    if (parts.some(isUnsafe)) {
      throw new RepositoryError({
        code: "unsafe-path",
        message: `The tree holds a path that cannot be written safely: ${JSON.stringify(file)}`,
        hint: "Leave the path out of the tree.",
        fields: { path: file },
      });
    }
    for (let depth = 1; depth < parts.length; depth++) folders.add(parts.slice(0, depth).join("/"));
  }
  return [...folders];
}

function isUnsafe(part: string): boolean {
  return part === "" || part === "." || part === ".." || part.includes("\0") || part.toLowerCase() === ".git";
}

function create(name: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw describeWriteFailure(error, name);
    throw new SandboxError({
      code: "path-collision",
      message: `Two paths of the tree are one on this file system: ${JSON.stringify(name)}`,
      hint: "Keep workspaces on a file system that tells upper from lower case.",
      fields: { path: name },
      cause: error,
    });
  }
}
