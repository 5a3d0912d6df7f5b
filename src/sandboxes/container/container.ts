import type { ChildProcessWithoutNullStreams } from "node:child_process";
import path from "node:path";
import { SandboxError } from "../../base/errors.ts";
import { startTimeOf } from "../../base/lock.ts";
import type { Sandbox, SandboxLimits, SandboxOptions, SandboxProbe, SandboxProvider } from "../../sandbox.ts";
import { materialize } from "../../workspaces/materialize.ts";
import { changedFiles } from "../shared/changed-files.ts";
import { sandboxGone } from "../shared/launcher.ts";
import { DEFAULT_LIMITS, MAX_CHANGED_BYTES, MAX_NEW_ENTRIES } from "../shared/limits.ts";
import { faultOfMounts } from "../shared/mounts.ts";
import { createSandbox, opaqueLabel } from "../shared/sandbox.ts";
import { DEFAULT_IMAGE, FILES, sandboxUser } from "./arguments.ts";
import { containerName, createBox } from "./box.ts";
import { type Engine, type EngineName, removeContainer, runEngine } from "./engine.ts";
import { type Keeper, startKeeper } from "./keeper.ts";
import { createLauncher } from "./launch.ts";
import { chooseEngine } from "./trial.ts";

export { reapContainers } from "./box.ts";

export interface ContainerOptions {
  /** Where the repositories' folders lie while their containers run; the engine must be able to share it with containers. */
  readonly folder: string;
  /** By default the first of podman and docker that works. */
  readonly engine?: EngineName;
  /** An image that the engine already has, with bash, git and the usual small programs; never pulled. */
  readonly image?: string;
}

/**
 * The level `container`: one container of podman or Docker for each sandbox, without network, rights or a writable system.
 * Only the repository's folder is shared with the machine. Of the limits, `fileBytes` holds for each file, `memoryBytes`
 * and `processes` where the engine can hold them, `diskBytes` for the temporary folders and the diff but not for the repository's folder.
 */
export function containerSandboxes(options: ContainerOptions): SandboxProvider {
  const image = options.image ?? DEFAULT_IMAGE;
  let chosen: ReturnType<typeof chooseEngine> | undefined;
  const choose = async () => {
    const result = await (chosen ??= chooseEngine(image, options.engine));
    // What is missing may be there the next time.
    if ("stage" in result) chosen = undefined;
    return result;
  };
  return {
    level: "container",
    async probe(): Promise<SandboxProbe> {
      const result = await choose();
      if ("stage" in result) return { available: false, reason: result.reason, fix: result.fix };
      const limits = result.limited ? "" : "; memory and processes are not limited here";
      return { available: true, detail: `${result.name} ${result.version} with ${image}${limits}` };
    },
    async start(request) {
      const result = await choose();
      if ("stage" in result) throw startFailed(result.reason, result.fix);
      return start({ engine: result, image, folder: options.folder }, request);
    },
    async [Symbol.asyncDispose]() {},
  };
}

interface Resolved {
  readonly engine: Engine;
  readonly image: string;
  readonly folder: string;
}

async function start({ engine, image, folder }: Resolved, request: SandboxOptions): Promise<Sandbox> {
  const { workspace } = request;
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(workspace.name))
    throw startFailed(
      `"${workspace.name}" cannot be a folder's name here`,
      "Give the workspace another name.",
    );
  const mounts = request.mounts ?? [];
  const fault = faultOfMounts(mounts);
  if (fault !== undefined) throw startFailed(fault, "Name what is there, and a place of its own for each.");
  const odd = [folder, request.egress?.socket ?? "", ...mounts.map(({ source }) => source)].find((place) =>
    place.includes(":"),
  );
  if (odd !== undefined) throw startFailed(`a container cannot share ${odd}`, "Use a path without a colon.");
  const egress = request.egress === undefined ? {} : { egress: path.resolve(request.egress.socket) };
  const limits: SandboxLimits = { ...DEFAULT_LIMITS, ...request.limits };
  const label = opaqueLabel(request.id);
  const container = containerName(label);
  const root = `/workspace/${workspace.name}`;
  const user = sandboxUser();
  const box = await createBox(folder, label, engine.name).catch((cause: unknown) => {
    throw startFailed(
      `no folder could be made for it in ${folder}`,
      "Check that it is writable and has space.",
      cause,
    );
  });
  let keeper: Keeper;
  try {
    await materialize(workspace, box.files);
    box.giveTo(user);
    const owner = `${process.pid}.${startTimeOf(process.pid)}`;
    const place = { container, source: box.files, shown: box.shown, root, owner, mounts, ...egress };
    keeper = await startKeeper({ engine, image, user, limits, ...place });
  } catch (error) {
    await removeContainer(engine.name, container);
    await box.remove();
    throw error;
  }
  const clients = new Set<ChildProcessWithoutNullStreams>();
  const life = containerLife(engine.name, container, keeper, clients);
  return createSandbox({
    id: request.id,
    level: "container",
    root,
    filesFolder: FILES,
    workspace,
    label,
    launcher: createLauncher({ engine, container, limits, keeper, clients, box }),
    killAll: life.end,
    async collect() {
      if (!(await life.wasAlive())) throw sandboxGone("its container ended before its changes were taken");
      box.check();
      return changedFiles(box.files, workspace.tree, {
        maxChangedBytes: Math.min(MAX_CHANGED_BYTES, limits.diskBytes),
        maxNewEntries: MAX_NEW_ENTRIES,
      });
    },
    async remove() {
      await removeContainer(engine.name, container);
      await box.remove();
    },
  });
}

const END_MS = 30_000;

/** The end of a container, which comes once: the engine is asked, since our own view of it may be late. */
function containerLife(
  engine: EngineName,
  container: string,
  keeper: Keeper,
  clients: ReadonlySet<ChildProcessWithoutNullStreams>,
) {
  let ended: Promise<boolean> | undefined;
  const end = async (): Promise<boolean> => {
    const killed = await runEngine(engine, ["kill", "--signal=KILL", container]);
    keeper.release();
    if (!(await keeper.ended(END_MS))) throw sandboxGone("its container could not be ended");
    for (const client of clients) client.kill("SIGKILL");
    return killed.exitCode === 0;
  };
  const endOnce = () => (ended ??= end());
  return {
    wasAlive: endOnce,
    async end() {
      await endOnce();
    },
  };
}

function startFailed(detail: string, hint: string, cause?: unknown): SandboxError {
  return new SandboxError({
    code: "sandbox-start-failed",
    message: `The sandbox could not start: ${detail}`,
    hint,
    cause,
  });
}
