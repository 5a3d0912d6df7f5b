import { randomUUID } from "node:crypto";
import { lstat, mkdtemp, readdir, readFile, realpath, rm, rmdir, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { isRunning, startTimeOf } from "./lock.ts";

/** Says whose a folder is: `<process id> <its start time>`. */
const OWNER = ".owner";
/** Names that say nothing, since agents may see them. */
const NAME = /^[ew]-[A-Za-z0-9]{6}$/;
const UNNAMED_FOR_MS = 3_600_000;
/** Of a file, whose name alone says whose it is: `.<process id>-<its start time>-<UUID>`. */
const FILE_NAME = /^\.(\d+)-(\d*)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A temporary folder of this process. What a killed process left of them is found by `reapOwnedFolders`. */
export async function makeOwnedFolder(prefix: "e-" | "w-", parent = os.tmpdir()): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(parent, prefix)));
  const owner = `${process.pid} ${startTimeOf(process.pid)}`;
  await writeFile(path.join(folder, OWNER), owner, { mode: 0o600 }).catch(async (error: unknown) => {
    // A full disk: what nobody owns would stay.
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return folder;
}

/** The path of a temporary file of this process that is to be made; it is found as its folders are. */
export function ownedFile(parent = os.tmpdir()): string {
  return path.join(parent, `.${process.pid}-${startTimeOf(process.pid)}-${randomUUID()}`);
}

/** Removes those, and files, whose owner is gone; returns their paths. Other users' folders, and what is not known for one of ours, stay. */
export async function reapOwnedFolders(parent = os.tmpdir()): Promise<readonly string[]> {
  const reaped: string[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    const place = path.join(parent, name);
    const [, id, started = ""] = FILE_NAME.exec(name) ?? [];
    if (id === undefined && !NAME.test(name)) continue;
    const reaping = id === undefined ? reapIfLeft(place) : reapFile(place, Number(id), started);
    if (await reaping.catch(() => false)) reaped.push(place);
  }
  return reaped;
}

async function reapFile(file: string, owner: number, started: string): Promise<boolean> {
  const stats = await lstat(file);
  if (!stats.isFile() || stats.uid !== process.geteuid?.() || isRunning(owner, started)) return false;
  await rm(file);
  return true;
}

async function reapIfLeft(folder: string): Promise<boolean> {
  const stats = await stat(folder);
  if (stats.uid !== process.geteuid?.()) return false;
  const owner = await readFile(path.join(folder, OWNER), "utf8").catch(() => undefined);
  if (owner === undefined) {
    // Killed between the two steps of making it; one that is not empty is somebody else's.
    if (Date.now() - stats.mtimeMs < UNNAMED_FOR_MS) return false;
    await rmdir(folder);
    return true;
  }
  const [id = "", started = ""] = owner.split(" ");
  if (isRunning(Number(id), started)) return false;
  await rm(folder, { recursive: true, force: true });
  return true;
}
