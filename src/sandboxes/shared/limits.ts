import type { SandboxLimits } from "../../sandbox.ts";

const MEBIBYTE = 1024 * 1024;

export const DEFAULT_LIMITS: SandboxLimits = {
  memoryBytes: 4096 * MEBIBYTE,
  diskBytes: 4096 * MEBIBYTE,
  processes: 512,
  fileBytes: 1024 * MEBIBYTE,
};

/** Bytes of changed files that are taken out of a sandbox; a diff beyond that is no source change. */
export const MAX_CHANGED_BYTES = 64 * MEBIBYTE;

/** New files and folders that are taken out of a sandbox; what the start state ignores, such as installed packages, is none. */
export const MAX_NEW_ENTRIES = 20_000;

/** Files and folders that may be looked at for that, of any kind, beyond those of the start state. */
export const MAX_SEEN_ENTRIES = 1_000_000;

/** Files and folders that an agent may make anywhere, where the level has a number for it: a large install and room to work. */
export const MAX_FILES = 200_000;

/** Bytes of a new path, and folders in folders: far from what a system cannot open any more, and from any source tree. */
export const MAX_PATH_BYTES = 3_000;
export const MAX_PATH_LEVELS = 200;

/** Bytes kept of a stream where the caller names no cap. */
export const DEFAULT_OUTPUT_BYTES = MEBIBYTE;

/** A stream past this many times its cap is a flood, and its command is killed. */
export const FLOOD_FACTOR = 10;

/**
 * A bash script that takes `folder command…`, sets the limits that hold for each process alone, and becomes the command.
 * A program that does not exist is exit code 127, a folder that does not exist 126, as in a shell.
 */
export function launchScript(limits: SandboxLimits): string {
  return [
    "ulimit -c 0",
    "ulimit -n 4096 2>/dev/null",
    `ulimit -f ${kibibytes(limits.fileBytes)}`,
    // Private memory, not address space: programs that reserve much and use little still run.
    `ulimit -d ${kibibytes(limits.memoryBytes)} 2>/dev/null`,
    'cd -- "$1" || exit 126',
    "shift",
    // On a socket, which our pipes are, bash takes itself for a remote user's first shell and runs the home's start file; a later one does not.
    "SHLVL=2",
    'exec -- "$@"',
  ].join("; ");
}

function kibibytes(bytes: number): number {
  return Math.max(1, Math.floor(bytes / 1024));
}
