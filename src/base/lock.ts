import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { EnvironmentError, StoreError, systemCode } from "./errors.ts";
import { describeWriteFailure } from "./files.ts";

/**
 * One process at a time on a folder. The lock file names its owner by process id, start time and host, so that a lock left by a
 * killed process, or by one whose id was given to another, is taken over. Of a process on another host, which a shared file system
 * can bring here, nothing is known: it counts as alive until someone who knows better removes the file.
 * @throws StoreError `in-use` · EnvironmentError `lock-unsupported`, `not-writable`, `disk-full`
 */
export async function acquireLock(file: string, purpose: string): Promise<AsyncDisposable> {
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await create(file)) {
      await removeLeft(file);
      return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
    }
    const owner = await readFile(file, "utf8").catch(() => "");
    if (owner === "") continue;
    refuseLiving(owner, file, purpose);
    await takeAway(file, owner);
  }
  throw new StoreError({
    code: "in-use",
    message: `${purpose} is in use`,
    hint: `Remove ${file} if no process uses it.`,
  });
}

/** What processes that were killed while they took this lock have left beside it. */
async function removeLeft(file: string): Promise<void> {
  const folder = path.dirname(file);
  const prefix = `${path.basename(file)}.`;
  for (const name of await readdir(folder).catch(() => [])) {
    const id = name.startsWith(prefix) ? TEMPORARY.exec(name.slice(prefix.length))?.[1] : undefined;
    if (id === undefined || isRunning(Number(id), "")) continue;
    const [, , host = os.hostname()] = (
      await readFile(path.join(folder, name), "utf8").catch(() => "")
    ).split(" ");
    if (host === os.hostname()) await rm(path.join(folder, name), { force: true }).catch(() => {});
  }
}

/** What follows the lock's name: `<UUID>.<process id>.tmp`. */
const TEMPORARY = /^[0-9a-f-]{36}\.(\d+)\.tmp$/;

function refuseLiving(owner: string, file: string, purpose: string): void {
  const [name = "", started = "", host = ""] = owner.split(" ");
  const id = Number(name);
  const elsewhere = host !== "" && host !== os.hostname();
  if (!elsewhere && !(id > 0 && isRunning(id, started))) return;
  throw new StoreError({
    code: "in-use",
    message: `${purpose} is in use by process ${id}${elsewhere ? ` on ${host}` : ""}`,
    hint: elsewhere
      ? `Whether it still runs is known on ${host} alone. If it does not, remove ${file} and run the same command again.`
      : "Wait for it to end, or stop it; then run the same command again.",
    fields: { process: id, ...(elsewhere ? { host } : {}), lock: file },
  });
}

/**
 * Removes a lock that its owner left. Of two that try, the second may meet the new lock of the first: it is put back. Renamed first,
 * for a file cannot be removed only if it still says what was read.
 */
async function takeAway(file: string, owner: string): Promise<void> {
  const taken = `${file}.${randomUUID()}.${process.pid}.tmp`;
  try {
    await rename(file, taken);
    if ((await readFile(taken, "utf8")) !== owner) await link(taken, file);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes(systemCode(error) ?? "")) throw describeWriteFailure(error, file);
  } finally {
    await rm(taken, { force: true });
  }
}

/** The lock appears with its content at once (a hard link to a finished file), so no reader sees a half-made one. */
async function create(file: string): Promise<boolean> {
  const prepared = `${file}.${randomUUID()}.${process.pid}.tmp`;
  try {
    await writeFile(prepared, `${process.pid} ${startTimeOf(process.pid)} ${os.hostname()}`);
    await link(prepared, file).catch((error: unknown) => {
      throw describeLinkFailure(error, file);
    });
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw describeWriteFailure(error, file);
  } finally {
    await rm(prepared, { force: true });
  }
}

/** What file systems say that know no hard links (FAT, some network and FUSE mounts), or that lost touch with their server. */
const UNSUPPORTED = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "ENOLCK", "ESTALE"];

function describeLinkFailure(error: unknown, file: string): unknown {
  const code = systemCode(error) ?? "";
  if (!UNSUPPORTED.includes(code)) return error;
  return new EnvironmentError({
    code: "lock-unsupported",
    message: `${path.dirname(file)} lies on a file system where no lock can be taken (${code})`,
    hint: "Two processes could write there at once. Put the folder on a disk of this machine; copy it when the work is done.",
    fields: { lock: file, system: code },
    cause: error,
  });
}

/** Whether a process with this id, started at that time, is there. */
export function isRunning(id: number, started: string): boolean {
  try {
    process.kill(id, 0);
  } catch (error) {
    if (systemCode(error) !== "EPERM") return false;
  }
  return started === "" || startTimeOf(id) === started;
}

/** When a process started, in clock ticks since boot (field 22 of proc_pid_stat(5)); empty where there is no /proc. */
export function startTimeOf(id: number): string {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
