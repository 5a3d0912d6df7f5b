import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { isRunning, startTimeOf } from "../../base/lock.ts";
import { killAll } from "./processes.ts";

const noteSchema = z.strictObject({ owner: z.int().positive(), started: z.string(), created: z.string() });

const fileOf = (folder: string, label: string) => path.join(folder, `${label}.owner`);

/** Says whose a sandbox is, before it exists, so that a crash leaves nothing unknown. */
export function noteOwner(folder: string, label: string): void {
  const note = { owner: process.pid, started: startTimeOf(process.pid), created: new Date().toISOString() };
  writeFileSync(fileOf(folder, label), JSON.stringify(note), { mode: 0o600 });
}

export function forgetOwner(folder: string, label: string): void {
  rmSync(fileOf(folder, label), { force: true });
}

export interface OwnedProcessSandbox {
  readonly label: string;
  readonly owner: number;
  readonly alive: boolean;
  readonly created: string;
}

/** The sandboxes noted in a folder; what cannot be read as a note is not ours to judge. */
export function readOwners(folder: string): OwnedProcessSandbox[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const label = /^([0-9a-f]{16})\.owner$/.exec(name)?.[1];
    if (label === undefined) return [];
    try {
      const note = noteSchema.parse(JSON.parse(readFileSync(path.join(folder, name), "utf8")));
      return [
        { label, owner: note.owner, alive: isRunning(note.owner, note.started), created: note.created },
      ];
    } catch {
      return [];
    }
  });
}

/** Ends the processes and removes the folders of sandboxes whose owner is gone, and nothing else. */
export async function reapProcessSandboxes(
  folder: string,
): Promise<{ readonly reaped: readonly OwnedProcessSandbox[] }> {
  const dead = readOwners(folder).filter(({ alive }) => !alive);
  for (const { label } of dead) {
    await killAll({ label, children: [] });
    await rm(path.join(folder, label), { recursive: true, force: true });
    forgetOwner(folder, label);
  }
  return { reaped: dead };
}
