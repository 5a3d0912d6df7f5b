import os from "node:os";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import type { BuildTask, PartOptions } from "../datasets/build-options.ts";
import type { Admit } from "../governor.ts";
import type { Model } from "../model.ts";
import { createModel, type ModelSettings } from "../models/create.ts";
import type { TaskFamily } from "../task.ts";
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
  /** Instances wanted of each repository by each family; 20 when left out. */
  readonly perRepository?: number;
  /** Other numbers for some of the families. */
  readonly perTask?: Readonly<
    Record<string, { readonly perRepository?: number; readonly abandonAfter?: number }>
  >;
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

/** Puts together what a part needs, in whichever process, and lets go of it afterwards. */
export async function withPartOptions<T>(
  settings: PartSettings,
  around: {
    readonly log: Log;
    readonly signal?: AbortSignal;
    readonly model?: Model;
    /** Leave for each call of the describer. */
    readonly admit?: Admit;
  },
  use: (options: PartOptions) => Promise<T>,
): Promise<T> {
  await using judging = await judgingSandboxes(settings);
  const { cache = defaultCache(), describer } = settings;
  const { signal, admit } = around;
  const model =
    around.model ??
    (describer === undefined ? undefined : await createModel({ ...describer, ...(admit && { admit }) }));
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
    environments: judging.environments,
    ...(judging.environmentMaker === undefined ? {} : { environmentMaker: judging.environmentMaker }),
  });
}

/** With what is left out. */
export function defaultsOf(settings: PartSettings) {
  const { allowContaminated = false, seed = "1", out } = settings;
  return { allowContaminated, seed, out };
}

/** The families with their knobs. @throws InputError for an unknown family or knob. */
export async function tasksOf(settings: PartSettings): Promise<BuildTask[]> {
  const { tasks, options = {}, perRepository = 20, abandonAfter = 5_000, perTask = {} } = settings;
  const familyOf = await loadFamilies();
  const families = [...new Set(tasks)].map((name) => familyOf(name));
  for (const name of Object.keys(perTask)) requireChosen(name, families);
  const knobs = new Map(families.map((family) => [family, {} as Record<string, Json>]));
  for (const [name, value] of Object.entries(options)) {
    const [family, knob] = whose(name, families);
    const mine = knobs.get(family);
    if (mine !== undefined) mine[knob] = value;
  }
  return families.map((family) => ({
    family,
    options: family.parseOptions(knobs.get(family) ?? {}),
    perRepository: perTask[family.name]?.perRepository ?? perRepository,
    abandonAfter: perTask[family.name]?.abandonAfter ?? abandonAfter,
  }));
}

/** @throws InputError for a family that is not among those that are built. */
export function requireChosen(name: string, families: readonly Pick<TaskFamily, "name">[]): void {
  if (families.some((family) => family.name === name)) return;
  throw new InputError({
    code: "task-not-chosen",
    message: `"${name}" is not among the families that are built`,
    hint: `They are ${families.map((family) => family.name).join(", ")}.`,
    fields: { task: name },
  });
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
