import { existsSync, realpathSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { prepareWorkspace } from "../attempts/prepare-workspace.ts";
import type { Log } from "../base/log.ts";
import { makeOwnedFolder, removeOwnedFolder } from "../base/owned-folder.ts";
import type { Validation } from "../dataset.ts";
import { openDataset } from "../datasets/open.ts";
import { validateDataset } from "../datasets/validate.ts";
import { openLeakScan } from "../leaks/scan.ts";
import { defaultCache } from "./part-options.ts";
import { loadFamilies } from "./families.ts";
import { chooseIsolation } from "./isolation.ts";
import { type JudgingOptions, judgingSandboxes } from "./judging-sandboxes.ts";

export interface ValidateRequest extends JudgingOptions {
  readonly dataset: string;
  /** Rounds; every one must agree. 1 when left out. */
  readonly repeat?: number;
  /** Instances checked at a time; as many as there are processors when left out. */
  readonly concurrency?: number;
  /** Look in each instance's sandbox for anything that gives its answer away. */
  readonly leaks?: boolean;
  readonly log?: Log;
  readonly signal?: AbortSignal;
  /** Checks done and to do, of all rounds. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Proves each instance again: the reference solution solves it, nothing and the known cheats do not, and, with `leaks`,
 * nothing that an agent can read gives the answer.
 */
export async function validate(request: ValidateRequest): Promise<Validation[]> {
  const familyOf = await loadFamilies();
  const { dataset: folder, leaks = false, isolation, allowUnsafe, environments, log, ...rest } = request;
  const dataset = await openDataset(folder);
  await using judging = await judgingSandboxes({ isolation, allowUnsafe, environments });
  const { open: sandboxes, scratch } = judging;
  const common = {
    ...rest,
    concurrency: request.concurrency ?? os.availableParallelism(),
    dataset,
    familyOf,
    sandboxes,
    scratch,
    environments: judging.environments,
    asked: { isolation: isolation ?? null, environments: environments ?? null },
  };
  if (!leaks) return await validateDataset(common);
  await using agents = await chooseIsolation(isolation);
  log?.info(`looking for leaks at the isolation level "${agents.level}"`);
  if (agents.level === "process")
    log?.warn('the level "process" is no isolation: what this machine shows to agents counts as leaks');
  // Its name is looked for inside, so it must be one that nothing else has.
  const place = await makeOwnedFolder("w-");
  const harnessPaths = allNames([folder, place, defaultCache(), startStates()]);
  try {
    return await validateDataset({
      ...common,
      openScan: (trees, pairs) =>
        openLeakScan({
          sandboxes: agents,
          pairs,
          trees,
          prepare: (pair) => prepareWorkspace(folder, pair, trees, path.join(place, "g")),
          harnessPaths,
        }),
    });
  } finally {
    await removeOwnedFolder(place);
  }
}

/** Where bases of start states lie by default: they hold the original files. */
function startStates(): string {
  return path.join(os.tmpdir(), `start-states-${process.geteuid?.()}`);
}

/** Folders by their names as given and as the kernel shows them. */
function allNames(folders: readonly string[]): string[] {
  const names = folders.map((folder) => path.resolve(folder));
  return [
    ...new Set([...names, ...names.filter((name) => existsSync(name)).map((name) => realpathSync(name))]),
  ];
}
