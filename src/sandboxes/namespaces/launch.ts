import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { isRunning, startTimeOf } from "../../base/lock.ts";
import type { SandboxLimits } from "../../sandbox.ts";
import type { BaseOwner } from "../../workspaces/base.ts";
import { exitOf, type Launcher, type LaunchRequest, sandboxGone } from "../shared/launcher.ts";
import { launchScript } from "../shared/limits.ts";
import { ENVIRONMENT, environmentArguments, fileArguments } from "./bubblewrap.ts";
import { type Holder, prefixed } from "./holder.ts";
import { PATH, type Programs, startedAs } from "./machine.ts";
import { type SharedFile, shareBytes } from "./shared-file.ts";

export interface LaunchOptions {
  readonly programs: Programs;
  readonly user: BaseOwner;
  readonly holder: Holder;
  readonly limits: SandboxLimits;
  /** Bubblewrap's arguments, zero-separated; read anew by each program. */
  readonly fixed: SharedFile;
  readonly filter: SharedFile | undefined;
  readonly prefix: readonly string[];
  /** Without it the limit holds per user namespace, of which the sandbox is one (Linux 5.14), or per user. */
  readonly groupsLimitProcesses: boolean;
  /** @throws SandboxError when the sandbox's files are not there any more. */
  check(): void;
}

/** One program inside, as this machine sees it. */
interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** The first process of its process namespace: when that is gone, so is everything in there. */
  init: { readonly pid: number; readonly started: string } | undefined;
  /** Whether the program itself came to run and to its end, and not only what starts it. */
  ran: boolean;
  /** Settles when no more will be learned about it. */
  readonly told: Promise<void>;
}

export interface NamespaceLauncher extends Launcher {
  killAll(): Promise<void>;
}

// Beyond our own pipes, an inherited descriptor could be a folder of this machine.
const CLOSE_INHERITED =
  'for fd in /proc/self/fd/*; do fd=${fd##*/}; case $fd in 0|1|2) ;; *) eval "exec $fd>&-" ;; esac; done';
// When memory runs out, what an agent started goes first, not what holds its files.
const FIRST_TO_GO = "echo 500 2>/dev/null > /proc/self/oom_score_adj";

/** No more processes, memory or space: caps that the agent itself has filled, so a failed command and no failed sandbox. */
const OWN_DOING =
  /Resource temporarily unavailable|Cannot allocate memory|No space left on device|Cannot fork/;

const STATUS = 3;
const ARGUMENTS = 4;
const VARIABLES = 5;
const FILTER = 6;

/** Each program gets a process namespace of its own, in which it dies with all that it started. */
export function createLauncher(options: LaunchOptions): NamespaceLauncher {
  const { programs, user, holder, limits } = options;
  const running = new Set<Running>();
  const entries = new WeakMap<ChildProcessWithoutNullStreams, Running>();
  const script = `${CLOSE_INHERITED}; ${FIRST_TO_GO}; ulimit -u ${limits.processes} 2>/dev/null; ${launchScript(limits)}`;
  holder.process.once("exit", () => void killAll().catch(() => {}));
  const check = () => {
    if (!holder.isAlive()) throw sandboxGone("the process that holds its files ended");
    options.check();
  };
  const launch = async (request: LaunchRequest) => {
    check();
    const shown = new Map(
      Object.entries(request.files ?? {}).map(([name, bytes]) => [name, shareBytes(bytes)]),
    );
    // Not on the command line, which every user of the machine may read, and the programs inside too.
    const environment = shareBytes(environmentArguments({ ...ENVIRONMENT, ...request.environment }));
    const fixed = [options.fixed, environment, ...(options.filter === undefined ? [] : [options.filter])];
    const command = [
      programs.nsenter,
      "--target",
      String(holder.pid),
      "--user",
      "--mount",
      "--preserve-credentials",
      ...(options.groupsLimitProcesses
        ? []
        : [programs.prlimit, `--nproc=${limits.processes}:${limits.processes}`]),
      programs.bwrap,
      "--args",
      String(ARGUMENTS),
      "--args",
      String(VARIABLES),
      "--json-status-fd",
      String(STATUS),
      ...(options.filter === undefined ? [] : ["--seccomp", String(FILTER)]),
      ...fileArguments([...shown.keys()], fixed.length + ARGUMENTS),
      "--",
      "bash",
      "--noprofile",
      "--norc",
      "-c",
      script,
      "bash",
      request.cwd,
      ...request.command,
    ];
    const opened = [...fixed, ...shown.values()].map((file) => openSync(file.path, "r"));
    for (const file of [environment, ...shown.values()]) file.close();
    try {
      const settings = {
        stdio: ["pipe", "pipe", "pipe", "pipe", ...opened],
        env: { PATH },
        cwd: "/",
        detached: true,
      } as const;
      const child = start(programs, user, options.prefix, command, settings);
      const entry = follow(child);
      running.add(entry);
      entries.set(child, entry);
      void exitOf(child)
        .catch(() => {})
        .then(() => entry.told)
        // What it left in the background outlives it by a moment.
        .then(() => untilGone(entry))
        .catch(() => {})
        .then(() => running.delete(entry));
      await once(child, "spawn").catch((cause: unknown) => {
        throw sandboxGone("no program could be started in it", cause);
      });
      return child;
    } finally {
      for (const handle of opened) closeSync(handle);
    }
  };
  const kill = async (child: ChildProcessWithoutNullStreams) => {
    const entry = [...running].find((item) => item.child === child);
    if (entry !== undefined) await end(entry);
  };
  const killAll = async () => {
    const endAndForget = async (entry: Running) => {
      await end(entry);
      running.delete(entry);
    };
    while (running.size > 0) await Promise.all([...running].map(endAndForget));
  };
  return {
    async checkRan(child, stderr) {
      const entry = entries.get(child);
      await entry?.told;
      if (entry?.ran !== false) return;
      check();
      const complaint = Buffer.from(stderr).toString("utf8").trim();
      if (!OWN_DOING.test(complaint)) throw sandboxGone(`no program could be started in it: ${complaint}`);
    },
    launch,
    kill: (_, child) => kill(child),
    checkAlive: async () => check(),
    killAll,
  };
}

type Settings = {
  readonly stdio: readonly ("pipe" | number)[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly detached: boolean;
};

function start(
  programs: Programs,
  user: BaseOwner,
  prefix: readonly string[],
  command: readonly string[],
  settings: Settings,
): ChildProcessWithoutNullStreams {
  const stdio = [...settings.stdio];
  const options = { ...settings, stdio };
  const [program = "", ...rest] = command;
  const child =
    prefix.length === 0
      ? spawn(program, rest, { ...options, ...startedAs(user) })
      : spawn("/bin/sh", prefixed(programs, user, prefix, command), options);
  // The first three are pipes, which the general type of `spawn` cannot say.
  return child as ChildProcessWithoutNullStreams;
}

function follow(child: ChildProcessWithoutNullStreams): Running {
  const status = child.stdio[STATUS] as Readable | undefined;
  let text = "";
  const entry: Running = {
    child,
    init: undefined,
    ran: false,
    told: new Promise((resolve) => {
      if (status === undefined) {
        resolve();
        return;
      }
      status.on("data", (chunk: Buffer) => {
        text += chunk.toString("latin1");
        const pid = Number(/"child-pid"\s*:\s*(\d+)/.exec(text)?.[1] ?? 0);
        if (pid > 0 && entry.init === undefined) entry.init = { pid, started: startTimeOf(pid) };
        if (text.includes('"exit-code"')) entry.ran = true;
      });
      status.once("error", () => resolve());
      status.once("close", () => resolve());
    }),
  };
  return entry;
}

const GIVE_UP_MS = 10_000;

/** Ends a program with its whole process namespace and waits until the kernel says so. */
async function end(entry: Running): Promise<void> {
  const { child } = entry;
  const isOver = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  // Through its first process where it is known, so that the one above can still see it off.
  if (!isOver()) {
    if (entry.init === undefined || !send(entry.init)) child.kill("SIGKILL");
    const gone = exitOf(child).catch(() => 0);
    const late = delay(1000, "late" as const, { ref: false });
    if ((await Promise.race([gone, late])) === "late") child.kill("SIGKILL");
    await gone;
  }
  await Promise.race([entry.told, delay(1000, undefined, { ref: false })]);
  await untilGone(entry);
}

/** Waits until a program's process namespace is empty. */
async function untilGone(entry: Running): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  while (entry.init !== undefined && isLiving(entry.init)) {
    send(entry.init);
    if (performance.now() > deadline) throw sandboxGone("a process could not be ended");
    await delay(2);
  }
}

function send(init: { readonly pid: number; readonly started: string }): boolean {
  if (init.started === "" || !isRunning(init.pid, init.started)) return false;
  try {
    return process.kill(init.pid, "SIGKILL");
  } catch {
    return false;
  }
}

function isLiving(init: { readonly pid: number; readonly started: string }): boolean {
  if (init.started === "") return false;
  try {
    const stat = readFileSync(`/proc/${init.pid}/stat`, "latin1");
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[18] === init.started && state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}
