import type { Attempt } from "./attempt.ts";
import type { Interruption, LedgerEvent, RunState, Target } from "./run.ts";

/**
 * Keeps what is known of a run: its targets, who works on which, and what came out. The engine (`runs/`) decides what to do
 * next; a store decides who may do it, and loses nothing that it has acknowledged. Implementations in `stores/`; each passes
 * `stores/conformance.ts`, which holds the invariants of docs/contracts/store.md over random interleavings.
 *
 * Everything that a method says is durable when its promise resolves. All times are the caller's, so that they can be replayed.
 */
export interface RunStore extends AsyncDisposable {
  /** What was acknowledged, to this store or another one of the same run. */
  readonly state: RunState;

  /** Adds what is not declared yet, by instance, solver and number. Nothing is ever taken away. */
  declare(targets: readonly Target[], at: Date): Promise<void>;

  /**
   * Takes a target for a worker. Undefined when it has a claim, a verdict or a row that says that it is not needed; whether a
   * target without a verdict is due again is the caller's rule.
   */
  claim(target: string, worker: string, at: Date): Promise<Claim | undefined>;

  /** Says that the worker is alive. False when the claim is no longer its own: then stop, for what it finishes is refused. */
  heartbeat(claim: Claim, at: Date): Promise<boolean>;

  /** Enters the end of an attempt. @throws StoreError `claim-lost` when another has taken the target over. */
  finish(claim: Claim, attempt: Attempt, at: Date): Promise<void>;

  /** Gives the target back without an end: it is owed again, and what was spent counts. @throws StoreError `claim-lost`. */
  interrupt(claim: Claim, left: Interruption, at: Date): Promise<void>;

  /** A row for a target that will not be tried (again). No effect on one that has a verdict or a claim: then false. */
  skip(target: string, reason: string, at: Date): Promise<boolean>;

  /** A fact of the run that is no attempt's: a gate's result, a pause and its reason. */
  note(kind: string, facts: Extract<LedgerEvent, { type: "noted" }>["facts"], at: Date): Promise<void>;

  /**
   * Gives back the claims of workers that are gone: entered as finished where `recordOf` finds the whole record, else as
   * interrupted. Returns the claims that were given back.
   */
  recover(options: RecoverOptions, at: Date): Promise<readonly Claim[]>;
}

export interface Claim {
  /** Unique in the run: `<target>.<try from 1>`. */
  readonly attempt: string;
  readonly target: string;
  readonly worker: string;
}

export interface RecoverOptions {
  isAlive(worker: string): boolean;
  /** The record that an attempt of a worker that is gone had written whole. */
  recordOf(claim: Claim): Promise<Attempt | undefined>;
  /** What such an attempt had done, where there is no whole record. */
  leftBy(claim: Claim): Promise<Omit<Interruption, "reason">>;
}
