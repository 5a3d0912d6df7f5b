import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openGitTree } from "../../trees/git-tree.ts";
import { memoryTree } from "../../trees/make-tree.ts";
import { storeTree } from "../../trees/store.ts";
import type { FileChange } from "../../tree.ts";
import type { Workspace } from "../../workspace.ts";

/** Files of a start state: plain text, or a whole state. */
export type Files = Parameters<typeof memoryTree>[0];

export interface TestWorkspace extends Workspace, AsyncDisposable {
  /** A folder for whatever the test makes; it goes with the workspace. */
  readonly folder: string;
}

/** A workspace of the given files over a real bare repository, in a temporary folder. */
export async function makeTestWorkspace(files: Files, name = "project"): Promise<TestWorkspace> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "workspace-")));
  const gitDirectory = path.join(folder, "store.git");
  for (const part of ["objects", "refs", "info"])
    await mkdir(path.join(gitDirectory, part), { recursive: true });
  await writeFile(path.join(gitDirectory, "HEAD"), "ref: refs/heads/main\n");
  await writeFile(
    path.join(gitDirectory, "config"),
    "[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
  );
  const wanted = memoryTree(files);
  const changes: FileChange[] = [];
  for (const { path: file, mode } of wanted.entries) {
    changes.push({ path: file, after: { mode, content: await wanted.read(file) } });
  }
  const tree = await openGitTree(gitDirectory, await storeTree(gitDirectory, memoryTree({}), changes));
  return {
    tree,
    name,
    gitDirectory,
    folder,
    async [Symbol.asyncDispose]() {
      await tree[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
