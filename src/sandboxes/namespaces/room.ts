import type { SandboxLimits } from "../../sandbox.ts";
import { findGroups, removeGroup, removeGroupAtOnce } from "./cgroups.ts";
import { type EmptyHolder, type HolderOptions, openHolder } from "./holder.ts";
import { openLease } from "./leases.ts";

export interface RoomOptions extends Omit<HolderOptions, "diskBytes" | "prefix"> {
  /** Where leases lie. */
  readonly folder: string;
  readonly limits: SandboxLimits;
}

/** All that a sandbox takes up on this machine: lease, control groups, holder. It can be made before its sandbox is known. */
export interface Room {
  readonly holder: EmptyHolder;
  /** Shell lines by which a program joins its control groups. */
  readonly prefix: readonly string[];
  readonly groupsLimitProcesses: boolean;
  /** Makes it the room of the sandbox with this label. */
  rename(label: string): void;
  /** Something more to do at its end, before the rest. */
  cleanUp(step: () => unknown): void;
  remove(): Promise<void>;
  /** The same where nothing can be awaited. What cannot be removed is left to the reaper. */
  removeAtOnce(): void;
}

/** Labelled before there is anything. @throws what the machine refuses, with nothing left behind. */
export function openRoom(options: RoomOptions, label: string): Room {
  const groups = findGroups();
  const folders = groups?.foldersOf(label) ?? [];
  const lease = openLease(options.folder, label, folders);
  try {
    groups?.create(label, options.limits);
  } catch (error) {
    for (const folder of folders) removeGroupAtOnce(folder);
    lease.end();
    throw error;
  }
  const prefix = groups?.join(label) ?? [];
  const holder = openHolder({ ...options, diskBytes: options.limits.diskBytes, prefix });
  if (holder.pid !== undefined) lease.hold(holder.pid);
  const steps: (() => unknown)[] = [];
  return {
    holder,
    prefix,
    groupsLimitProcesses: groups?.limitsProcesses === true,
    rename: (name) => lease.rename(name),
    cleanUp: (step) => void steps.push(step),
    async remove() {
      for (const step of steps.toReversed()) await step();
      await holder.end();
      for (const folder of folders) await removeGroup(folder);
      lease.end();
    },
    removeAtOnce() {
      holder.kill();
      for (const folder of folders) removeGroupAtOnce(folder);
      lease.end();
    },
  };
}
