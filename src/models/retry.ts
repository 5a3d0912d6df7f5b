import { setTimeout as sleep } from "node:timers/promises";
import { ModelError } from "../base/errors.ts";

const RETRIED = new Set(["model-unreachable", "model-broke-off", "model-overloaded", "model-server-error"]);
const LONGEST_WAIT_MS = 10_000;

/**
 * Tries again after hiccups of the service: at most `maxRetries` times, waiting what the service asks
 * for, up to 10 s. Longer waits are the caller's to plan, so the error goes through with its `retryAfterMs`.
 */
export async function withRetries<T>(
  maxRetries: number,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ModelError) || !RETRIED.has(error.code)) throw error;
      const asked = error.fields["retryAfterMs"];
      const wait = typeof asked === "number" ? asked : 500 * 2 ** tried;
      if (tried >= maxRetries || wait > LONGEST_WAIT_MS) throw error;
      await sleep(wait, undefined, signal === undefined ? {} : { signal }).catch(() => {
        throw error;
      });
    }
  }
}
