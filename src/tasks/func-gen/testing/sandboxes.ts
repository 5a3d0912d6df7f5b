import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Environments } from "../../../environment.ts";
import type { Job, Runner } from "../../../plan.ts";
import { namespaceSandboxes } from "../../../sandboxes/namespaces/namespaces.ts";
import { diffTrees } from "../../../trees/overlay.ts";
import { memoryTree } from "../../../trees/make-tree.ts";
import { sandboxRunner } from "../../../verdicts/sandbox-runner.ts";
import { makeTestWorkspace } from "../../../workspaces/testing/workspace.ts";

/** Runs jobs over trees in memory, in real sandboxes. */
export function memoryRunner(environments?: Environments): Runner & AsyncDisposable {
  let opened: ReturnType<typeof open> | undefined;
  return {
    run: async (job: Job) => (await (opened ??= open(environments))).runner.run(job),
    async [Symbol.asyncDispose]() {
      await (await opened)?.close();
    },
  };
}

async function open(environments?: Environments) {
  const scratch = await mkdtemp(path.join(os.tmpdir(), "runner-"));
  const sandboxes = namespaceSandboxes({ folder: path.join(scratch, "leases") });
  return {
    runner: {
      async run(job: Job) {
        // A repository that has nothing but the job's own files.
        const changes = await diffTrees(memoryTree({}), job.tree);
        const files = Object.fromEntries(
          changes.flatMap(({ path: name, after }) => (after ? [[name, after]] : [])),
        );
        await using workspace = await makeTestWorkspace(files);
        const { tree, name, gitDirectory } = workspace;
        return await sandboxRunner({
          sandboxes: async () => sandboxes,
          base: tree,
          gitDirectory,
          name,
          scratch,
          environments,
        }).run({
          ...job,
          tree,
        });
      },
    },
    async close() {
      await sandboxes[Symbol.asyncDispose]();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
