import { createHash } from "node:crypto";
import path from "node:path";
import type { FileChange } from "../../tree.ts";
import type { ExecOptions, ExecResult, IsolationLevel, Sandbox, Shell } from "../../sandbox.ts";
import type { Workspace } from "../../workspace.ts";
import { execute } from "./execute.ts";
import { diffOf } from "./extract.ts";
import { createFileAccess } from "./file-access.ts";
import { type Launcher, sandboxStopped } from "./launcher.ts";
import { openPersistentShell } from "./shell.ts";

/** What an isolation level adds to what all levels share. */
export interface SandboxParts {
  readonly id: string;
  readonly level: IsolationLevel;
  readonly root: string;
  readonly filesFolder: string;
  readonly workspace: Workspace;
  /** Marks everything of this sandbox; says nothing about what it is for. */
  readonly label: string;
  readonly launcher: Launcher;
  /** Ends every process inside; returns when they are gone. Safe to call twice. */
  killAll(): Promise<void>;
  /** What is different from the start state; called once, after `killAll`. */
  collect(): Promise<readonly FileChange[]>;
  /** Removes every trace; called once, after `killAll`. */
  remove(): Promise<void>;
}

/** A name for folders and processes that an agent may see: unique, and without a word about the task. */
export function opaqueLabel(id: string): string {
  return createHash("sha256").update(id).digest("hex").slice(0, 16);
}

/** The sandbox's life: running, then ended (`changes`), then stopped. */
export function createSandbox(parts: SandboxParts): Sandbox {
  const stopping = new AbortController();
  let state: "running" | "ended" = "running";
  let stopped: Promise<void> | undefined;
  let count = 0;
  const nextLabel = () => `${parts.label}.${++count}`;
  const launcher: Launcher = {
    async launch(request) {
      if (state !== "running") throw sandboxStopped();
      return parts.launcher.launch(request);
    },
    kill: parts.launcher.kill,
    async checkAlive() {
      if (state !== "running") throw sandboxStopped();
      await parts.launcher.checkAlive();
    },
    async checkRan(child, stderr) {
      await parts.launcher.checkRan?.(child, stderr);
    },
  };
  const exec = async (command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> => {
    await launcher.checkAlive();
    const signal =
      options.signal === undefined ? stopping.signal : AbortSignal.any([options.signal, stopping.signal]);
    return execute(launcher, nextLabel(), command, {
      ...options,
      cwd: path.resolve(parts.root, options.cwd ?? ""),
      signal,
    });
  };
  const end = async () => {
    state = "ended";
    stopping.abort(sandboxStopped());
    await parts.killAll();
  };
  const stop = async () => {
    await end();
    await parts.remove();
  };
  const stopOnce = () => (stopped ??= stop());
  const files = createFileAccess(exec, parts.root);
  return {
    id: parts.id,
    level: parts.level,
    root: parts.root,
    filesFolder: parts.filesFolder,
    exec,
    async openShell(): Promise<Shell> {
      await launcher.checkAlive();
      return openPersistentShell({ launcher, nextLabel, root: parts.root });
    },
    read: files.read,
    write: files.write,
    async changes() {
      await launcher.checkAlive();
      await end();
      return diffOf(parts.workspace, await parts.collect());
    },
    stop: stopOnce,
    [Symbol.asyncDispose]: stopOnce,
  };
}
