import os from "node:os";
import path from "node:path";
import type { Json } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import { buildDataset } from "../datasets/build.ts";
import type { DatasetManifest } from "../dataset.ts";
import type { Model } from "../model.ts";
import { buildSources } from "./build-sources.ts";
import { loadFamilies } from "./families.ts";
import { type JudgingOptions, judgingSandboxes } from "./judging-sandboxes.ts";

export interface BuildRequest extends JudgingOptions {
  /** Local work trees, bare repositories, plain folders or git URLs; with `repos`, files of published rows. */
  readonly repositories: readonly string[];
  /** The folder with the repositories that rows name: `owner/name`, `owner__name` or `name`. */
  readonly repos?: string;
  /** For families that start from fixes: a file of issues, or `github` (`GITHUB_TOKEN`, `GITHUB_API_URL`). */
  readonly issues?: string;
  /** The task family, such as `func-localize`. */
  readonly task: string;
  /** The folder to make. */
  readonly out: string;
  /** Instances wanted of each repository; 20 when left out. */
  readonly perRepository?: number;
  /** The same input, options and seed give the same bytes; "1" when left out. */
  readonly seed?: string;
  /** The family's knobs; see docs/tasks. */
  readonly options?: Record<string, Json>;
  readonly revision?: string;
  /** `owner/name` of the one repository. */
  readonly name?: string;
  /** Writes descriptions; they are made offline when left out. */
  readonly model?: Model;
  /** Where imported repositories are kept; the user's cache folder when left out. */
  readonly cache?: string;
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly log?: Log;
}

/** Makes a dataset of task instances out of repositories. */
export async function build(request: BuildRequest): Promise<DatasetManifest> {
  const familyOf = await loadFamilies();
  const { task, perRepository = 20, seed = "1", cache = defaultCache(), ...rest } = request;
  await using judging = await judgingSandboxes(request);
  const { open: sandboxes, scratch } = judging;
  const family = familyOf(task);
  return await buildDataset({
    ...rest,
    ...(await buildSources({ ...request, cache })),
    family,
    perRepository,
    seed,
    cache,
    sandboxes,
    scratch,
  });
}

export function defaultCache(): string {
  const base = process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache");
  return path.join(base, "hybrid-gym", "repositories");
}
