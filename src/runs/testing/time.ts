import type { Clock } from "../../base/clock.ts";
import type { Sleep } from "../../base/sleep.ts";

/** Time that goes on when nothing else does: to the end of the shortest wait. */
export function fakeTime(): { readonly clock: Clock; readonly sleep: Sleep } {
  let now = 0;
  const waits = new Set<{ readonly until: number; readonly end: () => void }>();
  const goOn = () => {
    const [first] = [...waits].sort((a, b) => a.until - b.until);
    if (first === undefined || first.until === Infinity) return;
    now = Math.max(now, first.until);
    first.end();
  };
  return {
    clock: { now: () => new Date(Date.parse("2026-01-01T00:00:00.000Z") + now), elapsed: () => now },
    async sleep(ms, signal) {
      if (signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const wait = {
        until: now + Math.max(0, ms),
        end: () => {
          waits.delete(wait);
          resolve();
        },
      };
      waits.add(wait);
      signal.addEventListener("abort", wait.end, { once: true });
      // After whatever else is due.
      setImmediate(() => setImmediate(goOn));
      await promise;
    },
  };
}
