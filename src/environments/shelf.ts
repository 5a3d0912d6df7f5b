import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { messageOf, SandboxError, systemCode } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";
import { canonicalJson } from "../base/json.ts";
import { claimSharedFolder } from "../base/shared-folder.ts";
import type { EnvironmentLock, EnvironmentMaker, Environments } from "../environment.ts";

export interface ShelfOptions {
  /** By default `environmentsFolder()`. */
  readonly folder?: string;
  /** Makes what is not there; without one that is an error. */
  readonly maker?: EnvironmentMaker | undefined;
}

/** Large, wanted after the next start of the machine as well, and no secret: not in a home, which sandboxes cannot enter. */
export function environmentsFolder(): string {
  const parent = existsSync("/var/tmp") ? "/var/tmp" : os.tmpdir();
  return path.join(parent, `environments-${process.geteuid?.() ?? "user"}`);
}

/** Written last. Says how many files there are: cleaners of temporary folders delete one by one what nobody reads. */
const MARKER = "ready";

/** Environments in a folder, by the hash of what they hold. Any number of processes may ask at once. */
export function environmentShelf(options: ShelfOptions = {}): Environments {
  const { folder = environmentsFolder(), maker } = options;
  const known = new Map<string, Promise<string>>();
  return {
    async folderOf(lock) {
      const name = sha256(canonicalJson(lock)).slice(0, 24);
      const finding = known.get(name) ?? findOrMake(lock, path.join(folder, name), maker);
      known.set(name, finding);
      // Where it cannot be had now it may be the next time.
      finding.catch(() => known.delete(name));
      return finding;
    },
  };
}

async function findOrMake(
  lock: EnvironmentLock,
  place: string,
  maker: EnvironmentMaker | undefined,
): Promise<string> {
  const folder = path.dirname(place);
  const packages = path.join(place, PACKAGES);
  claim(folder);
  if (await isWhole(place)) {
    // Its age, by which "gc" goes, is that of its last use.
    await utimes(place, new Date(), new Date());
    return packages;
  }
  if (maker === undefined) throw missing(lock, place);
  const temporary = path.join(folder, `preparing-${randomUUID()}`);
  try {
    await mkdir(path.join(temporary, PACKAGES), { recursive: true });
    await fill(lock, maker, path.join(temporary, PACKAGES));
    await openToAll(temporary);
    await writeFile(path.join(temporary, MARKER), await countOf(temporary));
    if (existsSync(place) && !(await isWhole(place))) await putAside(place, `${temporary}-aside`);
    await rename(temporary, place);
  } catch (error) {
    // Another process was quicker; its result is the same.
    if (systemCode(error) !== "ENOTEMPTY" && systemCode(error) !== "EEXIST") throw notMade(error, lock);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return packages;
}

const PACKAGES = "packages";

async function isWhole(place: string): Promise<boolean> {
  const said = await readFile(path.join(place, MARKER), "utf8").catch(() => undefined);
  return said !== undefined && said === (await countOf(place));
}

async function countOf(place: string): Promise<string> {
  const names = await readdir(path.join(place, PACKAGES), { recursive: true }).catch(() => []);
  return `${names.length} files\n`;
}

/** What is there is not whole; renamed first, so that nobody finds less and less of it under its name. */
async function putAside(place: string, aside: string): Promise<void> {
  await rename(place, aside).catch((error: unknown) => {
    if (systemCode(error) !== "ENOENT") throw error;
  });
  await rm(aside, { recursive: true, force: true });
}

function claim(folder: string): void {
  const fault = claimSharedFolder(folder);
  if (fault === undefined) return;
  throw new SandboxError({
    code: "environments-folder-unsafe",
    message: `Environments cannot be kept in ${folder}: ${fault}`,
    hint: "Delete it.",
    fields: { folder },
  });
}

async function fill(lock: EnvironmentLock, maker: EnvironmentMaker, folder: string): Promise<void> {
  if (lock.packages.length > 0) await maker.unpack(lock, folder);
  for (const name of await readdir(folder)) {
    const module = name.replace(/\.(?:py|[^.]+\.so|so)$/, "");
    if (lock.without.includes(module)) await rm(path.join(folder, name), { recursive: true });
  }
  if (lock.project === null) return;
  const { name, version } = lock.project;
  const metadata = path.join(folder, `${name.replaceAll(/[-_.]+/g, "_")}-${version}.dist-info`);
  await rm(metadata, { recursive: true, force: true });
  await mkdir(metadata);
  await writeFile(
    path.join(metadata, "METADATA"),
    `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
  );
}

/** Whatever the umask was: sandboxes run as somebody else. A link could lead out of it. */
async function openToAll(place: string): Promise<void> {
  const stats = await lstat(place);
  if (stats.isDirectory()) {
    await chmod(place, 0o755);
    for (const name of await readdir(place)) await openToAll(path.join(place, name));
  } else if (stats.isFile()) await chmod(place, (stats.mode & 0o100) === 0 ? 0o644 : 0o755);
  else await rm(place);
}

function missing(lock: EnvironmentLock, folder: string): SandboxError {
  return new SandboxError({
    code: "environment-missing",
    message: `The ${lock.packages.length} packages that this needs are not at ${folder}`,
    hint: "Add --environments pip, which has them unpacked.",
    fields: { folder },
  });
}

function notMade(cause: unknown, lock: EnvironmentLock): SandboxError {
  return new SandboxError({
    code: "environment-not-made",
    message: `${lock.packages.length} packages could not be unpacked: ${messageOf(cause)}`,
    hint: "Check that the package registry can be reached and that there is space; then run the same command again.",
    cause,
  });
}
