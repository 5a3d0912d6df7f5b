import { tmpdir } from "node:os";
import path from "node:path";
import type { Sandbox, SandboxLimits, SandboxOptions, SandboxProbe, SandboxProvider } from "../../sandbox.ts";
import { openBase } from "../../workspaces/base.ts";
import { makeSeed, type Seed } from "../../workspaces/seed.ts";
import { changedFiles } from "../shared/changed-files.ts";
import { sandboxGone } from "../shared/launcher.ts";
import { DEFAULT_LIMITS, MAX_CHANGED_BYTES, MAX_FILES, MAX_NEW_ENTRIES } from "../shared/limits.ts";
import { faultOfMounts } from "../shared/mounts.ts";
import { createSandbox, opaqueLabel } from "../shared/sandbox.ts";
import { bubblewrapArguments, FILES } from "./bubblewrap.ts";
import { type FilesKind, type Holder, startFailed } from "./holder.ts";
import { createLauncher } from "./launch.ts";
import { findPrograms, sandboxUser } from "./machine.ts";
import { openRoom, type Room, type RoomOptions } from "./room.ts";
import { seccompFilter } from "./seccomp.ts";
import { createSpares, type Spares } from "./spares.ts";
import { tryOut, type Trial } from "./trial.ts";
import { type SharedFile, shareBytes } from "./shared-file.ts";

export interface NamespaceOptions {
  /** Where leases lie: what belongs to which sandbox. */
  readonly folder: string;
  /** Where bases are kept; other users must be able to enter it. By default in the folder of temporary files. */
  readonly bases?: string;
  /** How sandboxes get their files; by default the best that the machine gives. */
  readonly files?: FilesKind;
  /** Milliseconds that an empty holder waits for its sandbox; by default a minute. */
  readonly spareMs?: number;
}

export function namespaceSandboxes(options: NamespaceOptions): SandboxProvider {
  let tried: Promise<Trial> | undefined;
  const trial = () => (tried ??= tryOut(options.files));
  const spares = createSpares(options.spareMs);
  return {
    level: "namespaces",
    async probe(): Promise<SandboxProbe> {
      const result = await trial();
      // What is missing may be there the next time.
      if (!result.available) tried = undefined;
      return result.available ? { available: true, detail: result.detail } : result;
    },
    async start(request) {
      const result = await trial();
      if (!result.available) {
        tried = undefined;
        throw startFailed(`${result.reason}. ${result.fix}`);
      }
      return start({ ...options, files: result.files }, request, spares);
    },
    [Symbol.asyncDispose]: () => spares.end(),
  };
}

let filter: SharedFile | undefined;

type Resolved = NamespaceOptions & { readonly files: FilesKind };

async function start(options: Resolved, request: SandboxOptions, spares: Spares): Promise<Sandbox> {
  const { workspace } = request;
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(workspace.name))
    throw startFailed(`"${workspace.name}" cannot be a folder's name here`);
  const mounts = request.mounts ?? [];
  const fault = faultOfMounts(mounts);
  if (fault !== undefined) throw startFailed(fault);
  const programs = findPrograms();
  if ("missing" in programs) throw startFailed(`${programs.missing} is not installed`);
  const user = sandboxUser();
  if (user === undefined) throw startFailed("root cannot become another user here");
  const limits: SandboxLimits = { ...DEFAULT_LIMITS, ...request.limits };
  const bases = options.bases ?? path.join(tmpdir(), `start-states-${process.geteuid?.()}`);
  const base = await openBase(bases, workspace.base ?? workspace.tree, user);
  const label = opaqueLabel(request.id);
  const wanted: RoomOptions = {
    folder: options.folder,
    programs,
    user,
    base,
    files: options.files,
    limits,
    maxInodes: MAX_FILES + 4 * roundedUp(workspace.tree.entries.length),
    ...(request.egress === undefined ? {} : { egress: path.resolve(request.egress.socket) }),
    shown: mounts.map(({ source }) => source),
  };
  const { room, holder } = await fillRoom(wanted, label, spares, () => makeSeed(base, workspace.tree));
  try {
    const root = `/workspace/${workspace.name}`;
    const program = seccompFilter(process.arch);
    if (program !== undefined) filter ??= shareBytes(program);
    const targets = mounts.map(({ target }) => target);
    const words = bubblewrapArguments(root, request.egress !== undefined, targets);
    const fixed = shareBytes(Buffer.from(`${words.join("\0")}\0`));
    room.cleanUp(() => fixed.close());
    const launcher = createLauncher({
      programs,
      user,
      holder,
      limits,
      fixed,
      filter,
      prefix: room.prefix,
      groupsLimitProcesses: room.groupsLimitProcesses,
      check() {
        if (!base.isPresent()) throw sandboxGone("the start state that it shares was deleted");
      },
    });
    const sandbox = createSandbox({
      id: request.id,
      level: "namespaces",
      root,
      filesFolder: FILES,
      workspace,
      label,
      launcher,
      killAll: () => launcher.killAll(),
      collect: async () => {
        await launcher.checkAlive();
        const caps = {
          maxChangedBytes: Math.min(MAX_CHANGED_BYTES, limits.diskBytes),
          maxNewEntries: MAX_NEW_ENTRIES,
        };
        const written = options.files === "overlay" ? holder.inside("u") : undefined;
        return changedFiles(holder.inside("m"), workspace.tree, caps, written);
      },
      remove: () => room.remove(),
    });
    spares.started(wanted);
    return sandbox;
  } catch (error) {
    await room.remove();
    throw error;
  }
}

/** Fills the spare room that there is, or a new one. */
async function fillRoom(
  wanted: RoomOptions,
  label: string,
  spares: Spares,
  seed: () => Promise<Seed>,
): Promise<{ readonly room: Room; readonly holder: Holder }> {
  const fill = async (room: Room) => {
    try {
      return { room, holder: await room.holder.fill(seed) };
    } catch (error) {
      await room.remove();
      throw error;
    }
  };
  const spare = spares.take(wanted, label);
  // One that ended in the meantime is no reason to fail.
  const filled = spare === undefined ? undefined : await fill(spare).catch(() => undefined);
  return filled ?? fill(openRoom(wanted, label));
}

/** Start states of one base differ by few files; rounded, they can do with the same holder. */
function roundedUp(count: number): number {
  return Math.ceil(count / 1000) * 1000;
}
