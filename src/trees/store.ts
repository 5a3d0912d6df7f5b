import type { FileChange, Tree } from "../tree.ts";
import { foldersOf } from "./folders.ts";
import { gitObject, treeObject, writeLooseObject } from "./objects.ts";
import { overlayTree } from "./overlay.ts";

/**
 * Writes the tree that changes lead to into one of our own bare repositories, which holds or borrows all of `base`, and
 * returns its id (the id of `overlayTree`). Only what differs from `base` is written, or looked at.
 * @throws TaskError as `overlayTree` does.
 */
export async function storeTree(
  gitDirectory: string,
  base: Tree,
  changes: readonly FileChange[],
): Promise<string> {
  const tree = overlayTree(base, changes);
  const before = foldersOf(base);
  const written: Promise<void>[] = [];
  for (const { path, before: old, after } of changes) {
    if (after === undefined) continue;
    const blob = gitObject("blob", after.content);
    if (old === undefined || base.entry(path)?.blob !== blob.id)
      written.push(writeLooseObject(gitDirectory, blob));
  }
  // A folder that no change touches is the very same one; the root comes last: whoever finds it finds all of it.
  for (const [path, items] of foldersOf(tree))
    if (path !== "" && items !== before.get(path))
      written.push(writeLooseObject(gitDirectory, treeObject(items)));
  await Promise.all(written);
  await writeLooseObject(gitDirectory, treeObject(foldersOf(tree).get("") ?? new Map()));
  return tree.id;
}
