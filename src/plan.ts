import type { ExecResult, SandboxLimits } from "./sandbox.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Judging by running: a task family says which commands to run on the agent's result and decides from what
 * came out; the attempt layer runs them in a new sandbox. The family never holds a sandbox, and what
 * decides is outside the process under test: printed words and exit codes of a candidate are data, no verdict.
 */
export interface JudgePlan {
  /** One after the other, in one new sandbox that holds the start state with the agent's diff applied. */
  readonly commands: readonly PlanCommand[];
  readonly limits?: Partial<SandboxLimits>;
  /** Pure. Results are in the order of the commands; fewer when one ran out of time. */
  decide(results: readonly PlanResult[]): Verdict;
}

export interface PlanCommand {
  readonly name: string;
  /** `{files}` in an argument becomes the folder in which `files` appear. */
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
