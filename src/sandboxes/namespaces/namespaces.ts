import { tmpdir } from "node:os";
import path from "node:path";
import type { Sandbox, SandboxLimits, SandboxOptions, SandboxProbe, SandboxProvider } from "../../sandbox.ts";
import { openBase } from "../../workspaces/base.ts";
import { makeSeed } from "../../workspaces/seed.ts";
import { changedFiles } from "../shared/changed-files.ts";
import { sandboxGone } from "../shared/launcher.ts";
import { DEFAULT_LIMITS, MAX_CHANGED_BYTES, MAX_FILES, MAX_NEW_ENTRIES } from "../shared/limits.ts";
import { createSandbox, opaqueLabel } from "../shared/sandbox.ts";
import { bubblewrapArguments, FILES } from "./bubblewrap.ts";
import { findGroups, removeGroup } from "./cgroups.ts";
import { type FilesKind, startFailed, startHolder } from "./holder.ts";
import { openLease } from "./leases.ts";
import { createLauncher } from "./launch.ts";
import { findPrograms, sandboxUser } from "./machine.ts";
import { seccompFilter } from "./seccomp.ts";
import { tryOut, type Trial } from "./trial.ts";
import { type SharedFile, shareBytes } from "./shared-file.ts";

export interface NamespaceOptions {
  /** Where leases lie: what belongs to which sandbox. */
  readonly folder: string;
  /** Where bases are kept; other users must be able to enter it. By default in the folder of temporary files. */
  readonly bases?: string;
  /** How sandboxes get their files; by default the best that the machine gives. */
  readonly files?: FilesKind;
}

export function namespaceSandboxes(options: NamespaceOptions): SandboxProvider {
  let tried: Promise<Trial> | undefined;
  const trial = () => (tried ??= tryOut(options.files));
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
      return start({ ...options, files: result.files }, request);
    },
  };
}

let filter: SharedFile | undefined;

type Resolved = NamespaceOptions & { readonly files: FilesKind };

async function start(options: Resolved, request: SandboxOptions): Promise<Sandbox> {
  const { workspace } = request;
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(workspace.name))
    throw startFailed(`"${workspace.name}" cannot be a folder's name here`);
  const programs = findPrograms();
  if ("missing" in programs) throw startFailed(`${programs.missing} is not installed`);
  const user = sandboxUser();
  if (user === undefined) throw startFailed("root cannot become another user here");
  const limits: SandboxLimits = { ...DEFAULT_LIMITS, ...request.limits };
  const bases = options.bases ?? path.join(tmpdir(), `start-states-${process.geteuid?.()}`);
  const base = await openBase(bases, workspace.base ?? workspace.tree, user);
  const label = opaqueLabel(request.id);
  const groups = findGroups();
  const groupFolders = groups?.foldersOf(label) ?? [];
  const lease = openLease(options.folder, label, groupFolders);
  const cleanUp: (() => unknown)[] = [
    () => lease.end(),
    ...groupFolders.map((folder) => () => removeGroup(folder)),
  ];
  const remove = async () => {
    for (const step of cleanUp.toReversed()) await step();
  };
  try {
    groups?.create(label, limits);
    const prefix = groups?.join(label) ?? [];
    const holder = await startHolder({
      programs,
      user,
      base,
      seed: () => makeSeed(base, workspace.tree),
      files: options.files,
      diskBytes: limits.diskBytes,
      ...(request.egress === undefined ? {} : { egress: path.resolve(request.egress.socket) }),
      maxInodes: MAX_FILES + 4 * workspace.tree.entries.length,
      prefix,
    });
    cleanUp.push(() => holder.end());
    lease.hold(holder.pid);
    const root = `/workspace/${workspace.name}`;
    const program = seccompFilter(process.arch);
    if (program !== undefined) filter ??= shareBytes(program);
    const fixed = shareBytes(
      Buffer.from(`${bubblewrapArguments(root, request.egress !== undefined).join("\0")}\0`),
    );
    cleanUp.push(() => fixed.close());
    const launcher = createLauncher({
      programs,
      user,
      holder,
      limits,
      fixed,
      filter,
      prefix,
      groupsLimitProcesses: groups?.limitsProcesses === true,
      check() {
        if (!base.isPresent()) throw sandboxGone("the start state that it shares was deleted");
      },
    });
    return createSandbox({
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
      remove,
    });
  } catch (error) {
    await remove();
    throw error;
  }
}
