import { diffTreesInGit } from "../../diffs/format.ts";
import type { FileChange } from "../../tree.ts";
import { storeTree } from "../../trees/store.ts";
import type { Workspace } from "../../workspace.ts";

/** The changes as one unified diff, made by git in the trusted repository, where no attribute or setting of an agent's counts. */
export async function diffOf(workspace: Workspace, changes: readonly FileChange[]): Promise<Uint8Array> {
  if (changes.length === 0) return new Uint8Array();
  const after = await storeTree(workspace.gitDirectory, workspace.tree, changes);
  return diffTreesInGit(workspace.gitDirectory, workspace.tree.id, after);
}
