import path from "node:path";
import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import type { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { HybridGymError, messageOf, SandboxError } from "../../base/errors.ts";
import type { Base, BaseOwner } from "../../workspaces/base.ts";
import { START_DATE } from "../../workspaces/git-folder.ts";
import type { Seed } from "../../workspaces/seed.ts";
import { PATH, type Programs, startedAs } from "./machine.ts";
import { tarOf, type TarMember } from "../../base/tar.ts";

/** How a sandbox gets files of its own: written over a shared base, or a copy of it. */
export type FilesKind = "overlay" | "copy";

/**
 * The one process that lives as long as the sandbox: it holds the user and mount namespace with the sandbox's files, which
 * are memory of that namespace, capped in bytes and inodes, and gone with it. It does nothing but wait for its input
 * to end, so it ends when we do, however we end.
 */
export interface Holder {
  readonly process: ChildProcess;
  readonly pid: number;
  isAlive(): boolean;
  /** The sandbox's own folders as this machine sees them. */
  inside(folder: HolderFolder): string;
  /** Ends it; its files are gone when the last process in its namespace is. */
  end(): Promise<void>;
}

/** The repository, what was written over the base, temporary files, the home, shared memory, a few files for /etc. */
export type HolderFolder = "m" | "u" | "t" | "h" | "s" | "e";

/** Terminals of one sandbox; without a number of its own it could take all of the machine's. */
const TERMINALS = 64;

export const HOLDER_ROOT = "/tmp";
/** Where the holder keeps the egress socket, when there is one. */
export const HOLDER_EGRESS = `${HOLDER_ROOT}/k`;
export const holderMount = (index: number) => `${HOLDER_ROOT}/x${index}`;

export interface HolderOptions {
  readonly programs: Programs;
  readonly user: BaseOwner;
  readonly base: Base;
  readonly files: FilesKind;
  readonly diskBytes: number;
  readonly maxInodes: number;
  /** Absolute path of a socket that becomes the only way out. */
  readonly egress?: string;
  /** Absolute paths of what is to be shown inside; the n-th is found at `holderMount(n)`. */
  readonly shown?: readonly string[];
  /** Shell lines that run before anything else, to join a control group. */
  readonly prefix: readonly string[];
}

/** A holder that has everything but a seed, or is about to have it; it knows nothing of the start state that it will get. */
export interface EmptyHolder {
  /** Undefined when it could not be started, which `fill` says. */
  readonly pid: number | undefined;
  /** Whether it is alive and over this base as it lies there now: one made anew under the same name is another. */
  isOver(base: Base): boolean;
  /** Whether our own process stays for its sake. */
  keepUsAlive(keep: boolean): void;
  /**
   * Once.
   * @param makeSeed asked while the first process starts.
   * @throws SandboxError with what the machine refused.
   */
  fill(makeSeed: () => Promise<Seed>): Promise<Holder>;
  /** Ends it at once; `end` waits for it too. */
  kill(): void;
  end(): Promise<void>;
}

/**
 * Runs as root of its own user namespace, which is nobody outside. `/tmp` is only where the private mount goes, since it
 * exists everywhere. The base is the working directory, entered with our own rights: so it may lie where the sandbox's user could not
 * get to, and no mount table inside shows its path. An empty holder waits in `tar`, which has started then and so takes no time of a
 * sandbox's start. The seed goes straight into the upper layer, before the overlay is there: written through it, each file
 * would be looked for below and hidden first. What is to be shown is opened before `/tmp` is covered, in which it may lie. Its modes are those that the umask gives, so no folder's is set twice.
 */
const SCRIPT = `
set -e
umask 022
for fd in /proc/self/fd/*; do fd=\${fd##*/}; case $fd in 0|1|2|3|4) ;; *) eval "exec $fd>&-" ;; esac; done
files=$3
[ -z "$4" ] || exec 5< "$4"
shown=()
for ((i = 0; i < $6; i++)); do
  place=$((7 + i))
  exec {fd}< "\${!place}"
  shown+=("$fd")
done
mount -t tmpfs -o "size=$1,nr_inodes=$2,mode=0755" none /tmp
mkdir /tmp/m /tmp/u /tmp/w /tmp/h /tmp/s /tmp/e /tmp/p
mkdir -m 1777 /tmp/t
mount -t devpts -o newinstance,max=${TERMINALS},ptmxmode=0666,mode=620 none /tmp/p
if [ -n "$4" ]; then
  : > /tmp/k
  mount --bind "/proc/self/fd/5/$5" /tmp/k
  exec 5<&-
fi
for ((i = 0; i < \${#shown[@]}; i++)); do
  fd=\${shown[i]}
  if [ -d "/proc/self/fd/$fd" ]; then mkdir "/tmp/x$i"; else : > "/tmp/x$i"; fi
  mount --no-canonicalize --rbind "/proc/self/fd/$fd" "/tmp/x$i"
  exec {fd}<&-
done
shift $((6 + $6))
for ((; $#; )); do printf %s "$2" > "/tmp/e/$1"; shift 2; done
if [ "$files" = copy ]; then
  cp -dR --preserve=mode,timestamps . /tmp/m
  cd /tmp/m
  mapfile -d '' -u 4 gone
  for ((i = 0; i < \${#gone[@]}; i += 500)); do rm -rf -- "\${gone[@]:i:500}"; done
  cd /
fi
tar -x -f - -C /tmp --no-same-owner --no-same-permissions --delay-directory-restore <&3
if [ "$files" = overlay ]; then
  mount -t overlay -o lowerdir=.,upperdir=/tmp/u,workdir=/tmp/w,userxattr none /tmp/m
fi
cd /
exec 3<&- 4<&-
echo ready
exec cat > /dev/null
`;

const ETC_FILES: Readonly<Record<string, string>> = {
  passwd:
    "root:x:0:0:root:/root:/usr/sbin/nologin\nuser:x:1000:1000:user:/home/user:/bin/bash\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
  group: "root:x:0:\nuser:x:1000:\nnogroup:x:65534:\n",
  hosts: "127.0.0.1 localhost\n::1 localhost\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
};

const ARCHIVE = 3;
const DELETED = 4;

/** @throws SandboxError with what the machine refused. */
export async function startHolder(options: HolderOptions, makeSeed: () => Promise<Seed>): Promise<Holder> {
  return openHolder(options).fill(makeSeed);
}

/** Starts an empty holder and returns before it has its files. Never throws; what fails, `fill` says. */
export function openHolder(options: HolderOptions): EmptyHolder {
  const child = spawnIn(options, commandOf(options));
  const complaint = collect(child.stdio[2]);
  const spawned = once(child, "spawn").then(
    () => undefined,
    (cause: unknown) => startFailed("its first process could not be started", cause),
  );
  const exited = once(child, "exit").catch(() => undefined);
  for (const stream of child.stdio) stream?.on("error", () => {});
  const { pid } = child;
  const isRunning = () => pid !== undefined && child.exitCode === null && child.signalCode === null;
  // Asked of the kernel: our own loop may learn of its end much later.
  const isAlive = () => isRunning() && isLiving(pid ?? 0);
  // With what it has started.
  const kill = () => void (isRunning() && killGroup(pid ?? 0));
  const end = async () => {
    // Also one that does not keep us alive is waited for.
    child.ref();
    kill();
    await exited;
    for (const stream of child.stdio) stream?.destroy();
  };
  const pour = async (makeSeed: () => Promise<Seed>) => {
    const failure = await spawned;
    if (failure !== undefined) throw failure;
    const seed = await makeSeed();
    (child.stdio[DELETED] as Writable).end(seed.deleted.map((file) => `./${file}\0`).join(""));
    await sendAll(child.stdio[ARCHIVE] as Writable, tarOf(membersOf(seed, options.files)));
    // From here on its own input is only a sign of life: it ends when this process does.
    const ready = await Promise.race([once(child.stdio[1] as Readable, "data"), exited]);
    if (ready === undefined || !Buffer.isBuffer(ready[0]))
      throw startFailed(complaint().trim().split("\n")[0] || "its files could not be made");
  };
  return {
    pid,
    isOver: (base) => isAlive() && isSameFolder(`/proc/${pid}/cwd`, base.files),
    keepUsAlive(keep) {
      for (const handle of [child, ...(child.stdio as readonly (Socket | null)[])])
        if (keep) handle?.ref();
        else handle?.unref();
    },
    async fill(makeSeed) {
      try {
        await pour(makeSeed);
      } catch (error) {
        kill();
        throw error instanceof HybridGymError ? error : startFailed(messageOf(error), error);
      }
      return {
        process: child,
        pid: pid ?? 0,
        isAlive,
        inside: (folder) => `/proc/${pid}/root${HOLDER_ROOT}/${folder}`,
        end,
      };
    },
    kill,
    end,
  };
}

function commandOf({ programs, diskBytes, maxInodes, files, egress, shown = [] }: HolderOptions): string[] {
  return [
    programs.unshare,
    "--user",
    "--map-root-user",
    "--mount",
    "--propagation",
    "private",
    programs.bash,
    "--noprofile",
    "--norc",
    "-c",
    SCRIPT,
    "bash",
    String(diskBytes),
    String(maxInodes),
    files,
    egress === undefined ? "" : path.dirname(egress),
    egress === undefined ? "" : path.basename(egress),
    String(shown.length),
    ...shown,
    ...Object.entries(ETC_FILES).flat(),
  ];
}

/** Starts a program as the sandbox's user, in a folder that need not be open to them, after the prefix has run with our own rights. */
function spawnIn(options: HolderOptions, command: readonly string[]): ChildProcess {
  const { programs, user, prefix } = options;
  const settings: SpawnOptions = {
    stdio: ["pipe", "pipe", "pipe", "pipe", "pipe"],
    env: { PATH },
    cwd: options.base.files,
    detached: true,
  };
  if (prefix.length > 0) return spawn("/bin/sh", prefixed(programs, user, prefix, command), settings);
  const [program = "", ...rest] = command;
  return spawn(program, rest, { ...settings, ...startedAs(user) });
}

/** Arguments of sh that run the prefix and become the command as the sandbox's user. */
export function prefixed(
  programs: Programs,
  user: BaseOwner,
  prefix: readonly string[],
  command: readonly string[],
): string[] {
  const become =
    startedAs(user).uid === undefined
      ? []
      : [programs.setpriv, `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];
  return ["-c", `${prefix.join("\n")}\nexec "$@"`, "sh", ...become, ...command];
}

/** While the one end unpacks, the other packs. */
async function sendAll(stream: Writable, chunks: Iterable<Uint8Array>): Promise<void> {
  for (const chunk of chunks) {
    stream.write(chunk);
    // What the pipe could not take at once goes out between turns.
    await nextTurn();
  }
  stream.end();
}

function collect(stream: Readable | Writable | null | undefined): () => string {
  let text = "";
  (stream as Readable).on("data", (chunk: Buffer) => {
    if (text.length < 10_000) text += chunk.toString("utf8");
  });
  return () => text;
}

/** The seed as it lies in the memory file system. */
function* membersOf(seed: Seed, files: FilesKind): Generator<TarMember> {
  const own = files === "overlay" ? "./u" : "./m";
  for (const folder of seed.folders) {
    yield { path: folder === "" ? own : `${own}/${folder}`, kind: "folder", mode: 0o755, date: START_DATE };
  }
  const taken = new Set(seed.folders);
  for (const { path, mode, content } of seed.files) {
    taken.add(path);
    // Git trusts an entry of its index only when the file is older than the index.
    const date = path === ".git/index" ? new Date(START_DATE.getTime() + 1000) : START_DATE;
    const kind = mode === "120000" ? "link" : "file";
    yield { path: `${own}/${path}`, kind, mode: Number.parseInt(mode.slice(3), 8), date, content };
  }
  // A copy has nothing below; there the names were deleted. What takes a deleted one's place hides it by being there.
  for (const path of files === "overlay" ? seed.deleted : []) {
    if (!taken.has(path)) yield { path: `${own}/${path}`, kind: "whiteout", mode: 0, date: START_DATE };
  }
}

export function startFailed(detail: string, cause?: unknown): SandboxError {
  return new SandboxError({
    code: "sandbox-start-failed",
    message: `The sandbox could not start: ${detail}`,
    hint: '"hybrid-gym doctor" says what this machine lacks.',
    cause,
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

function isSameFolder(first: string, second: string): boolean {
  try {
    const [one, other] = [statSync(first), statSync(second)];
    return one.dev === other.dev && one.ino === other.ino;
  } catch {
    return false;
  }
}

function isLiving(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}
