import { randomUUID } from "node:crypto";
import { lstat, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { isRunning, startTimeOf } from "./lock.ts";

/** Says whose a folder is: `<process id> <its start time>`. */
const OWNER = ".owner";
/** Names that say nothing, since agents may see them. */
const NAME = /^[ew]-[A-Za-z0-9]{6}$/;
/** Of what says by its name alone whose it is: `.<process id>-<its start time>-<UUID>`. */
const OWNED_NAME = /^\.(\d+)-(\d*)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A temporary folder of this process. What a killed process left of them is found by `reapOwnedFolders`. */
export async function makeOwnedFolder(prefix: "e-" | "w-", parent = os.tmpdir()): Promise<string> {
  // Until it says within whose it is, its name does: so there is no moment at which a kill leaves what nobody owns.
  const unnamed = ownedFile(parent);
  const folder = path.join(await realpath(parent), `${prefix}${randomUUID().slice(0, 6)}`);
  const owner = `${process.pid} ${startTimeOf(process.pid)}`;
  try {
    await mkdir(unnamed, { mode: 0o700 });
    await writeFile(path.join(unnamed, OWNER), owner, { mode: 0o600 });
    await rename(unnamed, folder);
  } catch (error) {
    await rm(unnamed, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

/**
 * Removes one that is no longer needed, or nothing where it is gone. It gets the name that says whose it is first: a kill on the way, when
 * the file that says so may be gone already, leaves nothing that nobody owns.
 */
export async function removeOwnedFolder(folder: string): Promise<void> {
  const going = ownedFile(path.dirname(folder));
  const isRenamed = await rename(folder, going).then(
    () => true,
    () => false,
  );
  await rm(isRenamed ? going : folder, { recursive: true, force: true });
}

/** The path of a temporary file or folder of this process that is to be made; it is found as its other folders are. */
export function ownedFile(parent = os.tmpdir()): string {
  return path.join(parent, `.${process.pid}-${startTimeOf(process.pid)}-${randomUUID()}`);
}

/** Removes those, and files, whose owner is gone; returns their paths. Other users' folders, and what is not known for one of ours, stay. */
export async function reapOwnedFolders(parent = os.tmpdir()): Promise<readonly string[]> {
  const reaped: string[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    const place = path.join(parent, name);
    if (await reapIfLeft(place, name).catch(() => false)) reaped.push(place);
  }
  return reaped;
}

async function reapIfLeft(place: string, name: string): Promise<boolean> {
  const [, id, started = ""] = OWNED_NAME.exec(name) ?? (await ownerWithin(place, name)) ?? [];
  if (id === undefined || (await lstat(place)).uid !== process.geteuid?.()) return false;
  if (isRunning(Number(id), started)) return false;
  await removeOwnedFolder(place);
  return true;
}

async function ownerWithin(folder: string, name: string): Promise<RegExpExecArray | null> {
  if (!NAME.test(name)) return null;
  return /^(\d+) (\d*)$/.exec(await readFile(path.join(folder, OWNER), "utf8"));
}
