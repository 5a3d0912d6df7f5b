import { git } from "../../repositories/git.ts";
import type { FileChange } from "../../tree.ts";
import { storeTree } from "../../trees/store.ts";
import type { Workspace } from "../../workspace.ts";

/** The changes as one unified diff, made by git in the trusted repository, where no attribute or setting of an agent's counts. */
export async function diffOf(workspace: Workspace, changes: readonly FileChange[]): Promise<Uint8Array> {
  if (changes.length === 0) return new Uint8Array();
  const after = await storeTree(workspace.gitDirectory, workspace.tree, changes);
  const options = ["-r", "-p", "--binary", "--full-index", "--no-ext-diff", "--no-textconv", "--no-renames"];
  return git(workspace.gitDirectory, ["diff-tree", ...options, workspace.tree.id, after]);
}
