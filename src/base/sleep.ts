import { setTimeout as timer } from "node:timers/promises";
import { LONGEST_TIMER_MS } from "./clock.ts";

/** Waits so many milliseconds, or until `signal` is aborted; never throws. A parameter, so that tests need not wait. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export const systemSleep: Sleep = (ms, signal) =>
  timer(Math.min(Math.max(0, ms), LONGEST_TIMER_MS), undefined, { signal }).catch(() => {});
