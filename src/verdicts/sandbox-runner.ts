import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import { ENVIRONMENT_PLACE, type Environments } from "../environment.ts";
import { environmentShelf } from "../environments/shelf.ts";
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
  /** Packages that jobs ask for; those that this machine has already when left out. */
  readonly environments?: Environments | undefined;
}

/** Runs each job in a sandbox of its own. */
export function sandboxRunner(options: RunnerOptions): Runner {
  const { environments = environmentShelf() } = options;
  return {
    async run(job) {
      const { environment } = job;
      const packages = environment === undefined ? undefined : await environments.folderOf(environment);
      const place = path.join(options.scratch, randomUUID());
      try {
        await createScratchRepository(place, options.gitDirectory);
        await storeTree(place, options.base, await diffTrees(options.base, job.tree));
        const { base, name } = options;
        const workspace = { tree: job.tree, base, name, gitDirectory: place };
        return await runJob(job, await options.sandboxes(), workspace, packages);
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

async function runJob(
  { limits, commands }: Job,
  sandboxes: SandboxProvider,
  workspace: Workspace,
  packages: string | undefined,
): Promise<PlanResult[]> {
  // The level `process` keeps nobody out: there things are found where they lie.
  const isShown = packages !== undefined && sandboxes.level !== "process";
  await using sandbox = await sandboxes.start({
    id: workspace.gitDirectory,
    workspace,
    ...(limits === undefined ? {} : { limits }),
    ...(isShown ? { mounts: [{ source: packages, target: ENVIRONMENT_PLACE }] } : {}),
  });
  const place = isShown ? ENVIRONMENT_PLACE : (packages ?? "");
  const results: PlanResult[] = [];
  for (const { name, command, ...options } of commands) {
    const words = command.map((word) =>
      word.replaceAll("{files}", sandbox.filesFolder).replaceAll("{environment}", place),
    );
    const result = await sandbox.exec(words, options);
    results.push({ name, result });
    if (result.timedOut) break;
  }
  return results;
}
