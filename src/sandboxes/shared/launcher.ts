import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { SandboxError } from "../../base/errors.ts";

/** How one isolation level starts and ends programs inside; commands, shells and file access are built on it. */
export interface Launcher {
  /** Starts a program inside, with pipes; `label` (see `nextLabel`) marks it and all its descendants. @throws SandboxError when the sandbox is dead. */
  launch(request: LaunchRequest): Promise<ChildProcessWithoutNullStreams>;
  /** Ends a launched program and its descendants, wherever they went; returns when they are gone. */
  kill(label: string, child: ChildProcessWithoutNullStreams): Promise<void>;
  /** @throws SandboxError when the sandbox is dead. */
  checkAlive(): Promise<void>;
  /**
   * For a program that ended by itself: its exit code says nothing when something around it failed and it never ran.
   * @throws SandboxError then.
   */
  checkRan?(child: ChildProcessWithoutNullStreams, stderr: Uint8Array): Promise<void>;
}

export interface LaunchRequest {
  readonly label: string;
  readonly command: readonly string[];
  /** Absolute, as processes inside see it; one that cannot be entered is exit code 126. */
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** There for this program alone, read-only, by name. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** Resolves when the program has ended, with 128 + signal number when a signal ended it. @throws SandboxError when it never started. */
export function exitOf(child: ChildProcessWithoutNullStreams): Promise<number> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve(codeOf(child.exitCode, child.signalCode));
      return;
    }
    child.once("error", (cause) => reject(sandboxGone("no program could be started in it", cause)));
    child.once("exit", (code, signal) => resolve(codeOf(code, signal)));
  });
}

function codeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

const QUIET_MS = 15;

/**
 * Waits until everything that an ended program wrote has been read. A background job may hold the pipe open for ever,
 * so a pipe that gave nothing for a moment counts as empty: what was in it would have been read.
 */
export async function drained(streams: readonly Readable[]): Promise<void> {
  let activity = 0;
  const count = () => activity++;
  for (const stream of streams) stream.on("data", count);
  const ended = () => streams.every((stream) => stream.readableEnded || stream.destroyed);
  const atEnd = Promise.all(streams.map(endOf));
  for (let before = -1, turns = 0; !ended() && before !== activity && turns < 40; turns++) {
    before = activity;
    await Promise.race([delay(QUIET_MS), atEnd]);
  }
  for (const stream of streams) stream.off("data", count);
}

function endOf(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.readableEnded || stream.destroyed) resolve();
    stream.once("end", () => resolve());
    stream.once("close", () => resolve());
  });
}

export function sandboxGone(detail: string, cause?: unknown): SandboxError {
  return new SandboxError({
    code: "sandbox-gone",
    message: `The sandbox is gone: ${detail}`,
    hint: "Run the attempt again; nothing that the agent did counts.",
    cause,
  });
}

export function sandboxStopped(): SandboxError {
  return new SandboxError({
    code: "sandbox-stopped",
    message: "The sandbox was stopped",
    hint: "Start a new one.",
  });
}
