import { RepositoryError } from "../base/errors.ts";
import { git } from "../repositories/git.ts";
import type { FileMode, Tree, TreeEntry } from "../tree.ts";
import { makeTree } from "./make-tree.ts";
import { openObjectReader } from "./object-reader.ts";

/** One row of a tree as git lists it, before anything is left out. */
export interface ListedEntry {
  readonly path: Uint8Array;
  /** Octal, as stored. */
  readonly mode: string;
  readonly kind: string;
  readonly id: string;
  /** Bytes; 0 for what is not a file. */
  readonly size: number;
}

/** Every file below a tree, in git's order, names as bytes. @throws RepositoryError `repository-broken`. */
export async function listTree(
  gitDirectory: string,
  tree: string,
  environment: Record<string, string> = {},
): Promise<ListedEntry[]> {
  const output = Buffer.from(
    await git(gitDirectory, ["ls-tree", "-r", "-z", "-l", "--full-tree", tree], { environment }),
  );
  const entries: ListedEntry[] = [];
  let position = 0;
  while (position < output.length) {
    const end = output.indexOf(0, position);
    const tab = output.indexOf(0x09, position);
    const fields = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-|BAD)$/.exec(output.toString("latin1", position, tab));
    if (end < 0 || tab < 0 || fields === null) throw incomplete(gitDirectory, tree, "an unreadable row");
    if (fields[4] === "BAD") throw incomplete(gitDirectory, tree, output.toString("utf8", tab + 1, end));
    const [, mode = "", kind = "", id = "", size = ""] = fields;
    entries.push({
      path: output.subarray(tab + 1, end),
      mode,
      kind,
      id,
      size: size === "-" ? 0 : Number(size),
    });
    position = end + 1;
  }
  return entries;
}

function incomplete(gitDirectory: string, tree: string, path: string): RepositoryError {
  return new RepositoryError({
    code: "object-missing",
    message: `The tree ${tree} lists ${path}, whose content is not in the repository`,
    hint: "The repository is incomplete (a partial or interrupted clone); clone it in full.",
    fields: { gitDirectory, tree, path },
  });
}

/**
 * A tree of one of our own bare repositories. Files are read when asked for, through one git process that ends with
 * `Symbol.asyncDispose`.
 */
export async function openGitTree(gitDirectory: string, treeId: string): Promise<Tree & AsyncDisposable> {
  const listed = await listTree(gitDirectory, treeId);
  const entries = listed.map((entry): TreeEntry => ({
    path: Buffer.from(entry.path).toString("utf8"),
    mode: entry.mode as FileMode,
    blob: entry.id,
    size: entry.size,
  }));
  const reader = openObjectReader(gitDirectory);
  const tree = makeTree(entries, (entry) => reader.read(entry.blob), treeId);
  return {
    id: treeId,
    entries,
    entry: tree.entry,
    read: tree.read,
    [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
  };
}
