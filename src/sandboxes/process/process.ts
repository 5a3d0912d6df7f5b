import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { lstatSync } from "node:fs";
import { SandboxError } from "../../base/errors.ts";
import type { Sandbox, SandboxLimits, SandboxOptions, SandboxProbe, SandboxProvider } from "../../sandbox.ts";
import { materialize } from "../../workspaces/materialize.ts";
import { changedFiles } from "../shared/changed-files.ts";
import { type Launcher, sandboxGone } from "../shared/launcher.ts";
import { DEFAULT_LIMITS, launchScript, MAX_CHANGED_BYTES, MAX_NEW_ENTRIES } from "../shared/limits.ts";
import { createSandbox, opaqueLabel } from "../shared/sandbox.ts";
import { type Box, createBox } from "./box.ts";
import { findProcesses, killAll, LABEL_VARIABLE } from "./processes.ts";

const PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

/**
 * The level `process`: a copy of the start state and a clean environment. It keeps honest programs apart and gives the
 * same answers as the other levels, but it is no isolation: what runs in it has the user's own rights to files,
 * processes and the network. Of the limits it holds `fileBytes`, and `memoryBytes` for each process alone.
 */
export function processSandboxes(options: { readonly folder: string }): SandboxProvider {
  return {
    level: "process",
    probe: async () => probe(),
    start: (request) => start(options.folder, request),
    async [Symbol.asyncDispose]() {},
  };
}

function probe(): SandboxProbe {
  if (process.platform === "win32") {
    return { available: false, reason: "Windows has no POSIX processes", fix: "Use Linux, macOS or WSL." };
  }
  const rights = process.getuid?.() === 0 ? "root's rights over this machine" : "your own rights";
  return { available: true, detail: `a copied folder; no isolation: what runs in it has ${rights}` };
}

async function start(parent: string, options: SandboxOptions): Promise<Sandbox> {
  const label = opaqueLabel(options.id);
  const name = options.workspace.name;
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name) || ["home", "tmp", "mnt"].includes(name)) {
    throw failed(`"${name}" cannot be a folder's name here`);
  }
  if (options.egress !== undefined)
    throw failed("the level process has no egress to give: it keeps nobody in");
  if ((options.mounts ?? []).length > 0)
    throw failed("the level process mounts nothing: what it runs finds things where they lie");
  const box = await createBox(parent, label, name).catch((cause: unknown) => {
    throw failed(`no folder could be made for it in ${parent}`, cause);
  });
  try {
    await materialize(options.workspace, box.root);
  } catch (error) {
    await box.remove();
    throw error;
  }
  const children = new Set<ChildProcessWithoutNullStreams>();
  return createSandbox({
    id: options.id,
    level: "process",
    root: box.root,
    filesFolder: box.files,
    workspace: options.workspace,
    label,
    launcher: createLauncher(box, { ...DEFAULT_LIMITS, ...options.limits }, children),
    killAll: () => killAll({ label, children: idsOf(children) }),
    collect: () => {
      box.check();
      return changedFiles(box.root, options.workspace.tree, {
        maxChangedBytes: Math.min(MAX_CHANGED_BYTES, options.limits?.diskBytes ?? MAX_CHANGED_BYTES),
        maxNewEntries: MAX_NEW_ENTRIES,
      });
    },
    remove: () => box.remove(),
  });
}

function createLauncher(
  box: Box,
  limits: SandboxLimits,
  children: Set<ChildProcessWithoutNullStreams>,
): Launcher {
  const script = launchScript(limits);
  return {
    async launch({ label, command, cwd, environment, files }) {
      await prepare(box);
      const takeAway = box.show(files ?? {});
      const child = spawn("bash", ["--noprofile", "--norc", "-c", script, "bash", cwd, ...command], {
        cwd: "/",
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
        env: {
          PATH,
          HOME: box.home,
          TMPDIR: box.temporary,
          LANG: "C.UTF-8",
          TERM: "dumb",
          GIT_CONFIG_NOSYSTEM: "1",
          ...environment,
          [LABEL_VARIABLE]: label,
        },
      });
      children.add(child);
      child.once("exit", () => {
        children.delete(child);
        takeAway();
      });
      await once(child, "spawn").catch((cause: unknown) => {
        children.delete(child);
        takeAway();
        throw sandboxGone("no program could be started in it", cause);
      });
      return child;
    },
    kill: (label, child) => killAll({ label, children: idsOf(children.has(child) ? [child] : []) }),
    checkAlive: async () => box.check(),
  };
}

/** A repository's folder that was deleted from inside comes back empty, as the mount point of a stronger level would stay. */
async function prepare(box: Box): Promise<void> {
  box.check();
  if (lstatSync(box.root, { throwIfNoEntry: false }) === undefined) await mkdir(box.root);
}

function idsOf(children: Iterable<ChildProcessWithoutNullStreams>): number[] {
  return [...children].flatMap((child) => (child.pid === undefined ? [] : [child.pid]));
}

/** The processes of a sandbox that are still alive, by the id it was started with; empty after `stop`. */
export function livingProcesses(id: string): number[] {
  return findProcesses({ label: opaqueLabel(id) });
}

function failed(detail: string, cause?: unknown): SandboxError {
  return new SandboxError({
    code: "sandbox-start-failed",
    message: `The sandbox could not start: ${detail}`,
    hint: "Check that the folder is writable and has space.",
    cause,
  });
}
