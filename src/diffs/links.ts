import type { FileChange, Tree } from "../tree.ts";
import { isGitFolder } from "../trees/paths.ts";
import { DiffRefused, shown } from "./refused.ts";

/**
 * Refuses changes after which a symbolic link leads out of the tree or into `.git` that did not before. Links are
 * followed as a file system does, link by link: `deep/link/..` is not `deep` when the link leads elsewhere.
 * @throws DiffRefused
 */
export async function checkLinks(before: Tree, after: Tree, changes: readonly FileChange[]): Promise<void> {
  if (!changes.some((change) => change.before?.mode === "120000" || change.after?.mode === "120000")) return;
  const changed = new Set(changes.map((change) => change.path));
  for (const entry of after.entries) {
    if (entry.mode !== "120000") continue;
    const end = await follow(after, entry.path);
    if (end === "inside") continue;
    if (!changed.has(entry.path) && (await follow(before, entry.path)) === end) continue;
    const reason = end === "git" ? "diff-touches-git" : "symlink-out-of-tree";
    throw new DiffRefused(
      reason,
      `the link ${shown(entry.path)} leads ${end === "git" ? "into .git" : "out of the tree"}`,
    );
  }
}

const MOST_LINKS = 40;

async function follow(tree: Tree, link: string): Promise<"inside" | "outside" | "git"> {
  const place = link.split("/");
  const todo = [place.pop() ?? ""];
  for (let links = 0; todo.length > 0;) {
    const part = todo.shift() ?? "";
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (place.pop() === undefined) return "outside";
      continue;
    }
    if (isGitFolder(part)) return "git";
    place.push(part);
    const path = place.join("/");
    if (tree.entry(path)?.mode !== "120000") continue;
    // A loop leads nowhere, which is no way out.
    if (++links > MOST_LINKS) return "inside";
    const target = Buffer.from(await tree.read(path)).toString("utf8");
    if (target.startsWith("/") || target.includes("\0")) return "outside";
    place.pop();
    todo.unshift(...target.split("/"));
    if (todo.length > 10_000) return "outside";
  }
  return "inside";
}
