import path from "node:path";
import { acquireLock } from "../../base/lock.ts";
import type { LedgerEvent } from "../../run.ts";
import type { RunStore } from "../../store.ts";
import { eventStore } from "../event-store.ts";
import { LOCK } from "./layout.ts";
import { type LedgerOptions, openLedger, readLedger, repairLedger } from "./ledger.ts";
import { openTidier, type TidyOptions } from "./tidy.ts";

export interface LocalStore extends RunStore {
  /** Of an unfinished last line, which was taken away. */
  readonly tornBytes: number;
  /** Moves the oldest ended attempts into a pack when many lie loose; to be called now and then. */
  tidy(at: Date): Promise<void>;
}

export type LocalStoreOptions = LedgerOptions & TidyOptions;

/**
 * A run folder, of which one process at a time is the writer.
 * @throws StoreError `in-use`, `ledger-damaged` · EnvironmentError `lock-unsupported`, `not-writable`, `disk-full`
 */
export async function openLocalStore(run: string, options: LocalStoreOptions = {}): Promise<LocalStore> {
  const lock = await acquireLock(path.join(run, LOCK), `The run ${run}`);
  try {
    const view = await readLedger(run);
    await repairLedger(run, view);
    const ledger = await openLedger(run, view, options);
    const tidier = await openTidier(run, view, (event) => ledger.append(event), options);
    const store = eventStore(view.fold, {
      ...ledger,
      async append(event) {
        await ledger.append(event);
        const ended = endedBy(event);
        if (ended !== undefined) tidier.ended(ended);
      },
    });
    return {
      ...store,
      tornBytes: view.tornBytes,
      tidy: (at) => tidier.tidy(at),
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

function endedBy(event: LedgerEvent): string | undefined {
  if (event.type === "finished") return event.attempt.id;
  return event.type === "interrupted" ? event.attempt : undefined;
}
