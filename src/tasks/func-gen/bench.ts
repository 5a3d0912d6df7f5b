import type { EnvironmentLock } from "../../environment.ts";
import type { PlanResult, Runner } from "../../plan.ts";
import type { Tree } from "../../tree.ts";
import { driverCommand, type DriverJob, LIMITS } from "./commands.ts";
import type { DriverFiles } from "./driver-files.ts";
import type { Options } from "./options.ts";

/** What is needed to try things out on a repository. */
export interface Bench {
  readonly runner: Runner;
  readonly tree: Tree;
  readonly files: DriverFiles;
  readonly options: Options;
  /** What its code and tests import. */
  readonly environment?: EnvironmentLock | undefined;
}

/** In one new sandbox, one after the other. */
export async function runOn(
  { runner, tree, files, environment }: Bench,
  tasks: readonly DriverJob[],
): Promise<readonly PlanResult[]> {
  const commands = tasks.map((task) =>
    driverCommand(files, { ...task, environment: environment !== undefined }),
  );
  return runner.run({
    tree,
    limits: LIMITS,
    commands,
    ...(environment === undefined ? {} : { environment }),
  });
}
