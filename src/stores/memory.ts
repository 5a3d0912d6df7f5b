import type { RunStore } from "../store.ts";
import { eventStore } from "./event-store.ts";
import { RunFold } from "./fold.ts";

/** A store that is gone with its process: for estimates before a run, and for tests of what uses stores. */
export function memoryStore(fold = new RunFold()): RunStore {
  return eventStore(fold, {
    append: async (event) => fold.apply(event),
    async [Symbol.asyncDispose]() {},
  });
}
