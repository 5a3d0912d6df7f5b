import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { EGRESS_SOCKET } from "../../sandbox.ts";
import { HOLDER_EGRESS, HOLDER_ROOT, holderMount } from "./holder.ts";

/** The folder of a user who is nobody in particular. */
const HOME = "/home/user";

export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
  HOME,
  TMPDIR: "/tmp",
  USER: "user",
  LANG: "C.UTF-8",
  TERM: "dumb",
};

/** Files of this machine's /etc that programs need to start and that say nothing about it. */
const ETC = ["ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "ssl/certs"];
const OWN_ETC = ["passwd", "group", "hosts", "nsswitch.conf"];

/** Where files that are there for one program appear. */
export const FILES = "/mnt";

/**
 * What every program of a sandbox is started with; nothing in it says where or for what.
 * @param egress whether the holder has a socket that leads out.
 * @param targets where what the holder has to show appears.
 */
export function bubblewrapArguments(
  root: string,
  egress: boolean,
  targets: readonly string[] = [],
): string[] {
  return [
    "--unshare-user",
    "--uid",
    "1000",
    "--gid",
    "1000",
    "--disable-userns",
    "--unshare-pid",
    "--unshare-net",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    "--hostname",
    "localhost",
    "--cap-drop",
    "ALL",
    "--die-with-parent",
    "--new-session",
    "--clearenv",
    "--ro-bind",
    "/usr",
    "/usr",
    ...mergedFolders(),
    ...ETC.flatMap((file) => ["--ro-bind-try", `/etc/${file}`, `/etc/${file}`]),
    ...OWN_ETC.flatMap((file) => ["--ro-bind", `${HOLDER_ROOT}/e/${file}`, `/etc/${file}`]),
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "--dev-bind",
    `${HOLDER_ROOT}/p`,
    "/dev/pts",
    "--bind",
    `${HOLDER_ROOT}/s`,
    "/dev/shm",
    "--bind",
    `${HOLDER_ROOT}/t`,
    "/tmp",
    "--bind",
    `${HOLDER_ROOT}/t`,
    "/var/tmp",
    "--bind",
    `${HOLDER_ROOT}/h`,
    HOME,
    "--bind",
    `${HOLDER_ROOT}/m`,
    root,
    "--dir",
    FILES,
    ...(egress ? ["--bind", HOLDER_EGRESS, EGRESS_SOCKET] : []),
    ...targets.flatMap((target, index) => ["--ro-bind", holderMount(index), target]),
    "--remount-ro",
    "/",
    "--remount-ro",
    "/dev",
    // Not the repository: the agent may have closed it, and that is a failed command, not a failed sandbox.
    "--chdir",
    "/",
  ];
}

/** `/bin` and its like: links into `/usr` on most systems, folders on some. */
function mergedFolders(): string[] {
  return ["/bin", "/sbin", "/lib", "/lib32", "/lib64"].flatMap((folder) => {
    if (!existsSync(folder)) return [];
    if (lstatSync(folder).isSymbolicLink()) return ["--symlink", readlinkSync(folder), folder];
    return ["--ro-bind", folder, folder];
  });
}

/** Arguments that set a program's environment, zero-separated as bubblewrap reads them from a descriptor. */
export function environmentArguments(environment: Readonly<Record<string, string>>): Uint8Array {
  const words = Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]);
  return Buffer.from(`${words.join("\0")}\0`);
}

/** Arguments that put files in place for one program, read-only; the n-th is read from descriptor `first` + n. */
export function fileArguments(names: readonly string[], first: number): string[] {
  if (names.length === 0) return [];
  const binds = names.flatMap((name, index) => ["--ro-bind-data", String(first + index), `${FILES}/${name}`]);
  return ["--tmpfs", FILES, ...binds, "--remount-ro", FILES];
}
