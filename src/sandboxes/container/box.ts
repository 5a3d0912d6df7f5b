import { chmodSync, lchownSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, realpath, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { systemCode } from "../../base/errors.ts";
import { isRunning, startTimeOf } from "../../base/lock.ts";
import { sandboxGone } from "../shared/launcher.ts";
import type { User } from "./arguments.ts";
import { type EngineName, ENGINES, removeContainer } from "./engine.ts";

/** What belongs to one sandbox, written down before its container exists, so that a crash leaves nothing unknown. */
const noteSchema = z.strictObject({
  engine: z.enum(["podman", "docker"]),
  container: z.string().regex(/^sandbox-[0-9a-f]{16}$/),
  owner: z.strictObject({ pid: z.int().positive(), started: z.string() }),
  created: z.string(),
});
type Note = z.infer<typeof noteSchema>;

const NOTE = "container.json";

/** A sandbox's folder on the machine; only `files` and `shown` in it are seen inside. */
export interface Box {
  /** The repository. */
  readonly files: string;
  /** Read-only inside. */
  readonly shown: string;
  /** @throws SandboxError when the files are gone. */
  check(): void;
  /** Puts files into `shown` until the returned function is called. */
  show(files: Readonly<Record<string, Uint8Array>>): () => void;
  /** Makes everything the user's who runs things inside. */
  giveTo(user: User): void;
  remove(): Promise<void>;
}

export function containerName(label: string): string {
  return `sandbox-${label}`;
}

export async function createBox(parent: string, label: string, engine: EngineName): Promise<Box> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const folder = path.join(await realpath(parent), label);
  // Closed to others: a program with the user's rights that was made inside must not be started from outside.
  await mkdir(folder, { mode: 0o700 });
  const note: Note = {
    engine,
    container: containerName(label),
    owner: { pid: process.pid, started: startTimeOf(process.pid) },
    created: new Date().toISOString(),
  };
  writeFileSync(path.join(folder, NOTE), JSON.stringify(note), { mode: 0o600 });
  const files = path.join(folder, "files");
  const shown = path.join(folder, "shown");
  await mkdir(files);
  await mkdir(shown);
  const { dev, ino } = lstatSync(files);
  return {
    files,
    shown,
    check() {
      const now = lstatSync(files, { throwIfNoEntry: false });
      if (now?.dev !== dev || now.ino !== ino) throw sandboxGone("its folder was deleted from outside");
    },
    show(wanted) {
      const names = Object.keys(wanted);
      const takeAway = () => names.forEach((name) => rmSync(path.join(shown, name), { force: true }));
      takeAway();
      for (const [name, content] of Object.entries(wanted)) {
        writeFileSync(path.join(shown, name), content, { mode: 0o444, flag: "wx" });
      }
      return takeAway;
    },
    giveTo(user) {
      if (process.geteuid?.() === 0) giveAll(files, user);
    },
    remove: () => removeFolder(folder),
  };
}

function giveAll(file: string, user: User): void {
  lchownSync(file, user.uid, user.gid);
  if (!lstatSync(file).isDirectory()) return;
  for (const name of readdirSync(file)) giveAll(path.join(file, name), user);
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(async (error: unknown) => {
    if (systemCode(error) !== "EACCES" && systemCode(error) !== "EPERM") throw error;
    makeWritable(folder);
    await rm(folder, { recursive: true, force: true });
  });
}

/** Gives the owner's rights back to all folders, without following links. */
function makeWritable(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) makeWritable(path.join(folder, entry.name));
  }
}

function readNote(folder: string): Note | undefined {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(path.join(folder, NOTE), "utf8")));
  } catch {
    return undefined;
  }
}

export interface ReapedContainer {
  readonly label: string;
  readonly owner: number;
  readonly created: string;
}

/**
 * Removes the containers and folders of sandboxes whose owner is gone, and nothing else; those of an engine that is not
 * there any more stay. Safe to call at any time, by several at once.
 */
export async function reapContainers(
  folder: string,
): Promise<{ readonly reaped: readonly ReapedContainer[] }> {
  const reaped: ReapedContainer[] = [];
  let labels: string[];
  try {
    labels = readdirSync(folder).filter((name) => /^[0-9a-f]{16}$/.test(name));
  } catch {
    return { reaped };
  }
  for (const label of labels) {
    const note = readNote(path.join(folder, label));
    if (note === undefined || note.container !== containerName(label)) continue;
    if (!ENGINES.includes(note.engine) || isRunning(note.owner.pid, note.owner.started)) continue;
    try {
      await removeContainer(note.engine, note.container);
      await removeFolder(path.join(folder, label));
    } catch {
      continue;
    }
    reaped.push({ label, owner: note.owner.pid, created: note.created });
  }
  return { reaped };
}
