import os from "node:os";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import { type Log, silentLog } from "../base/log.ts";
import type { BuildTask, PartOptions } from "../datasets/build-options.ts";
import { buildDataset } from "../datasets/build.ts";
import type { Balance } from "../datasets/select.ts";
import type { DatasetManifest } from "../dataset.ts";
import type { Model } from "../model.ts";
import { createModel, type ModelSettings } from "../models/create.ts";
import type { TaskFamily } from "../task.ts";
import { makeParts } from "./build-parts.ts";
import { buildSources } from "./build-sources.ts";
import { loadFamilies } from "./families.ts";
import { type JudgingOptions, judgingSandboxes } from "./judging-sandboxes.ts";

/** What every part of a build depends on, as plain data, so that it can be sent to another process. */
export interface PartSettings extends JudgingOptions {
  /** Local work trees, bare repositories, plain folders or git URLs; with `repos`, files of published rows. */
  readonly repositories: readonly string[];
  /** The folder with the repositories that rows name: `owner/name`, `owner__name` or `name`. */
  readonly repos?: string;
  /** For families that start from fixes: a file of issues, or `github` (`GITHUB_TOKEN`, `GITHUB_API_URL`). */
  readonly issues?: string;
  /** The task families, such as `func-localize`. */
  readonly tasks: readonly string[];
  /** The folder to make. */
  readonly out: string;
  /** Instances wanted of each repository, by each family; 20 when left out. */
  readonly perRepository?: number;
  /** A family gives a repository up after so many candidates in a row that were rejected; 5,000 when left out. */
  readonly abandonAfter?: number;
  /** Take repositories and functions of known benchmarks too: for tests, and for what never leaves the machine. */
  readonly allowContaminated?: boolean;
  /** The same input, options and seed give the same bytes; "1" when left out. */
  readonly seed?: string;
  /** The families' knobs; see docs/tasks. With several families each as `family.knob`. */
  readonly options?: Record<string, Json>;
  readonly revision?: string;
  /** `owner/name` of the one repository. */
  readonly name?: string;
  /** Writes descriptions; they are made offline when left out. */
  readonly describer?: ModelSettings;
  /** Where imported repositories are kept; the user's cache folder when left out. */
  readonly cache?: string;
  readonly workers?: number;
}

export interface BuildRequest extends Omit<PartSettings, "tasks"> {
  /** The task families, such as `func-localize`. */
  readonly task: string | readonly string[];
  /** In place of `describer`, a model that is there already; repositories are then built one after the other. */
  readonly model?: Model;
  /** Repositories at a time, each in a process of its own; as many as there are cores when left out. */
  readonly concurrency?: number;
  /** Seconds that one repository may take; 3,600 when left out. */
  readonly repositorySeconds?: number;
  /** MiB that such a process may have for its objects; 2,048 when left out. */
  readonly repositoryMemory?: number;
  /** Instances of the whole dataset; all that were built when left out. */
  readonly total?: number;
  /** What they are spread over, where fewer are wanted than were built: repositories, then families, when left out. */
  readonly balance?: readonly Balance[];
  /** Share of each split by name, and a family that is held out of all. */
  readonly splits?: { readonly shares: Readonly<Record<string, number>>; readonly heldOutTask?: string };
  readonly signal?: AbortSignal;
  readonly log?: Log;
}

/** Makes a dataset of task instances out of repositories. */
export async function build(request: BuildRequest): Promise<DatasetManifest> {
  const { task, total, splits, log = silentLog, signal, model: _, ...rest } = request;
  const settings: PartSettings = { ...rest, tasks: typeof task === "string" ? [task] : task };
  const tasks = await tasksOf(settings);
  const { sources, inputs } = await buildSources({ cache: defaultCache(), ...settings });
  const model = request.model?.name ?? request.describer?.name;
  return buildDataset({
    sources,
    tasks,
    ...(inputs === undefined ? {} : { inputs }),
    ...defaultsOf(settings),
    ...(request.revision === undefined ? {} : { revision: request.revision }),
    ...(model === undefined ? {} : { model }),
    ...(total === undefined ? {} : { total }),
    ...(splits === undefined ? {} : { splits }),
    balance: request.balance ?? ["repository", "task"],
    log,
    makeParts: (parts) =>
      makeParts(parts, {
        settings,
        repositories: sources.length,
        concurrency: request.concurrency ?? os.availableParallelism(),
        seconds: request.repositorySeconds ?? 3_600,
        megabytes: request.repositoryMemory ?? 2_048,
        log,
        ...(request.model === undefined ? {} : { model: request.model }),
        ...(signal === undefined ? {} : { signal }),
      }),
  });
}

/** Puts together what a part needs, in whichever process, and lets go of it afterwards. */
export async function withPartOptions<T>(
  settings: PartSettings,
  around: { readonly log: Log; readonly signal?: AbortSignal; readonly model?: Model },
  use: (options: PartOptions) => Promise<T>,
): Promise<T> {
  await using judging = await judgingSandboxes(settings);
  const { cache = defaultCache(), describer } = settings;
  const model = around.model ?? (describer === undefined ? undefined : await createModel(describer));
  const { signal } = around;
  const { rows, issuesOf } = await buildSources({ ...settings, cache, ...(signal && { signal }) });
  return await use({
    tasks: await tasksOf(settings),
    ...defaultsOf(settings),
    cache,
    ...(settings.revision === undefined ? {} : { revision: settings.revision }),
    ...(settings.name === undefined ? {} : { name: settings.name }),
    ...(settings.workers === undefined ? {} : { workers: settings.workers }),
    ...(model === undefined ? {} : { model }),
    ...(signal === undefined ? {} : { signal }),
    ...(rows === undefined ? {} : { rows }),
    ...(issuesOf === undefined ? {} : { issuesOf }),
    log: around.log,
    sandboxes: judging.open,
    scratch: judging.scratch,
  });
}

function defaultsOf(settings: PartSettings) {
  const { perRepository = 20, abandonAfter = 5_000, allowContaminated = false, seed = "1", out } = settings;
  return { perRepository, abandonAfter, allowContaminated, seed, out };
}

async function tasksOf({ tasks, options = {} }: PartSettings): Promise<BuildTask[]> {
  const familyOf = await loadFamilies();
  const families = [...new Set(tasks)].map((name) => familyOf(name));
  const knobs = new Map(families.map((family) => [family, {} as Record<string, Json>]));
  for (const [name, value] of Object.entries(options)) {
    const [family, knob] = whose(name, families);
    const mine = knobs.get(family);
    if (mine !== undefined) mine[knob] = value;
  }
  return families.map((family) => ({ family, options: family.parseOptions(knobs.get(family) ?? {}) }));
}

/** `func-localize.masked`, or `masked` alone where there is one family. @throws InputError where nobody can tell. */
function whose(name: string, families: readonly TaskFamily[]): [TaskFamily, string] {
  const prefixed = families.find((family) => name.startsWith(`${family.name}.`));
  if (prefixed !== undefined) return [prefixed, name.slice(prefixed.name.length + 1)];
  const [only] = families;
  if (only !== undefined && families.length === 1) return [only, name];
  throw new InputError({
    code: "option-of-which-task",
    message: `The option "${name}" does not say of which family it is`,
    hint: `With several families it is written as ${families.map((family) => `${family.name}.${name}`).join(" or ")}.`,
    fields: { option: name },
  });
}

export function defaultCache(): string {
  const base = process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache");
  return path.join(base, "hybrid-gym", "repositories");
}
