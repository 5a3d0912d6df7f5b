import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { systemCode } from "../../base/errors.ts";
import type { SandboxLimits } from "../../sandbox.ts";

/** Limits over all processes of a sandbox together, where this machine lets us set them (cgroups(7)). */
export interface Groups {
  /** In words, such as `memory, processes`. */
  readonly detail: string;
  readonly limitsProcesses: boolean;
  /** The folders that one sandbox's groups will have; they need not exist yet. */
  foldersOf(label: string): readonly string[];
  /** Makes them with their limits. */
  create(label: string, limits: SandboxLimits): void;
  /** Shell lines by which a process joins them. */
  join(label: string): readonly string[];
}

interface Controller {
  readonly folder: string;
  /**
   * The file through which a process of one thread joins. `tasks` takes the thread alone, for which the kernel need not hold
   * still all others: that wait was 10 ms and more of each program's start.
   */
  readonly door: "tasks" | "cgroup.procs";
  readonly limits: (limits: SandboxLimits) => Readonly<Record<string, number>>;
  readonly detail: string;
}

// The sandbox's files are memory too, so the limit has room for both.
const memoryOf = (limits: SandboxLimits) => limits.memoryBytes + limits.diskBytes;
/** Each program inside has two more around it. */
const processesOf = (limits: SandboxLimits) => limits.processes + 64;

const VERSION_1: Readonly<Record<string, Omit<Controller, "folder">>> = {
  memory: {
    door: "tasks",
    detail: "memory",
    limits: (limits) => ({ "memory.limit_in_bytes": memoryOf(limits) }),
  },
  pids: { door: "tasks", detail: "processes", limits: (limits) => ({ "pids.max": processesOf(limits) }) },
};

const VERSION_2: Omit<Controller, "folder"> = {
  door: "cgroup.procs",
  detail: "memory, processes",
  limits: (limits) => ({ "memory.max": memoryOf(limits), "pids.max": processesOf(limits) }),
};

/** The groups that can be made below our own, so that limits which hold for us hold for sandboxes too. */
export function findGroups(): Groups | undefined {
  const controllers = findControllers();
  if (controllers.length === 0) return undefined;
  const folders = (label: string) =>
    controllers.map((controller) => path.join(controller.folder, `s-${label}`));
  return {
    detail: controllers.map((controller) => controller.detail).join(", "),
    limitsProcesses: controllers.some((controller) => controller.detail.includes("processes")),
    foldersOf: folders,
    create(label, limits) {
      for (const [index, folder] of folders(label).entries()) {
        mkdirSync(folder);
        for (const [file, value] of Object.entries(controllers[index]?.limits(limits) ?? {}))
          writeFileSync(path.join(folder, file), String(value));
      }
    },
    join: (label) =>
      folders(label).map((folder, index) => `echo 0 > '${folder}/${controllers[index]?.door}' || exit 125`),
  };
}

function findControllers(): Controller[] {
  const found: Controller[] = [];
  for (const row of readLines("/proc/self/cgroup")) {
    const [, names = "", place = ""] = /^\d+:([^:]*):(.*)$/.exec(row) ?? [];
    if (names === "") {
      // A group with processes of its own hands nothing down, so mostly it is the one above that does.
      const folder = [place, path.dirname(place)]
        .map((candidate) => path.join("/sys/fs/cgroup", candidate))
        .find((candidate) => hasVersion2(candidate));
      if (folder !== undefined) found.push({ ...VERSION_2, folder });
      continue;
    }
    for (const [name, controller] of Object.entries(VERSION_1)) {
      if (!names.split(",").includes(name)) continue;
      const folder = [names, name]
        .map((mount) => path.join("/sys/fs/cgroup", mount, place))
        .find((candidate) => isOurs(candidate));
      if (folder !== undefined) found.push({ ...controller, folder });
    }
  }
  return found;
}

/** Only where the controllers are handed down already: turning them on could take our own group's processes' place. */
function hasVersion2(folder: string): boolean {
  const handedDown = readLines(path.join(folder, "cgroup.subtree_control")).join(" ").split(" ");
  return handedDown.includes("memory") && handedDown.includes("pids") && isOurs(folder);
}

function isOurs(folder: string): boolean {
  if (!/^[\w./:@\\-]+$/.test(folder) || !existsSync(path.join(folder, "cgroup.procs"))) return false;
  try {
    accessSync(folder, constants.W_OK);
    // A read-only mount lets root's rights look fine.
    return statSync(folder).isDirectory() && isWritable(folder);
  } catch {
    return false;
  }
}

function isWritable(folder: string): boolean {
  const trial = path.join(folder, `s-trial-${process.pid}`);
  try {
    mkdirSync(trial);
  } catch (error) {
    return systemCode(error) === "EEXIST";
  }
  rmdirSync(trial);
  return true;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}

const GIVE_UP_MS = 10_000;

/** Ends what runs in a group and removes it; a group that is not there is fine. */
export async function removeGroup(folder: string): Promise<void> {
  for (const deadline = performance.now() + GIVE_UP_MS; ;) {
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      if (systemCode(error) === "ENOENT") return;
      if (systemCode(error) !== "EBUSY" || performance.now() > deadline) throw error;
    }
    for (const pid of readLines(path.join(folder, "cgroup.procs")).map(Number)) {
      try {
        if (pid > 0) process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself in the meantime.
      }
    }
    await delay(2);
  }
}

/** The same where nothing can be awaited, for a group whose processes are being ended. @throws when they do not end. */
export function removeGroupAtOnce(folder: string): void {
  for (const deadline = performance.now() + 500; ;) {
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      if (systemCode(error) === "ENOENT") return;
      if (systemCode(error) !== "EBUSY" || performance.now() > deadline) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
}
