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

/** A clock that also wakes. */
export interface TimedClock extends Clock {
  /** Calls once, after at least so many milliseconds; what is returned calls it off. */
  after(milliseconds: number, work: () => void): () => void;
}

/** Timers hold at most this many milliseconds (24.8 days); longer ones end at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemTimer: TimedClock = {
  ...systemClock,
  after(milliseconds, work) {
    const timer = setTimeout(work, Math.min(Math.max(0, Math.ceil(milliseconds)), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
