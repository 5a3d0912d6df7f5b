import { HybridGymError } from "./base/errors.ts";
import type { Workspace } from "./workspace.ts";

/**
 * A place where an agent's commands run, apart from everything else. Implementations in `sandboxes/`;
 * each passes `sandboxes/conformance.ts`. A command that fails is a result; a sandbox that fails is a `SandboxError`.
 */
export type IsolationLevel = "namespaces" | "container" | "process";

export interface SandboxProvider extends AsyncDisposable {
  readonly level: IsolationLevel;
  /** What this machine gives; cheap, and never throws. */
  probe(): Promise<SandboxProbe>;
  /** @throws SandboxError with what is missing. */
  start(options: SandboxOptions): Promise<Sandbox>;
  /** Lets go of what it keeps ready for the next sandboxes; those that run stay. */
  [Symbol.asyncDispose](): Promise<void>;
}

export type SandboxProbe =
  | { readonly available: true; readonly detail: string }
  | { readonly available: false; readonly reason: string; readonly fix: string };

export interface SandboxOptions {
  /** Unique on this machine; labels everything that belongs to the sandbox. */
  readonly id: string;
  readonly workspace: Workspace;
  readonly limits?: Partial<SandboxLimits>;
  /**
   * The only way out of the sandbox: a Unix socket of this machine, found inside at `EGRESS_SOCKET`. It must be
   * one that every user may connect to, in a folder whose name says nothing: the sandbox's mount table shows it. Nothing goes out when left out. The level `process` keeps nobody in, and refuses it.
   */
  readonly egress?: { readonly socket: string };
  /**
   * Files and folders of this machine that are shown inside, read-only: programs, say. Each must be one that every user may enter
   * and read, under a path that says nothing: the mount table inside shows it. The level `process` keeps nobody out, and refuses
   * them: what runs there finds things where they lie.
   */
  readonly mounts?: readonly Mount[];
}

export interface Mount {
  /** Absolute; a file or a folder. */
  readonly source: string;
  /** Absolute, below `MOUNTS`, where no other mount is. */
  readonly target: string;
}

/** Below it lies what a sandbox is shown of this machine; nothing else is there. */
export const MOUNTS = "/opt";

/** Where a sandbox with egress finds its socket. */
export const EGRESS_SOCKET = "/run/egress.sock";

export interface SandboxLimits {
  /** Bytes of memory of all processes together. */
  readonly memoryBytes: number;
  /** Bytes that the agent may write. */
  readonly diskBytes: number;
  readonly processes: number;
  /** Bytes of one file. */
  readonly fileBytes: number;
}

export interface Sandbox extends AsyncDisposable {
  readonly id: string;
  readonly level: IsolationLevel;
  /** The repository's folder as processes inside see it; their first working directory. */
  readonly root: string;
  /** Where `ExecOptions.files` appear. */
  readonly filesFolder: string;
  /** One program, to its end. */
  exec(command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** A shell whose folder, variables and functions last from command to command. */
  openShell(): Promise<Shell>;
  /** Bytes of one file; relative paths are from `root`. @throws SandboxFileError. */
  read(path: string, options?: { readonly maxBytes?: number }): Promise<Uint8Array>;
  /** Writes a file, making its folders. @throws SandboxFileError. */
  write(path: string, content: Uint8Array): Promise<void>;
  /** Ends every process inside, then says what is different from the start state, as one unified diff (bytes). Only `stop` may follow. @throws SandboxLimitError. */
  changes(): Promise<Uint8Array>;
  /** Ends every process and removes every trace. Safe to call twice, and while a command runs. */
  stop(): Promise<void>;
}

export interface ExecOptions {
  /** Relative paths are from `root`. */
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
  /** Read-only files that are in `filesFolder` while this command runs and for no other: by name, without `/`. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** After that, the command and its descendants are killed. */
  readonly timeoutMs?: number;
  /** Bytes kept of each stream; a flood is cut and, past ten times this, the command is killed. */
  readonly maxOutputBytes?: number;
  /** Kills it too, and what it printed is lost: the call throws. */
  readonly signal?: AbortSignal;
  /** Kills it as well, and what it printed until then is returned. */
  readonly endSignal?: AbortSignal;
}

export interface ExecResult {
  /** 128 + signal number when a signal ended it. */
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly timedOut: boolean;
  /** Bytes that were not kept, of both streams. */
  readonly droppedBytes: number;
  readonly durationMs: number;
}

export interface Shell {
  /**
   * Runs one command line; stdout and stderr come together in order. A command past its deadline
   * is killed with its descendants, and the shell goes on in a fresh process, which the result says.
   */
  run(command: string, options?: ShellOptions): Promise<ShellResult>;
  close(): Promise<void>;
}

export interface ShellOptions {
  readonly timeoutMs?: number;
  readonly maxOutputBytes?: number;
  /** Runs it in a copy of the shell that has these variables too: nothing that it sets lasts, and `exit` ends the copy alone. */
  readonly subshell?: { readonly environment: Readonly<Record<string, string>> };
}

export interface ShellResult {
  readonly exitCode: number;
  readonly output: Uint8Array;
  readonly timedOut: boolean;
  readonly droppedBytes: number;
  /** The shell's folder afterwards. */
  readonly cwd: string;
  /** The shell ended (`exit`, a crash, a deadline) and was started again: variables are gone. */
  readonly restarted: boolean;
  readonly durationMs: number;
}

/**
 * A file inside could not be read or written: `file-not-found`, `is-a-folder`, `not-a-file`, `not-permitted`,
 * `file-too-large`, `write-failed`. A mistake of whoever asked, not a failure of the sandbox.
 */
export class SandboxFileError extends HybridGymError {}

/** What ran inside went past a cap of ours, named by the code: its own doing, not a failure of the sandbox. */
export class SandboxLimitError extends HybridGymError {}
