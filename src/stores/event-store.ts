import type { Attempt } from "../attempt.ts";
import { StoreError } from "../base/errors.ts";
import type { LedgerEvent, RunState, TargetState } from "../run.ts";
import { RUN_FORMAT } from "../run.ts";
import type { Claim, RunStore } from "../store.ts";
import { mayClaim, RunFold } from "./fold.ts";

/** Where a store of this process keeps its events. */
export interface EventLog extends AsyncDisposable {
  /** Durable, and folded in the order of the calls, when it returns. */
  append(event: LedgerEvent): Promise<void>;
}

/** Targets that one line of a ledger declares at most, so that no line is too long to read at once. */
const TARGETS_PER_EVENT = 1000;

/**
 * A store whose only writer is this process: what it may do is decided by what has been folded. Calls about one target take
 * turns, so that each decides on what the one before made durable; those about different targets wait for the disk together.
 */
export function eventStore(fold: RunFold, log: EventLog): RunStore {
  const inTurn = takeTurns();
  const held = (claim: Claim) => holds(fold.targets.get(claim.target), claim);
  const close = (claim: Claim, event: LedgerEvent) =>
    inTurn(claim.target, async () => {
      if (!held(claim)) throw claimLost(claim);
      await log.append(event);
    });
  return {
    state: fold,
    declare: (targets, at) =>
      inTurn(DECLARING, async () => {
        const fresh = fold.notDeclared(targets);
        for (let from = 0; from < fresh.length; from += TARGETS_PER_EVENT) {
          const some = fresh.slice(from, from + TARGETS_PER_EVENT);
          await log.append({
            type: "declared",
            schema_version: RUN_FORMAT,
            at: at.toISOString(),
            targets: some,
          });
        }
      }),
    claim: (target, worker, at) =>
      inTurn(target, async () => {
        const state = fold.targets.get(target);
        if (!mayClaim(state)) return undefined;
        const claim = { attempt: `${target}.${state.tries + 1}`, target, worker };
        await log.append({ type: "claimed", at: at.toISOString(), ...claim });
        return claim;
      }),
    heartbeat: async (claim) => held(claim),
    async finish(claim, attempt, at) {
      requireRecordOf(claim, attempt);
      await close(claim, { type: "finished", at: at.toISOString(), attempt });
    },
    interrupt: (claim, left, at) => close(claim, interrupted(claim, left, at)),
    skip: (target, reason, at) =>
      inTurn(target, async () => {
        if (!mayClaim(fold.targets.get(target))) return false;
        await log.append({ type: "skipped", at: at.toISOString(), target, reason });
        return true;
      }),
    note: (kind, facts, at) => log.append({ type: "noted", at: at.toISOString(), kind, facts }),
    async recover({ isAlive, recordOf, leftBy }, at) {
      const giveBack = (claim: Claim) =>
        inTurn(claim.target, async () => {
          if (!held(claim)) return [];
          const attempt = await recordOf(claim);
          if (attempt === undefined)
            await log.append(interrupted(claim, { reason: "process-gone", ...(await leftBy(claim)) }, at));
          else {
            requireRecordOf(claim, attempt);
            await log.append({ type: "finished", at: at.toISOString(), attempt });
          }
          return [claim];
        });
      const given: Claim[] = [];
      for (const claim of openClaims(fold))
        if (!isAlive(claim.worker)) given.push(...(await giveBack(claim)));
      return given;
    },
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };
}

/** No target has an empty id. */
const DECLARING = "";

/** Runs what has the same key one after the other, in the order of the calls; a failure stops none of those after it. */
function takeTurns() {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work);
    const settled = mine.catch(() => {});
    last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (last.get(key) === settled) last.delete(key);
    }
  };
}

/** A record under another attempt's claim would give its verdict to the wrong one. */
function requireRecordOf(claim: Claim, attempt: Attempt): void {
  if (attempt.id !== claim.attempt || attempt.target !== claim.target)
    throw new TypeError(`the record is of ${attempt.id}, the claim of ${claim.attempt}`);
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

/** One by one, for as states of their own all targets would take long to make. */
function openClaims(state: RunState): Claim[] {
  const claims: Claim[] = [];
  for (const { target, open } of state.targets.values())
    if (open !== undefined) claims.push({ attempt: open.attempt, target: target.id, worker: open.worker });
  return claims;
}

function claimLost({ attempt, worker }: Claim): StoreError {
  return new StoreError({
    code: "claim-lost",
    message: `${worker} no longer holds ${attempt}: it was given to another`,
    hint: "Nothing is wrong with the run; what this worker did for it is not entered.",
    fields: { attempt, worker },
  });
}
