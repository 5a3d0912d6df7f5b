import type { Json } from "../base/json.ts";
import type { Log } from "../base/log.ts";
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
  readonly log?: Log;
  readonly signal?: AbortSignal;
}
