import type { Clock } from "../base/clock.ts";
import { HybridGymError } from "../base/errors.ts";
import type { Sleep } from "../base/sleep.ts";

/** How long an attempt may be silent, and last; all in seconds. */
export interface WatchTimes {
  /** Without anything that is recorded; above every timeout of ours, so that those speak first. */
  readonly stallSeconds: number;
  /** From its first step (the start state is prepared) to its verdict; what it is kept waiting included. */
  readonly wholeSeconds: number;
  /** To end, once it was told to. */
  readonly cleaningSeconds: number;
}

export interface Watch {
  /** Aborted when the attempt is given up, and when the run ends. */
  readonly signal: AbortSignal;
  /** The attempt is not waiting for its turn any more: from here on time counts. */
  begin(): void;
  /** Something happened. */
  active(): void;
  /** Does work in which the attempt is kept waiting by others: its silence is no stall. */
  waiting<T>(work: () => Promise<T>): Promise<T>;
  /** Nobody waits for the attempt any more: what it still does must enter no record. */
  isLeftBehind(): boolean;
}

interface Watching extends WatchTimes {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Of the run. */
  readonly signal: AbortSignal;
}

/**
 * Does one attempt and never waits for it for ever. One that is silent for too long is told to end, by an abort whose reason is an error with the code
 * `stalled`; one that does not end in time is left behind.
 * @throws HybridGymError `overdue` when it was left behind · whatever `attempt` throws.
 */
export async function watched<T>(attempt: (watch: Watch) => Promise<T>, options: Watching): Promise<T> {
  const { clock, sleep, stallSeconds, wholeSeconds, cleaningSeconds } = options;
  const stalled = new AbortController();
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, stalled.signal]);
  let lastActive = Infinity;
  let waiting = 0;
  let end = Infinity;
  let wake = new AbortController();
  const told = () => {
    end = Math.min(end, clock.elapsed() + cleaningSeconds * 1000);
    wake.abort();
  };
  const guard = async (): Promise<never> => {
    for (;;) {
      const isSilent = !signal.aborted && waiting === 0;
      const silentUntil = isSilent ? lastActive + stallSeconds * 1000 : Infinity;
      wake = new AbortController();
      const woken = AbortSignal.any([over.signal, wake.signal]);
      await sleep(Math.min(silentUntil, end) - clock.elapsed(), woken);
      if (over.signal.aborted) return await new Promise<never>(() => {});
      const now = clock.elapsed();
      if (now >= end) {
        // Told too, with no word that a record could be made of: else it would go on, at our expense, beside the next try.
        stalled.abort(new Error("the attempt was left behind"));
        throw givenUp("overdue", "the attempt did not come to its end in time");
      }
      if (!signal.aborted && waiting === 0 && now >= lastActive + stallSeconds * 1000)
        stalled.abort(givenUp("stalled", `nothing happened for ${stallSeconds} s`));
    }
  };
  signal.addEventListener("abort", told, { once: true });
  if (signal.aborted) told();
  const work = attempt({
    signal,
    begin() {
      lastActive = clock.elapsed();
      end = Math.min(end, lastActive + wholeSeconds * 1000);
      wake.abort();
    },
    active() {
      lastActive = clock.elapsed();
    },
    isLeftBehind: () => over.signal.aborted,
    async waiting(work) {
      waiting++;
      try {
        return await work();
      } finally {
        waiting--;
        lastActive = clock.elapsed();
        wake.abort();
      }
    },
  });
  try {
    return await Promise.race([work, guard()]);
  } finally {
    over.abort();
    work.catch(() => {});
  }
}

function givenUp(code: "stalled" | "overdue", message: string): HybridGymError {
  const hint = "See the attempt's steps for the last that it did.";
  return code === "stalled"
    ? new HybridGymError({ code: "stalled", message, hint })
    : new HybridGymError({ code: "overdue", message, hint });
}
