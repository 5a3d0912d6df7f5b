import path from "node:path";
import { createScratchRepository } from "../../src/repositories/scratch.ts";
import { openGitTree } from "../../src/trees/git-tree.ts";
import { overlayTree } from "../../src/trees/overlay.ts";
import { storeTree } from "../../src/trees/store.ts";
import type { Tree } from "../../src/tree.ts";
import type { Workspace } from "../../src/workspace.ts";
import type { BenchRepository } from "./repository.ts";

/** Makes start states as instances do: a tree with one file edited, each time another, stored in a repository of its own. */
export interface Instances extends AsyncDisposable {
  readonly tree: Tree;
  make(number: number): Promise<Workspace>;
}

export async function openInstances(repository: BenchRepository, folder: string): Promise<Instances> {
  const base = await openGitTree(repository.gitDirectory, repository.tree);
  const files = base.entries.filter((entry) => entry.mode === "100644" && entry.size > 200);
  return {
    tree: base,
    async make(number) {
      const entry = files[(number * 7919) % files.length];
      if (entry === undefined) throw new Error("the repository has no files to edit");
      const content = await base.read(entry.path);
      const before = { mode: entry.mode, content };
      const after = {
        mode: entry.mode,
        content: Buffer.concat([content.subarray(0, 100), Buffer.from(`# ${number}\n`)]),
      };
      const changes = [{ path: entry.path, before, after }];
      const gitDirectory = path.join(folder, `scratch-${number}.git`);
      await createScratchRepository(gitDirectory, repository.gitDirectory);
      await storeTree(gitDirectory, base, changes);
      return { tree: overlayTree(base, changes), base, name: "project", gitDirectory };
    },
    [Symbol.asyncDispose]: () => base[Symbol.asyncDispose](),
  };
}
