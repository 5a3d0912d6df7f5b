import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { StoreError, systemCode } from "./errors.ts";
import { describeWriteFailure } from "./files.ts";

/**
 * One process at a time on a folder. The lock file names its owner by process id and start time, so
 * that a lock left by a killed process, or by one whose id was given to another, is taken over.
 */
export async function acquireLock(file: string, purpose: string): Promise<AsyncDisposable> {
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await create(file)) return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
    const owner = await readFile(file, "utf8").catch(() => "");
    const [name = "", started = ""] = owner.split(" ");
    const id = Number(name);
    if (id > 0 && isRunning(id, started)) {
      throw new StoreError({
        code: "in-use",
        message: `${purpose} is in use by process ${id}`,
        hint: "Wait for it to end, or stop it; then run the same command again.",
        fields: { process: id, lock: file },
      });
    }
    await removeStale(file, owner);
  }
  throw new StoreError({
    code: "in-use",
    message: `${purpose} is in use`,
    hint: `Remove ${file} if no process uses it.`,
  });
}

/**
 * Takes away what a dead owner left. Several may try at once, and one of them have its own lock there by now: what is not the dead
 * owner's is put back.
 */
async function removeStale(file: string, owner: string): Promise<void> {
  const aside = besides(file);
  try {
    await rename(file, aside);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return;
    throw describeWriteFailure(error, file);
  }
  const isStale = (await readFile(aside, "utf8")) === owner;
  if (!isStale) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

const besides = (file: string) => `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;

/** The lock appears with its content at once (a hard link to a finished file), so no reader sees a half-made one. */
async function create(file: string): Promise<boolean> {
  const prepared = besides(file);
  try {
    await writeFile(prepared, `${process.pid} ${startTimeOf(process.pid)}`);
    await link(prepared, file);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw describeWriteFailure(error, file);
  } finally {
    await rm(prepared, { force: true });
  }
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
