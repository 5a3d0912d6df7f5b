import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { systemCode } from "../../base/errors.ts";
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
  end(): void;
}

const fileOf = (folder: string, label: string) => path.join(folder, "leases", `${label}.json`);

export function openLease(folder: string, label: string, groups: readonly string[]): OpenLease {
  const lease: Lease = {
    label,
    owner: { pid: process.pid, started: startTimeOf(process.pid) },
    created: new Date().toISOString(),
    groups: [...groups],
  };
  const file = fileOf(folder, label);
  write(file, lease);
  return {
    hold: (pid) => write(file, { ...lease, holder: { pid, started: startTimeOf(pid) } }),
    end: () => remove(file),
  };
}

function write(file: string, lease: Lease): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  // The folder goes with its last lease, perhaps at this moment.
  for (let attempt = 0; ; attempt++) {
    try {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(temporary, JSON.stringify(lease), { mode: 0o600 });
      renameSync(temporary, file);
      return;
    } catch (error) {
      if (systemCode(error) !== "ENOENT" || attempt === 10) throw describeWriteFailure(error, file);
    }
  }
}

function remove(file: string): void {
  rmSync(file, { force: true });
  try {
    rmdirSync(path.dirname(file));
  } catch {
    // Others are still there.
  }
}

/** The leases in a folder; what cannot be read as one is not ours to judge. */
export function readLeases(folder: string): Lease[] {
  let names: string[];
  try {
    names = readdirSync(path.join(folder, "leases"));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    if (!/^[0-9a-f]+\.json$/.test(name)) return [];
    try {
      const lease = leaseSchema.parse(JSON.parse(readFileSync(path.join(folder, "leases", name), "utf8")));
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
