import { existsSync } from "node:fs";
import { StoreError } from "../base/errors.ts";
import type { InstancePair } from "../instance.ts";
import { applyFileEdits } from "../trees/edits.ts";
import { openGitTree } from "../trees/git-tree.ts";
import { overlayTree } from "../trees/overlay.ts";
import type { Tree } from "../tree.ts";
import { repositoryFolder } from "./layout.ts";

type OpenTree = Tree & AsyncDisposable;

/** Open trees are kept, each with its git process; the oldest is closed when there are more than this. */
const OPEN_TREES = 4;

/** The trees of a dataset's repositories, opened when first asked for. */
export interface SourceTrees extends AsyncDisposable {
  /** The state that an instance starts from. @throws StoreError when the dataset lacks its repository. */
  start(pair: InstancePair): Promise<Tree>;
  /** The repository's tree, before anything was taken out of it. */
  source(pair: InstancePair): Promise<Tree>;
  /** The same by the tree's id. */
  ofRepository(tree: string): Promise<Tree>;
}

export function openSourceTrees(dataset: string): SourceTrees {
  const open = new Map<string, Promise<OpenTree>>();
  const source = async (tree: string): Promise<OpenTree> => {
    const known = open.get(tree);
    if (known !== undefined) return known;
    const opening = openSource(dataset, tree);
    open.set(tree, opening);
    for (const [id, oldest] of open) {
      if (open.size <= OPEN_TREES) break;
      open.delete(id);
      await (await oldest)[Symbol.asyncDispose]();
    }
    return opening;
  };
  return {
    source: ({ instance }) => source(instance.repository.tree),
    ofRepository: source,
    async start({ instance, secret }) {
      const base = await source(instance.repository.tree);
      const start = overlayTree(base, await applyFileEdits(base, secret.start));
      if (start.id === instance.start_tree) return start;
      throw new StoreError({
        code: "start-tree-differs",
        message: `${instance.id}: its start state comes out as ${start.id}, not ${instance.start_tree}`,
        hint: "The dataset was changed after it was built; restore it or build again.",
      });
    },
    async [Symbol.asyncDispose]() {
      for (const tree of open.values()) await (await tree.catch(() => undefined))?.[Symbol.asyncDispose]();
      open.clear();
    },
  };
}

async function openSource(dataset: string, tree: string): Promise<OpenTree> {
  const folder = repositoryFolder(dataset, tree);
  if (!existsSync(folder)) {
    throw new StoreError({
      code: "repository-missing",
      message: `${dataset} lacks the repository with tree ${tree}`,
      hint: `Copy the dataset whole, its repositories/ folder too, or build it again.`,
      fields: { dataset, tree },
    });
  }
  return openGitTree(folder, tree);
}
