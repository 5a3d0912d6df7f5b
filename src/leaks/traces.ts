import type { InstancePair } from "../instance.ts";
import type { Tree } from "../tree.ts";
import { applyFileEdits } from "../trees/edits.ts";
import { foldersOf, treeObjectsOf } from "../trees/folders.ts";
import { gitBlobId } from "../base/hash.ts";
import { gitObject } from "../trees/objects.ts";
import { startCommit } from "../workspaces/git-folder.ts";

/** Git's ids around an instance: what its sandbox may hold, and what would point to the hidden state. */
export interface Ids {
  /** The objects of the start tree and its one commit. */
  readonly allowed: ReadonlySet<string>;
  /** Of original and solved files and folders, and of the repository's own commit. */
  readonly forbidden: readonly string[];
}

export async function idsOf(pair: InstancePair, source: Tree, start: Tree): Promise<Ids> {
  const allowed = objectsOf(start).add(gitObject("commit", Buffer.from(startCommit(start.id))).id);
  const forbidden = objectsOf(source).add(pair.instance.repository.commit);
  for (const { after } of await applyFileEdits(start, pair.secret.solution))
    if (after !== undefined) forbidden.add(gitBlobId(after.content));
  return { allowed, forbidden: [...forbidden].filter((id) => !allowed.has(id)) };
}

function objectsOf(tree: Tree): Set<string> {
  const ids = new Set(tree.entries.map((entry) => entry.blob));
  for (const folder of treeObjectsOf(foldersOf(tree))) ids.add(folder.id);
  return ids;
}

/** Whether a text names one of some folders, or something in it. */
export function namesPath(text: string, paths: readonly string[]): boolean {
  return paths.some((path) => {
    for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
      if (!/[\w.-]/.test(text[at + path.length] ?? "")) return true;
    }
    return false;
  });
}

/** The ids, in hexadecimal, that a text holds. */
export function idsIn(text: string): Set<string> {
  return new Set(text.match(/(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/g));
}

/** Whether bytes hold an id as git's index and packs do. */
export function holdsBinaryId(bytes: Buffer, ids: readonly string[]): boolean {
  return ids.some((id) => bytes.includes(Buffer.from(id, "hex")));
}
