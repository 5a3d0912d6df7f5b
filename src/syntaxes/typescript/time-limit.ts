import { createContext, Script } from "node:vm";

/**
 * Runs work that cannot be interrupted from outside, in this thread, and ends it after a while: V8 gives code that it was
 * handed as a script a time limit, for all that the script calls.
 * @returns `undefined` where the time was over.
 */
export function withinTime<T>(milliseconds: number, work: () => T): T | undefined {
  shared.work = work;
  try {
    return CALL.runInContext(context, { timeout: milliseconds }) as T;
  } catch (error) {
    if (isTimeOver(error)) return undefined;
    throw error;
  } finally {
    shared.work = undefined;
  }
}

/** The error is made where the script runs, by another `Error` than ours. */
function isTimeOver(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}

const CALL = new Script("work()");
const shared: { work: (() => unknown) | undefined } = { work: undefined };
const context = createContext(shared);
