import type { Json } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import type { EnvironmentMaker, Environments } from "../environment.ts";
import type { Fixes } from "../fix.ts";
import type { IssueTracker } from "../issue.ts";
import type { Model } from "../model.ts";
import type { SandboxProvider } from "../sandbox.ts";
import type { TaskFamily } from "../task.ts";
import type { Balance } from "./select.ts";

/** A family with its knobs, those left at their defaults too. */
export interface BuildTask {
  readonly family: TaskFamily;
  readonly options: Record<string, Json>;
  /** Instances wanted of each repository. */
  readonly perRepository: number;
  /** A repository is given up after so many candidates in a row that were rejected. */
  readonly abandonAfter: number;
}

/** What the instances of one source depend on. */
export interface PartOptions {
  readonly tasks: readonly BuildTask[];
  /** Take repositories and functions of known benchmarks too. */
  readonly allowContaminated: boolean;
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
  /** Packages that such code imports; those that this machine has already when left out. */
  readonly environments?: Environments;
  /** Finds out which packages a repository needs; none are when left out. */
  readonly environmentMaker?: EnvironmentMaker;
  /** Published rows that fixes are read from instead of histories, by source. */
  readonly rows?: ReadonlyMap<string, RowSource>;
  /** Where a repository of that name keeps its issues. @throws InputError when that cannot be told from the name. */
  readonly issuesOf?: (repository: string) => IssueTracker;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

/** The rows of one repository. */
export interface RowSource {
  /** What the rows call it. */
  readonly name: string;
  readonly fixes: Fixes;
}

export interface BuildOptions extends Pick<
  PartOptions,
  "tasks" | "allowContaminated" | "seed" | "out" | "revision" | "log"
> {
  /** Local paths or git URLs. */
  readonly sources: readonly string[];
  /** Name of the model that writes descriptions. */
  readonly model?: string;
  /** Who gets the packages of repositories. */
  readonly environments?: string;
  /** Instances of the whole dataset; all that were built when left out. */
  readonly total?: number;
  /** What they are spread over, where fewer are wanted than were built. */
  readonly balance: readonly Balance[];
  /** Share of each split by name, and a family that is held out of all. */
  readonly splits?: { readonly shares: Readonly<Record<string, number>>; readonly heldOutTask?: string };
  /** What the files that rows and issues were read from hold: another content makes another build. */
  readonly inputs?: Record<string, Json>;
  /** Makes the parts that are not there yet; each is durable when it is done. A part that cannot be made is one that says so. */
  makeParts(parts: readonly PartRequest[]): Promise<void>;
}

export interface PartRequest {
  readonly source: string;
  readonly file: string;
}
