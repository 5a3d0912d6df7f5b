import createMatcher, { type Ignore } from "ignore";
import type { Tree } from "../../tree.ts";

/** What running a program leaves behind in any repository, whether or not its own rules name it. */
const ALWAYS = ["__pycache__/", "*.pyc", ".pytest_cache/", ".mypy_cache/", ".ruff_cache/"];

/** Whether a new file or folder is left out. `path` has no slash at its end; ask for a folder before what is in it. */
export type IsIgnored = (path: string, kind: "file" | "folder") => boolean;

/**
 * The ignore rules of a start state: its `.gitignore` files at any depth, the deepest that says anything decides.
 * Rules that an agent wrote do not count, so that it can hide nothing.
 */
export async function readIgnoreRules(tree: Tree): Promise<IsIgnored> {
  const rules = new Map<string, Ignore>();
  for (const entry of tree.entries) {
    if (entry.mode === "120000" || !/(^|\/)\.gitignore$/.test(entry.path)) continue;
    const text = Buffer.from(await tree.read(entry.path)).toString("utf8");
    const folder = entry.path.slice(0, -".gitignore".length);
    rules.set(folder, createMatcher({ ignorecase: false, allowRelativePaths: true }).add(text));
  }
  const always = createMatcher({ ignorecase: false, allowRelativePaths: true }).add(ALWAYS);
  return (path, kind) => {
    const name = kind === "folder" ? `${path}/` : path;
    if (always.ignores(name)) return true;
    for (let end = path.lastIndexOf("/"); ; end = path.lastIndexOf("/", end - 1)) {
      const folder = path.slice(0, end + 1);
      const verdict = rules.get(folder)?.test(name.slice(folder.length));
      if (verdict?.ignored === true) return true;
      if (verdict?.unignored === true || end <= 0) return false;
    }
  };
}
