import type { TimedClock } from "../../base/clock.ts";

/** Time that stands until it is moved. */
export interface ManualClock extends TimedClock {
  /** Moves on and wakes who is due, in order; those that they wake for are woken too. */
  advance(milliseconds: number): Promise<void>;
}

export function manualClock(start = "2030-01-01T12:00:00.000Z"): ManualClock {
  const began = Date.parse(start);
  let elapsed = 0;
  let alarms: { readonly at: number; readonly work: () => void }[] = [];
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => new Date(began + elapsed),
    elapsed: () => elapsed,
    after(milliseconds, work) {
      const alarm = { at: elapsed + Math.max(0, milliseconds), work };
      alarms.push(alarm);
      return () => {
        alarms = alarms.filter((other) => other !== alarm);
      };
    },
    async advance(milliseconds) {
      const end = elapsed + milliseconds;
      await settle();
      for (;;) {
        const [next] = alarms.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        alarms = alarms.filter((alarm) => alarm !== next);
        elapsed = Math.max(elapsed, next.at);
        next.work();
        await settle();
      }
      elapsed = end;
      await settle();
    },
  };
}
