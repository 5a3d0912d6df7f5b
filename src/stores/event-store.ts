import { StoreError } from "../base/errors.ts";
import type { LedgerEvent, RunState, TargetState } from "../run.ts";
import { RUN_FORMAT } from "../run.ts";
import type { Claim, RunStore } from "../store.ts";
import { mayClaim, RunFold } from "./fold.ts";

/** Where a store of this process keeps its events. */
export interface EventLog extends AsyncDisposable {
  /** Durable when it returns; in the order of the calls. */
  append(event: LedgerEvent): Promise<void>;
}

/** Targets that one line of a ledger declares at most, so that no line is too long to read at once. */
const TARGETS_PER_EVENT = 1000;

/**
 * A store whose only writer is this process: what it may do is decided by what it has folded. An event counts when it is
 * durable, and a claim is held back from others from the moment that it is asked for.
 */
export function eventStore(fold: RunFold, log: EventLog): RunStore {
  const claiming = new Set<string>();
  const write = async (event: LedgerEvent) => {
    await log.append(event);
    fold.apply(event);
  };
  const held = (claim: Claim) => holds(fold.targets.get(claim.target), claim);
  const requireHeld = (claim: Claim) => {
    if (!held(claim)) throw claimLost(claim);
  };
  const close = async (claim: Claim, event: LedgerEvent) => {
    requireHeld(claim);
    await write(event);
  };
  return {
    state: fold,
    async refresh() {},
    async declare(targets, at) {
      const fresh = targets.filter((target) => fold.declaredAs(target) === undefined);
      for (let from = 0; from < fresh.length; from += TARGETS_PER_EVENT) {
        const some = fresh.slice(from, from + TARGETS_PER_EVENT);
        await write({
          type: "declared",
          schema_version: RUN_FORMAT,
          at: at.toISOString(),
          targets: some,
        });
      }
    },
    async claim(target, worker, at) {
      const state = fold.targets.get(target);
      if (claiming.has(target) || !mayClaim(state)) return undefined;
      claiming.add(target);
      try {
        const claim = { attempt: `${target}.${state.tries + 1}`, target, worker };
        await write({ type: "claimed", at: at.toISOString(), ...claim });
        return claim;
      } finally {
        claiming.delete(target);
      }
    },
    heartbeat: async (claim) => held(claim),
    finish: (claim, attempt, at) => close(claim, { type: "finished", at: at.toISOString(), attempt }),
    interrupt: (claim, left, at) => close(claim, interrupted(claim, left, at)),
    async skip(target, reason, at) {
      const state = fold.targets.get(target);
      if (claiming.has(target) || !mayClaim(state)) return false;
      await write({ type: "skipped", at: at.toISOString(), target, reason });
      return true;
    },
    note: (kind, facts, at) => write({ type: "noted", at: at.toISOString(), kind, facts }),
    async recover({ isAlive, recordOf, leftBy }, at) {
      const left = openClaims(fold).filter(({ worker }) => !isAlive(worker));
      for (const claim of left) {
        const attempt = await recordOf(claim);
        if (attempt !== undefined) await write({ type: "finished", at: at.toISOString(), attempt });
        else await write(interrupted(claim, { reason: "process-gone", ...(await leftBy(claim)) }, at));
      }
      return left;
    },
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };
}

function interrupted(
  { attempt, target }: Claim,
  left: Parameters<RunStore["interrupt"]>[1],
  at: Date,
): LedgerEvent {
  return { type: "interrupted", at: at.toISOString(), attempt, target, ...left };
}

/** Whether a claim is the one that is open. */
export function holds(state: TargetState | undefined, { attempt, worker }: Claim): boolean {
  return state?.open?.attempt === attempt && state.open.worker === worker;
}

function openClaims(state: RunState): Claim[] {
  return [...state.targets.values()].flatMap(({ target, open }) =>
    open === undefined ? [] : [{ attempt: open.attempt, target: target.id, worker: open.worker }],
  );
}

function claimLost({ attempt, worker }: Claim): StoreError {
  return new StoreError({
    code: "claim-lost",
    message: `${worker} no longer holds ${attempt}: it was given to another`,
    hint: "Nothing is wrong with the run; what this worker did for it is not entered.",
    fields: { attempt, worker },
  });
}
