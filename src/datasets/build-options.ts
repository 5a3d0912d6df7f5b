import type { Json } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import type { Fixes } from "../fix.ts";
import type { IssueTracker } from "../issue.ts";
import type { Model } from "../model.ts";
import type { SandboxProvider } from "../sandbox.ts";
import type { TaskFamily } from "../task.ts";

export interface BuildOptions {
  /** Local paths or git URLs. */
  readonly sources: readonly string[];
  readonly family: TaskFamily;
  /** The family's knobs. */
  readonly options?: Record<string, Json>;
  /** Instances wanted of each repository. */
  readonly perRepository: number;
  readonly seed: string;
  readonly out: string;
  /** Where imported repositories are kept. */
  readonly cache: string;
  readonly revision?: string;
  /** Name of the repository, when there is one source and it does not tell. */
  readonly name?: string;
  /** Writes the descriptions. */
  readonly model?: Model;
  readonly workers?: number;
  /** For families that must run code. */
  readonly sandboxes: () => Promise<SandboxProvider>;
  /** A folder for what they need while they run. */
  readonly scratch: string;
  /** Published rows that fixes are read from instead of histories, by source. */
  readonly rows?: ReadonlyMap<string, RowSource>;
  /** Where a repository of that name keeps its issues. @throws InputError when that cannot be told from the name. */
  readonly issuesOf?: (repository: string) => IssueTracker;
  /** What the files that rows and issues were read from hold: another content makes another build. */
  readonly inputs?: Record<string, Json>;
  readonly log?: Log;
  readonly signal?: AbortSignal;
}

/** The rows of one repository. */
export interface RowSource {
  /** What the rows call it. */
  readonly name: string;
  readonly fixes: Fixes;
}
