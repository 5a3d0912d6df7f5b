import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Sleep } from "../base/sleep.ts";
import type { RunStore } from "../store.ts";
import { RunStopped } from "./stopped.ts";

const LOOK_AGAIN_MS = 5_000;
/** How long nothing but the lack of room may hold the run up. */
const PATIENCE_MS = 600_000;

export interface PauseOptions {
  readonly store: RunStore;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly log: Log;
  /** What there is too little of; undefined when there is room. */
  readonly lacking: () => Promise<string | undefined>;
}

/** Holds new attempts back while there is too little room for them; the ledger says from when to when, and why. */
export class Pause {
  readonly #options: PauseOptions;
  #reason: string | undefined;
  #since = 0;

  constructor(options: PauseOptions) {
    this.#options = options;
  }

  /** Returns true when an attempt may begin now, and false after a while in which it may not. @throws RunStopped `out-of-room`. */
  async mayBegin(isIdle: boolean, signal: AbortSignal): Promise<boolean> {
    const { store, clock, sleep, log, lacking } = this.#options;
    const reason = await lacking();
    const elapsed = clock.elapsed();
    if (reason === undefined) {
      if (this.#reason !== undefined) {
        log.info("there is room again: attempts go on");
        await store.note("resumed", {}, clock.now());
      }
      this.#reason = undefined;
      return true;
    }
    if (this.#reason === undefined) {
      log.warn(`no attempts are begun for now: ${reason}`);
      await store.note("paused", { reason }, clock.now());
      this.#since = elapsed;
    }
    this.#reason = reason;
    // While attempts are under way, their end may make room.
    if (!isIdle) this.#since = elapsed;
    if (elapsed - this.#since >= PATIENCE_MS) throw outOfRoom(reason);
    await sleep(LOOK_AGAIN_MS, signal);
    return false;
  }
}

function outOfRoom(reason: string): RunStopped {
  return new RunStopped({
    code: "out-of-room",
    message: `The run stopped: there was too little room for ${PATIENCE_MS / 60_000} minutes: ${reason}`,
    hint: "Free some, or lower --min-free-disk or --min-free-memory; then run the same command again.",
  });
}
