import type { RepositoryReference } from "./instance.ts";
import type { Tree } from "./tree.ts";

/**
 * A git repository at a commit, as an immutable, content-addressed tree. Nothing of it is executed:
 * no hooks, no filters, no configuration of its own is read.
 */
export interface Repository extends AsyncDisposable {
  readonly reference: RepositoryReference;
  readonly tree: Tree;
  /** What is in the commit but not in `tree`: named, not followed. */
  readonly leftOut: readonly LeftOut[];
  /** What a user should know of how the source was read (changes not committed, files left out by rule). */
  readonly notes?: readonly string[];
  /** A bare repository that holds the tree and is ours; safe to run git on. */
  readonly gitDirectory: string;
}

export interface LeftOut {
  readonly path: string;
  /** `lfs-pointer` files stay in the tree as the pointer that they are. */
  readonly why: "submodule" | "lfs-pointer" | "path-not-utf8";
}

export interface OpenRepositoryOptions {
  /** A local work tree, bare repository or plain folder, or a git URL (the only case that uses the network). */
  readonly source: string;
  /** A commit, tag or branch; the default branch's tip when left out. */
  readonly revision?: string;
  /** `owner/name`, when the source does not tell. */
  readonly name?: string;
  /** Where bare repositories are kept. */
  readonly cache: string;
}
