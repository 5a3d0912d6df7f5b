import { spawnSync } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { diffTreesInGit } from "../../../src/diffs/format.ts";
import { createBareRepository } from "../../../src/repositories/bare.ts";
import { gitArguments, gitEnvironment } from "../../../src/repositories/git.ts";
import type { Tree } from "../../../src/tree.ts";
import { diffTrees } from "../../../src/trees/overlay.ts";
import { memoryTree } from "../../../src/trees/make-tree.ts";
import { storeTree } from "../../../src/trees/store.ts";

/** Git in a repository that lives as long as this object. */
export class GitApply {
  private readonly folder: string;
  private readonly directory: string;
  private readonly index: string;
  /** Why git refused last. */
  complaint = "";

  private constructor(folder: string) {
    this.folder = folder;
    this.directory = path.join(folder, "repository.git");
    this.index = path.join(folder, "index");
  }

  static async open(): Promise<GitApply> {
    const git = new GitApply(await mkdtemp(path.join(os.tmpdir(), "fuzz-diffs-")));
    await createBareRepository(git.directory);
    return git;
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async diff(before: Tree, after: Tree): Promise<Uint8Array> {
    await this.store(after);
    return diffTreesInGit(this.directory, await this.store(before), after.id);
  }

  /** Makes a stored tree the one that diffs are applied to. */
  start(tree: Tree): void {
    rmSync(`${this.index}.start`, { force: true });
    const { status, stderr } = this.run(["read-tree", tree.id], undefined, `${this.index}.start`);
    if (status !== 0) throw new Error(String(stderr));
  }

  /** The tree that `git apply --cached` leads to from the start, undefined where it refuses. */
  apply(diff: Uint8Array, options: readonly string[] = []): string | undefined {
    rmSync(`${this.index}.lock`, { force: true });
    copyFileSync(`${this.index}.start`, this.index);
    const applied = this.run(["apply", "--cached", ...options, "-"], diff);
    this.complaint = String(applied.stderr).trim();
    if (applied.status !== 0) return undefined;
    const { status, stdout } = this.run(["write-tree"]);
    return status === 0 ? String(stdout).trim() : undefined;
  }

  private async store(tree: Tree): Promise<string> {
    return storeTree(this.directory, memoryTree({}), await diffTrees(memoryTree({}), tree));
  }

  private run(args: readonly string[], input?: Uint8Array, index = this.index) {
    return spawnSync("git", gitArguments([...args]), {
      cwd: this.folder,
      env: { ...gitEnvironment(this.directory), GIT_INDEX_FILE: index },
      ...(input === undefined ? {} : { input }),
    });
  }
}
