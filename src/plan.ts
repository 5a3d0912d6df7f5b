import type { EnvironmentLock } from "./environment.ts";
import type { ExecResult, SandboxLimits } from "./sandbox.ts";
import type { Tree } from "./tree.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Judging by running: a task family says which commands to run on the agent's result and decides from what
 * came out; the attempt layer runs them in a new sandbox. The family never holds a sandbox, and what
 * decides is outside the process under test: printed words and exit codes of a candidate are data, no verdict.
 */
export interface JudgePlan {
  /** What the sandbox holds; the start state with the agent's diff applied when left out. */
  readonly tree?: Tree;
  /** One after the other, in one new sandbox. */
  readonly commands: readonly PlanCommand[];
  readonly limits?: Partial<SandboxLimits>;
  /** Packages that the commands find in a folder, read-only. */
  readonly environment?: EnvironmentLock;
  /**
   * Pure. Results are in the order of the commands; fewer when one ran out of time. A further plan is run in a sandbox of its own, so
   * that what is learned with the original can be asked of the candidate without the two ever meeting.
   */
  decide(results: readonly PlanResult[]): Verdict | JudgePlan;
}

export interface PlanCommand {
  readonly name: string;
  /** `{files}` in an argument becomes the folder in which `files` appear, and `{environment}` that of the packages. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
  readonly timeoutMs: number;
  readonly maxOutputBytes?: number;
  /** Hidden tests and the like: there for this command only, read-only, by name. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

export interface PlanResult {
  readonly name: string;
  readonly result: ExecResult;
}

/**
 * Runs commands in new sandboxes, without a way out to any network: what a family is given that has to run code to make
 * instances. Nothing of a repository under study is executed in any other way.
 */
export interface Runner {
  /**
   * Results are in the order of the commands; fewer when one ran out of time.
   * @throws SandboxError when the sandbox fails: no result of the code inside, whoever wrote that.
   */
  run(job: Job): Promise<readonly PlanResult[]>;
}

export interface Job extends Pick<JudgePlan, "commands" | "limits" | "environment"> {
  /** The files that the commands find in their first folder. */
  readonly tree: Tree;
}
