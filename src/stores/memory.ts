import type { RunStore } from "../store.ts";
import { eventStore } from "./event-store.ts";
import { RunFold } from "./fold.ts";

/** A store that is gone with its process: for estimates before a run, and for tests of what uses stores. */
export function memoryStore(): RunStore {
  return eventStore(new RunFold(), { async append() {}, async [Symbol.asyncDispose]() {} });
}
