import path from "node:path";
import { acquireLock } from "../../base/lock.ts";
import type { RunStore } from "../../store.ts";
import { eventStore } from "../event-store.ts";
import { LOCK } from "./layout.ts";
import { type LedgerOptions, openLedger, readLedger, repairLedger } from "./ledger.ts";

export interface LocalStore extends RunStore {
  /** Of an unfinished last line, which was taken away. */
  readonly tornBytes: number;
}

/** A run folder, of which one process at a time is the writer. @throws StoreError `in-use`, `ledger-damaged`. */
export async function openLocalStore(run: string, options: LedgerOptions = {}): Promise<LocalStore> {
  const lock = await acquireLock(path.join(run, LOCK), `The run ${run}`);
  try {
    const view = await readLedger(run);
    await repairLedger(run, view);
    const store = eventStore(view.fold, await openLedger(run, view, options));
    return {
      ...store,
      tornBytes: view.tornBytes,
      async [Symbol.asyncDispose]() {
        await store[Symbol.asyncDispose]();
        await lock[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}
