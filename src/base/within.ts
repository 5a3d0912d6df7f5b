import { LONGEST_TIMER_MS } from "./clock.ts";
import { HybridGymError } from "./errors.ts";

/**
 * What `work` gives, or an error with the code `took-too-long` after so many seconds: for what should never hang, and once did. The work itself goes on
 * unseen where it cannot be stopped.
 */
export async function within<T>(seconds: number, what: string, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const fail = () =>
    reject(
      new HybridGymError({
        code: "took-too-long",
        message: `${what} did not end within ${seconds} s`,
        hint: "The machine is overloaded, or a disk or a program hangs; see its logs.",
        fields: { what, seconds },
      }),
    );
  const timer = setTimeout(fail, Math.min(seconds * 1000, LONGEST_TIMER_MS));
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    // It may still fail later, when nobody waits any more.
    work.catch(() => {});
  }
}
