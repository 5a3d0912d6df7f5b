import { repositoryFolder } from "../datasets/layout.ts";
import type { SourceTrees } from "../datasets/source-trees.ts";
import { StoreError } from "../base/errors.ts";
import { inSpan } from "../base/tracing.ts";
import type { InstancePair } from "../instance.ts";
import { applyFileEdits } from "../trees/edits.ts";
import { storeTree } from "../trees/store.ts";
import type { Workspace } from "../workspace.ts";
import { workspaceName } from "../workspaces/name.ts";
import { createScratchRepository } from "../repositories/scratch.ts";

/** The sealed start state of an instance; `scratch` becomes the trusted repository that holds it, and is the caller's to remove. */
export function prepareWorkspace(
  dataset: string,
  pair: InstancePair,
  trees: SourceTrees,
  scratch: string,
): Promise<Workspace> {
  const attributes = { "hybrid_gym.instance": pair.instance.id };
  return inSpan("workspace", attributes, () => makeWorkspace(dataset, pair, trees, scratch));
}

async function makeWorkspace(
  dataset: string,
  pair: InstancePair,
  trees: SourceTrees,
  scratch: string,
): Promise<Workspace> {
  const { instance, secret } = pair;
  const tree = await trees.start(pair);
  const base = await trees.source(pair);
  await createScratchRepository(scratch, repositoryFolder(dataset, instance.repository.tree));
  const stored = await storeTree(scratch, base, await applyFileEdits(base, secret.start));
  if (stored !== tree.id) {
    throw new StoreError({
      code: "start-tree-differs",
      message: `${instance.id}: its start state was stored as ${stored}, not ${tree.id}`,
      hint: "This is a defect of hybrid-gym or of the installed git; please report it.",
    });
  }
  return { tree, base, name: workspaceName(instance.repository.name), gitDirectory: scratch };
}
