import type { Sleep } from "../base/sleep.ts";
import type { RunStopped } from "./stopped.ts";

export interface DrainOptions {
  /** The first signal: no new attempts. */
  readonly signal: AbortSignal;
  /** The second one: nothing is waited for. */
  readonly stopNow?: AbortSignal;
  /** Seconds that attempts under way are given to come to their end. */
  readonly graceSeconds: number;
  readonly sleep: Sleep;
}

/** How a run comes to its end before all is done. */
export interface Drain extends Disposable {
  /** Aborted when no attempt shall be begun any more. */
  readonly noMore: AbortSignal;
  /** Aborted when attempts under way shall end: their targets are owed again. */
  readonly now: AbortSignal;
  /** Why, when it is neither done nor asked for from outside. */
  readonly stopped: RunStopped | undefined;
  /** What the ledger says of attempts that are cut off. */
  readonly interruption: "drained" | "aborted";
  /** Ends the run from inside: a fault that every attempt would meet, a gate, a budget. The first reason counts. */
  stop(why: RunStopped): void;
}

export function createDrain({ signal, stopNow, graceSeconds, sleep }: DrainOptions): Drain {
  const noMore = new AbortController();
  const now = new AbortController();
  const over = new AbortController();
  let stopped: RunStopped | undefined;
  let interruption: Drain["interruption"] = "drained";
  const wait = async () => {
    await sleep(graceSeconds * 1000, over.signal);
    if (!over.signal.aborted) now.abort();
  };
  const begin = () => {
    if (noMore.signal.aborted) return;
    noMore.abort();
    void wait();
  };
  const end = () => {
    interruption = "aborted";
    noMore.abort();
    now.abort();
  };
  const offSignal = whenAborted(signal, begin);
  const offStop = stopNow === undefined ? () => {} : whenAborted(stopNow, end);
  return {
    noMore: noMore.signal,
    now: now.signal,
    get stopped() {
      return stopped;
    },
    get interruption() {
      return interruption;
    },
    stop(why) {
      stopped ??= why;
      begin();
    },
    [Symbol.dispose]() {
      over.abort();
      offSignal();
      offStop();
    },
  };
}

/** Calls at once for a signal that is aborted already. */
function whenAborted(signal: AbortSignal, call: () => void): () => void {
  if (signal.aborted) call();
  else signal.addEventListener("abort", call, { once: true });
  return () => signal.removeEventListener("abort", call);
}
