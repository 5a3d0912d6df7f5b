import type { Tree } from "./tree.ts";

/**
 * A sealed start state: one tree, one commit, nothing else. No history, refs, reflog, remotes or packs
 * of the source repository, no harness files. Prepared by us; a sandbox turns it into files.
 */
export interface Workspace {
  /** What the agent starts from. */
  readonly tree: Tree;
  /**
   * The repository's tree before anything was changed for the task, in the same repository: sandboxes of many start
   * states share its files. Without it `tree` itself is the base.
   */
  readonly base?: Tree;
  /** The folder's name inside the sandbox, such as `requests`. */
  readonly name: string;
  /** A bare repository of ours that holds `tree` (trusted; never shown to an agent). */
  readonly gitDirectory: string;
}
