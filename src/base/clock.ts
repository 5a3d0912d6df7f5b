/** Time as a parameter, so that what depends on it can be tested and replayed. */
export interface Clock {
  /** Wall-clock time. */
  now(): Date;
  /** Milliseconds from an arbitrary start; never goes back. */
  elapsed(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
};

/** Timers hold at most this many milliseconds (24.8 days); longer ones end at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
