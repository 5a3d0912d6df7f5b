import type { Attempt } from "../attempt.ts";
import type { Json } from "../base/json.ts";
import type { TrajectoryEvent } from "../trajectory.ts";

/**
 * Looks at the first attempts of a run before the money is spent: is it the model that was asked for, does it call tools, do its
 * calls parse, does the machinery hold. The engine asks it after each attempt that ends.
 */
export interface Gate {
  /** What is wrong, once that is certain enough; the run then stops, and what was finished is kept. */
  after(attempt: Attempt, events: () => AsyncIterable<TrajectoryEvent>): Promise<GateStop | undefined>;
}

export interface GateStop {
  /** Such as `too-many-dead-turns`; documented in docs/errors.md. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Rates with their counts, as they are noted in the ledger. */
  readonly facts: Readonly<Record<string, Json>>;
}
