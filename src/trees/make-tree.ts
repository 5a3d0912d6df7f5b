import { TaskError } from "../base/errors.ts";
import { gitBlobId } from "../base/hash.ts";
import type { FileMode, Tree, TreeEntry } from "../tree.ts";
import { foldersOf, rootOf } from "./folders.ts";
import { comparePaths, pathProblem } from "./paths.ts";

/** A tree from its sorted entries and a way to read a file; the id is worked out when first asked for. */
export function makeTree(
  entries: readonly TreeEntry[],
  read: (entry: TreeEntry) => Promise<Uint8Array>,
  id?: string,
): Tree {
  let byPath: Map<string, TreeEntry> | undefined;
  let known = id;
  const tree: Tree = {
    get id() {
      return (known ??= rootOf(foldersOf(tree)));
    },
    entries,
    entry(path) {
      byPath ??= new Map(entries.map((entry) => [entry.path, entry]));
      return byPath.get(path);
    },
    async read(path) {
      const entry = tree.entry(path);
      if (entry === undefined) throw noSuchFile(path);
      return read(entry);
    },
  };
  return tree;
}

export function noSuchFile(path: string): TaskError {
  return new TaskError({
    code: "no-such-file-in-tree",
    message: `The tree has no file ${path}`,
    hint: "Check that the instance belongs to this repository and commit.",
    fields: { path },
  });
}

/** @throws TaskError `path-outside-tree` or `path-touches-git`. */
export function requirePath(path: string): void {
  const problem = pathProblem(path);
  if (problem === undefined) return;
  throw new TaskError({
    code: problem === "outside-tree" ? "path-outside-tree" : "path-touches-git",
    message: `${JSON.stringify(path)} is not a path that a tree can hold`,
    hint: "Use a relative path with / between its parts, outside .git.",
    fields: { path },
  });
}

/** A file of a `memoryTree` with a mode of its own. */
export interface MemoryFile {
  readonly mode: FileMode;
  readonly content: string | Uint8Array;
}

/** A tree of files given outright: for tests and small uses. */
export function memoryTree(files: Readonly<Record<string, string | Uint8Array | MemoryFile>>): Tree {
  const contents = new Map<string, Uint8Array>();
  const entries = Object.entries(files).map(([path, file]): TreeEntry => {
    requirePath(path);
    const { mode, content } =
      typeof file === "string" || file instanceof Uint8Array
        ? { mode: "100644" as const, content: file }
        : file;
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    contents.set(path, bytes);
    return { path, mode, blob: gitBlobId(bytes), size: bytes.byteLength };
  });
  entries.sort((a, b) => comparePaths(a.path, b.path));
  const tree = makeTree(entries, async (entry) => contents.get(entry.path) as Uint8Array);
  // Refuses `a` beside `a/b` at once rather than when the id is first asked for.
  foldersOf(tree);
  return tree;
}
