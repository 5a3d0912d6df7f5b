import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Job, PlanResult, Runner } from "../plan.ts";
import { createScratchRepository } from "../repositories/scratch.ts";
import type { SandboxProvider } from "../sandbox.ts";
import { diffTrees } from "../trees/overlay.ts";
import { storeTree } from "../trees/store.ts";
import type { Tree } from "../tree.ts";
import type { Workspace } from "../workspace.ts";

export interface RunnerOptions {
  /** Chosen when the first job comes, for most families never ask. */
  readonly sandboxes: () => Promise<SandboxProvider>;
  /** What the trees of all jobs have most of their files from. */
  readonly base: Tree;
  /** A bare repository of ours that holds `base`. */
  readonly gitDirectory: string;
  /** What the folder in the sandbox is called. */
  readonly name: string;
  /** A folder of ours for what a job needs while it runs. */
  readonly scratch: string;
}

/** Runs each job in a sandbox of its own. */
export function sandboxRunner(options: RunnerOptions): Runner {
  return {
    async run(job) {
      const place = path.join(options.scratch, randomUUID());
      try {
        await createScratchRepository(place, options.gitDirectory);
        await storeTree(place, options.base, await diffTrees(options.base, job.tree));
        const { base, name } = options;
        return await runJob(job, await options.sandboxes(), {
          tree: job.tree,
          base,
          name,
          gitDirectory: place,
        });
      } finally {
        await rm(place, { recursive: true, force: true });
      }
    },
  };
}

/** For families that judge by reading alone. */
export const NOTHING_RUNS: Runner = {
  run: () => Promise.reject(new TypeError("nothing is run here")),
};

async function runJob(job: Job, sandboxes: SandboxProvider, workspace: Workspace): Promise<PlanResult[]> {
  const limits = job.limits === undefined ? {} : { limits: job.limits };
  await using sandbox = await sandboxes.start({ id: workspace.gitDirectory, workspace, ...limits });
  const results: PlanResult[] = [];
  for (const { name, command, ...options } of job.commands) {
    const words = command.map((word) => word.replaceAll("{files}", sandbox.filesFolder));
    const result = await sandbox.exec(words, options);
    results.push({ name, result });
    if (result.timedOut) break;
  }
  return results;
}
