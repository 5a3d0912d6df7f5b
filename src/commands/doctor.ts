import { access, constants, mkdir, statfs } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { runProgram } from "../base/process.ts";
import { defaultCache } from "./part-options.ts";
import { ISOLATION_LEVELS, sandboxProvider } from "./isolation.ts";

export interface Finding {
  readonly name: string;
  /** `missing` stops the main job; `limited` means that a labelled fallback is used. */
  readonly state: "ok" | "limited" | "missing";
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** What this machine offers. Cheap, changes nothing but the cache folder's existence, never throws. */
export async function doctor(): Promise<Finding[]> {
  const shell = program("bash", "needed by agents' shells");
  const [findings, levels] = await Promise.all([
    Promise.all([kernel(), node(), git(), shell, python(), cacheFolder(), disk()]),
    isolation(),
  ]);
  return [...findings, ...levels];
}

async function node(): Promise<Finding> {
  return { name: "node", state: "ok", detail: process.versions.node };
}

async function versionOf(command: string, args: readonly string[]): Promise<string | undefined> {
  const result = await runProgram(command, args, { timeoutMs: 10_000 }).catch(() => undefined);
  if (result?.exitCode !== 0) return undefined;
  return Buffer.from(result.stdout).toString("utf8").split("\n")[0]?.trim();
}

async function git(): Promise<Finding> {
  const version = await versionOf("git", ["--version"]);
  if (version !== undefined) return { name: "git", state: "ok", detail: version };
  return {
    name: "git",
    state: "missing",
    detail: "repositories cannot be read",
    fix: "install git (Debian: apt-get install git)",
  };
}

async function program(name: string, why: string): Promise<Finding> {
  const version = await versionOf(name, ["--version"]);
  if (version !== undefined) return { name, state: "ok", detail: version };
  return { name, state: "missing", detail: why, fix: `install ${name}` };
}

async function python(): Promise<Finding> {
  const version = await versionOf("python3", ["--version"]);
  if (version !== undefined) return { name: "python3", state: "ok", detail: version };
  return {
    name: "python3",
    state: "limited",
    detail: "the demo cannot unpack its own code base; agents have no python3",
    fix: "install python3",
  };
}

async function cacheFolder(): Promise<Finding> {
  const folder = defaultCache();
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return { name: "cache folder", state: "ok", detail: folder };
  } catch {
    return {
      name: "cache folder",
      state: "missing",
      detail: `${folder} is not writable`,
      fix: "set XDG_CACHE_HOME to a folder of yours, or use --cache",
    };
  }
}

/** Below this, building and rollouts may fail half-way. */
const LOW_DISK_BYTES = 2 * 1024 ** 3;
const LOW_INODES = 50_000;

async function disk(): Promise<Finding> {
  const folder = os.tmpdir();
  const { bavail, bsize, ffree } = await statfs(folder);
  const free = bavail * bsize;
  const detail = `${(free / 1024 ** 3).toFixed(1)} GiB and ${ffree} inodes free in ${path.resolve(folder)}`;
  if (free > LOW_DISK_BYTES && (ffree > LOW_INODES || ffree === 0))
    return { name: "temporary folder", state: "ok", detail };
  return {
    name: "temporary folder",
    state: "limited",
    detail,
    fix: "free some space, or set TMPDIR to another disk",
  };
}

/** Each level, strongest first, with what is missing for it; the first that works is what a rollout takes. */
async function isolation(): Promise<Finding[]> {
  const levels = await Promise.all(
    ISOLATION_LEVELS.map(async (level) => ({ level, probe: await sandboxProvider(level).probe() })),
  );
  const best = levels.find(({ probe }) => probe.available)?.level;
  const findings = levels.map(({ level, probe }): Finding => {
    const name = `isolation ${level}`;
    if (!probe.available) return { name, state: "limited", detail: probe.reason, fix: probe.fix };
    return { name, state: level === "process" ? "limited" : "ok", detail: probe.detail };
  });
  const summary: Finding =
    best === undefined
      ? { name: "isolation", state: "missing", detail: "no level works here", fix: "see the levels below" }
      : best === "process"
        ? {
            name: "isolation",
            state: "limited",
            detail: 'only "process", which is no isolation: model-driven agents need --allow-unsafe',
            fix: "one of the fixes below gives a better level",
          }
        : { name: "isolation", state: "ok", detail: `rollouts take "${best}"` };
  return [summary, ...findings];
}

async function kernel(): Promise<Finding> {
  const allocation = process.env["SLURM_JOB_ID"] === undefined ? "" : ", inside a Slurm job";
  const user = process.geteuid?.() === 0 ? "root" : `uid ${process.geteuid?.() ?? "?"}`;
  return {
    name: "system",
    state: "ok",
    detail: `${os.type()} ${os.release()} ${process.arch}, ${os.availableParallelism()} cores, ${user}${allocation}`,
  };
}
