import { mkdir, readdir } from "node:fs/promises";
import { lutimesSync } from "node:fs";
import path from "node:path";
import { SandboxError } from "../base/errors.ts";
import type { Workspace } from "../workspace.ts";
import { indexFiles, START_DATE, writeGitFolder } from "./git-folder.ts";
import { writeTreeFiles } from "./tree-files.ts";

/**
 * Turns a sealed start state into files: the tree as raw bytes, and a `.git` of one commit that holds this tree's objects
 * and nothing else. The same workspace gives the same files, modes and times. `git status` is clean.
 * @throws SandboxError when the folder is in use or cannot be filled; RepositoryError for a path like `a/.git/b`.
 */
export async function materialize(workspace: Workspace, target: string): Promise<void> {
  const folder = path.resolve(target);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new SandboxError({
      code: "workspace-folder-in-use",
      message: `${folder} is not empty`,
      hint: "Give each workspace a folder of its own.",
    });
  }
  await writeTreeFiles(workspace.tree, folder);
  await writeGitFolder(workspace, folder);
  await indexFiles(workspace, folder);
  lutimesSync(folder, START_DATE, START_DATE);
}
