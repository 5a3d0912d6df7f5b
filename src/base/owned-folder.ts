import { mkdtemp, readdir, readFile, realpath, rm, rmdir, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { isRunning, startTimeOf } from "./lock.ts";

/** Says whose a folder is: `<process id> <its start time>`. */
const OWNER = ".owner";
/** Names that say nothing, since agents may see them. */
const NAME = /^[ew]-[A-Za-z0-9]{6}$/;
const UNNAMED_FOR_MS = 3_600_000;

/** A temporary folder of this process. What a killed process left of them is found by `reapOwnedFolders`. */
export async function makeOwnedFolder(prefix: "e-" | "w-", parent = os.tmpdir()): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(parent, prefix)));
  await writeFile(path.join(folder, OWNER), `${process.pid} ${startTimeOf(process.pid)}`, { mode: 0o600 });
  return folder;
}

/** Removes those whose owner is gone; returns their paths. Other users' folders, and what is not known for one of ours, stay. */
export async function reapOwnedFolders(parent = os.tmpdir()): Promise<readonly string[]> {
  const reaped: string[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    if (!NAME.test(name)) continue;
    const folder = path.join(parent, name);
    if (await reapIfLeft(folder).catch(() => false)) reaped.push(folder);
  }
  return reaped;
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
