import { randomUUID } from "node:crypto";
import { opaqueLabel } from "../shared/sandbox.ts";
import { openRoom, type Room, type RoomOptions } from "./room.ts";

/**
 * Rooms without a sandbox, one for each kind of sandbox that is started again and again, so that a start need not wait for
 * namespaces and mounts. A room is taken once and never comes back, so no agent finds what another left.
 */
export interface Spares {
  /** The caller's from now on, under this label. */
  take(options: RoomOptions, label: string): Room | undefined;
  /** Says that such a sandbox was started; from its second one on, a room for the next is made soon. */
  started(options: RoomOptions): void;
  /** Removes all, and makes no more. */
  end(): Promise<void>;
}

/** More kinds than this at a time are seldom started in turn, and each spare takes some memory. */
const MAX_SPARES = 4;
const MAX_IDLE_MS = 60_000;

interface Spare {
  readonly room: Room;
  readonly timer: NodeJS.Timeout;
}

export function createSpares(maxIdleMs: number = MAX_IDLE_MS): Spares {
  const spares = new Map<string, Spare>();
  const seen = new Set<string>();
  const leaving = new Set<Promise<void>>();
  let ended = false;
  const withdraw = (key: string): Room | undefined => {
    const spare = spares.get(key);
    if (spare === undefined) return undefined;
    spares.delete(key);
    clearTimeout(spare.timer);
    return spare.room;
  };
  const remove = (key: string) => {
    const room = withdraw(key);
    if (room === undefined) return;
    // What could not be removed still has its lease, and so is the reaper's.
    const removal = room.remove().catch(() => {});
    leaving.add(removal);
    void removal.finally(() => {
      leaving.delete(removal);
      waiting.delete(room);
    });
  };
  const make = (key: string, options: RoomOptions) => {
    if (ended || spares.has(key)) return;
    let room: Room;
    try {
      room = openRoom(options, opaqueLabel(randomUUID()));
    } catch {
      // The next start meets the same obstacle and says so.
      return;
    }
    room.holder.keepUsAlive(false);
    wait(room);
    spares.set(key, { room, timer: setTimeout(() => remove(key), maxIdleMs).unref() });
    for (const [oldest] of spares) if (spares.size > MAX_SPARES) remove(oldest);
  };
  return {
    take(options, label) {
      const key = keyOf(options);
      if (!spares.get(key)?.room.holder.isOver(options.base)) {
        remove(key);
        return undefined;
      }
      const room = withdraw(key);
      if (room === undefined) return undefined;
      waiting.delete(room);
      room.holder.keepUsAlive(true);
      room.rename(label);
      return room;
    },
    started(options) {
      if (!isWorthSpares(options)) return;
      const key = keyOf(options);
      // A program that starts one sandbox and ends pays for no second one.
      if (seen.has(key)) setImmediate(make, key, options).unref();
      else seen.add(key);
    },
    async end() {
      ended = true;
      for (const key of spares.keys()) remove(key);
      await Promise.all(leaving);
    },
  };
}

/** A copy of the base would lie in memory for nothing; a socket may be another one the next time. */
function isWorthSpares({ files, egress }: RoomOptions): boolean {
  return files === "overlay" && egress === undefined;
}

function keyOf({ folder, base, user, files, limits, maxInodes, egress, shown }: RoomOptions): string {
  return JSON.stringify([folder, base.files, user, files, limits, maxInodes, egress, shown]);
}

/** Rooms that are no sandbox's and not gone yet: to remove when our process ends, which does not stay for them. */
const waiting = new Set<Room>();
let isListening = false;

function wait(room: Room): void {
  waiting.add(room);
  if (isListening) return;
  isListening = true;
  process.once("exit", () => {
    for (const spare of waiting) {
      try {
        spare.removeAtOnce();
      } catch {
        // It still has its lease, and so is the reaper's.
      }
    }
  });
}
