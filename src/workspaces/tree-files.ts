import { chmod, lutimes, mkdir, open, symlink } from "node:fs/promises";
import path from "node:path";
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
  for (const name of folders) await create(name, () => mkdir(path.join(folder, name)));
  const links = tree.entries.filter((entry) => entry.mode === "120000");
  for (const batch of batchesOf(tree.entries.filter((entry) => entry.mode !== "120000"))) {
    await Promise.all(
      batch.map(async (entry) => {
        const content = await tree.read(entry.path);
        await create(entry.path, () => writeFile(path.join(folder, entry.path), content, entry.mode));
      }),
    );
  }
  for (const entry of links) {
    const target = await tree.read(entry.path);
    const file = path.join(folder, entry.path);
    await create(entry.path, () => symlink(Buffer.from(target), file));
    await lutimes(file, START_DATE, START_DATE);
  }
  for (const name of folders.toReversed()) {
    await chmod(path.join(folder, name), 0o755);
    await lutimes(path.join(folder, name), START_DATE, START_DATE);
  }
}

/** Files to read at once: enough to keep the reader busy, few enough for the memory. */
function* batchesOf(entries: readonly TreeEntry[]): Generator<TreeEntry[]> {
  let batch: TreeEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    batch.push(entry);
    bytes += entry.size;
    if (batch.length < 128 && bytes < 8 * 1024 * 1024) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  yield batch;
}

async function writeFile(file: string, content: Uint8Array, mode: FileMode): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(content);
    await handle.chmod(mode === "100755" ? 0o755 : 0o644);
    await handle.utimes(START_DATE, START_DATE);
  } finally {
    await handle.close();
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

async function create(name: string, make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
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
