import { randomUUID } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { z } from "zod";
import { SandboxError, systemCode } from "../../base/errors.ts";
import { describeWriteFailure } from "../../base/files.ts";
import { isRunning, startTimeOf } from "../../base/lock.ts";
import { removeGroup } from "./cgroups.ts";

const processSchema = z.strictObject({ pid: z.int().positive(), started: z.string() });

/** What belongs to one sandbox, written down before it exists, so that a crash leaves nothing unknown. */
const leaseSchema = z.strictObject({
  label: z.string(),
  /** The process that uses the sandbox; when it is gone, so may be all of this. */
  owner: processSchema,
  created: z.string(),
  holder: processSchema.optional(),
  /** Folders of control groups. */
  groups: z.array(z.string()),
});
export type Lease = z.infer<typeof leaseSchema>;

export interface OpenLease {
  /** Notes the process that holds the sandbox's files. */
  hold(pid: number): void;
  /** Gives all that it names to another sandbox; at each moment a lease says what there is. */
  rename(label: string): void;
  end(): void;
}

const fileOf = (folder: string, label: string) => path.join(folder, "leases", `${label}.json`);

export function openLease(folder: string, label: string, groups: readonly string[]): OpenLease {
  let lease: Lease = {
    label,
    owner: { pid: process.pid, started: startTimeOf(process.pid) },
    created: new Date().toISOString(),
    groups: [...groups],
  };
  const change = (changes: Partial<Lease>) => {
    const before = lease;
    lease = { ...lease, ...changes };
    write(fileOf(folder, lease.label), lease);
    if (lease.label !== before.label) remove(fileOf(folder, before.label));
  };
  change({});
  return {
    hold: (pid) => change({ holder: { pid, started: startTimeOf(pid) } }),
    rename: (name) => change({ label: name, created: new Date().toISOString() }),
    end: () => remove(fileOf(folder, lease.label)),
  };
}

/** Whether a folder is ours alone: leases that others planted would have us end processes of their choice. */
function isOurs(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.uid === process.geteuid?.() && (stats.mode & 0o022) === 0;
}

function write(file: string, lease: Lease): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  // The folder goes with its last lease, perhaps at this moment.
  for (let attempt = 0; ; attempt++) {
    try {
      const leases = path.dirname(file);
      mkdirSync(leases, { recursive: true, mode: 0o700 });
      if (!isOurs(leases) || !isOurs(path.dirname(leases))) throw unsafe(leases);
      writeFileSync(temporary, JSON.stringify(lease), { mode: 0o600 });
      renameSync(temporary, file);
      return;
    } catch (error) {
      // On a full disk: half of a lease would keep its folder for ever.
      remove(temporary);
      if (systemCode(error) !== "ENOENT" || attempt === 10) throw describeWriteFailure(error, file);
    }
  }
}

function unsafe(folder: string): SandboxError {
  return new SandboxError({
    code: "lease-folder-unsafe",
    message: `${folder} cannot be trusted: it belongs to another user, or others may write to it`,
    hint: "Delete it, or name another folder.",
    fields: { folder },
  });
}

function remove(file: string): void {
  rmSync(file, { force: true });
  try {
    rmdirSync(path.dirname(file));
  } catch {
    // Others are still there.
  }
}

/** The leases in a folder that is ours alone; what cannot be read as one is not ours to judge. */
export function readLeases(folder: string): Lease[] {
  const leases = path.join(folder, "leases");
  if (!isOurs(folder) || !isOurs(leases)) return [];
  let names: string[];
  try {
    names = readdirSync(leases);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    if (!/^[0-9a-f]+\.json$/.test(name)) return [];
    try {
      const lease = leaseSchema.parse(JSON.parse(readFileSync(path.join(leases, name), "utf8")));
      return `${lease.label}.json` === name ? [lease] : [];
    } catch {
      return [];
    }
  });
}

export interface Reaped {
  readonly label: string;
  readonly owner: number;
  readonly created: string;
}

/** Removes what belongs to sandboxes whose owner is gone, and nothing else. Safe to call at any time, by several at once. */
export async function reapSandboxes(folder: string): Promise<{ readonly reaped: readonly Reaped[] }> {
  const reaped: Reaped[] = [];
  for (const lease of readLeases(folder)) {
    const { owner, holder, label, created } = lease;
    if (isRunning(owner.pid, owner.started)) continue;
    if (holder !== undefined && isRunning(holder.pid, holder.started)) {
      try {
        process.kill(holder.pid, "SIGKILL");
      } catch {
        // It ended by itself in the meantime.
      }
    }
    for (const group of lease.groups) await removeGroup(group);
    remove(fileOf(folder, label));
    reaped.push({ label, owner: owner.pid, created });
  }
  return { reaped };
}
