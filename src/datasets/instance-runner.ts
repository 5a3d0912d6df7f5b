import type { Environments } from "../environment.ts";
import type { InstancePair } from "../instance.ts";
import type { Runner } from "../plan.ts";
import type { SandboxProvider } from "../sandbox.ts";
import { sandboxRunner } from "../verdicts/sandbox-runner.ts";
import { workspaceName } from "../workspaces/name.ts";
import { repositoryFolder } from "./layout.ts";
import type { SourceTrees } from "./source-trees.ts";

export interface InstanceRunnerOptions {
  readonly dataset: string;
  readonly trees: SourceTrees;
  readonly sandboxes: () => Promise<SandboxProvider>;
  readonly scratch: string;
  /** Those that this machine has already when left out. */
  readonly environments?: Environments;
}

/** Runs what the judging of a dataset's instance needs run, on the dataset's own copy of its repository. */
export function instanceRunner(options: InstanceRunnerOptions, pair: InstancePair): Runner {
  const { dataset, trees, sandboxes, scratch, environments } = options;
  const { name, tree } = pair.instance.repository;
  return {
    async run(job) {
      const base = await trees.source(pair);
      const gitDirectory = repositoryFolder(dataset, tree);
      const around = { sandboxes, base, gitDirectory, name: workspaceName(name), scratch, environments };
      return sandboxRunner(around).run(job);
    },
  };
}
