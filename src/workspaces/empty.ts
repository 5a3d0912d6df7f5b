import path from "node:path";
import { createBareRepository } from "../repositories/bare.ts";
import { openGitTree } from "../trees/git-tree.ts";
import { memoryTree } from "../trees/make-tree.ts";
import { storeTree } from "../trees/store.ts";
import type { Workspace } from "../workspace.ts";

/** A start state without files, for sandboxes in which something is only to be tried. */
export async function openEmptyWorkspace(folder: string): Promise<Workspace & AsyncDisposable> {
  const gitDirectory = path.join(folder, "empty.git");
  await createBareRepository(gitDirectory);
  const tree = await openGitTree(gitDirectory, await storeTree(gitDirectory, memoryTree({}), []));
  return { tree, name: "empty", gitDirectory, [Symbol.asyncDispose]: () => tree[Symbol.asyncDispose]() };
}
