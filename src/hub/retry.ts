import type { Sleep } from "../base/sleep.ts";

const TRIES = 6;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;

/**
 * Asks again where the hub is busy (429), fails (5xx) or cannot be reached, with growing waits or as long as it says. Only for requests that may come
 * twice: all that are made here, since bodies are texts and files, and a commit of the same files changes nothing.
 */
export function withRetries(send: typeof fetch, sleep: Sleep, signal: AbortSignal): typeof fetch {
  return async (input, init) => {
    for (let attempt = 1; ; attempt++) {
      const last = attempt === TRIES;
      try {
        const response = await send(input, { ...init, signal: anySignal(init?.signal, signal) });
        if (last || !isBusy(response.status)) return response;
        await response.body?.cancel();
        await sleep(waitOf(response.headers.get("retry-after"), attempt), signal);
      } catch (error) {
        if (last || signal.aborted || init?.signal?.aborted) throw error;
        await sleep(waitOf(null, attempt), signal);
      }
      signal.throwIfAborted();
    }
  };
}

function isBusy(status: number): boolean {
  return status === 429 || status >= 500;
}

function waitOf(said: string | null, attempt: number): number {
  const seconds = said === null || said.trim() === "" ? NaN : Number(said);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : FIRST_WAIT_MS * 2 ** (attempt - 1);
  return Math.min(Math.max(0, wait), LONGEST_WAIT_MS);
}

function anySignal(one: AbortSignal | null | undefined, other: AbortSignal): AbortSignal {
  return one === null || one === undefined ? other : AbortSignal.any([one, other]);
}
