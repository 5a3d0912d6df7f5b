import { setTimeout as sleep } from "node:timers/promises";
import { ModelError } from "../base/errors.ts";

const RETRIED = new Set(["model-unreachable", "model-broke-off", "model-overloaded", "model-server-error"]);
const LONGEST_WAIT_MS = 10_000;
/** Of a call that a governor sends again whenever it thinks that there is room: minutes of a service that has none. */
const GOVERNED_RETRIES = 12;

/**
 * Tries again after hiccups of the service: at most `maxRetries` times, waiting what the service asks
 * for, up to 10 s. Longer waits are the caller's to plan, so the error goes through with its `retryAfterMs`. Where tries are
 * `governed`, each waits for its turn, and one that found no room takes another turn at once.
 */
export async function withRetries<T>(
  { maxRetries, governed }: { readonly maxRetries: number; readonly governed: boolean },
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tried = 0, refused = 0; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ModelError) || !RETRIED.has(error.code)) throw error;
      if (governed && error.code === "model-overloaded" && refused++ < GOVERNED_RETRIES) {
        tried--;
        continue;
      }
      const asked = error.fields["retryAfterMs"];
      const wait = typeof asked === "number" ? asked : 500 * 2 ** tried;
      if (tried >= maxRetries || wait > LONGEST_WAIT_MS) throw error;
      await sleep(wait, undefined, signal === undefined ? {} : { signal }).catch(() => {
        throw error;
      });
    }
  }
}
