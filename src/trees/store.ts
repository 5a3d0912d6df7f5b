import { git } from "../repositories/git.ts";
import type { FileChange, Tree } from "../tree.ts";
import { foldersOf, treeObjectsOf } from "./folders.ts";
import { gitObject, writeLooseObject } from "./objects.ts";
import { overlayTree } from "./overlay.ts";

/**
 * Writes the tree that changes lead to into one of our own bare repositories, with everything of it that is not
 * there yet, and returns its id (the id of `overlayTree`).
 * @throws TaskError as `overlayTree` does.
 */
export async function storeTree(
  gitDirectory: string,
  base: Tree,
  changes: readonly FileChange[],
): Promise<string> {
  const tree = overlayTree(base, changes);
  const folders = treeObjectsOf(foldersOf(tree));
  const files = new Map(tree.entries.map((entry) => [entry.blob, entry.path]));
  const absent = await absentObjects(gitDirectory, [...files.keys(), ...folders.map((folder) => folder.id)]);
  for (const [blob, path] of files) {
    if (absent.has(blob)) await writeLooseObject(gitDirectory, gitObject("blob", await tree.read(path)));
  }
  // The root last: whoever finds it finds all of it.
  for (const folder of folders) {
    if (absent.has(folder.id) && folder.id !== tree.id) await writeLooseObject(gitDirectory, folder);
  }
  for (const folder of folders) if (folder.id === tree.id) await writeLooseObject(gitDirectory, folder);
  return tree.id;
}

async function absentObjects(gitDirectory: string, ids: readonly string[]): Promise<Set<string>> {
  const output = await git(gitDirectory, ["cat-file", "--batch-check"], { stdin: `${ids.join("\n")}\n` });
  const missing = Buffer.from(output)
    .toString("latin1")
    .matchAll(/^([0-9a-f]{40}) missing$/gm);
  return new Set([...missing].map((match) => match[1] ?? ""));
}
