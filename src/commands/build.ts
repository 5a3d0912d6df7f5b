import os from "node:os";
import { type Log, silentLog } from "../base/log.ts";
import { buildDataset } from "../datasets/build.ts";
import type { Balance } from "../datasets/select.ts";
import type { DatasetManifest } from "../dataset.ts";
import type { Model } from "../model.ts";
import type { Spending } from "./build-governor.ts";
import { makeParts } from "./build-parts.ts";
import { buildSources } from "./build-sources.ts";
import { defaultCache, defaultsOf, type PartSettings, requireChosen, tasksOf } from "./part-options.ts";

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
  /** What may be spent on the describer, in all and by how much at a time; no part of what is built, so it may differ each time. */
  readonly spending?: Spending;
  readonly signal?: AbortSignal;
  readonly log?: Log;
}

/**
 * Makes a dataset of task instances out of repositories.
 * @throws BudgetError when what may be spent is spent; what is finished is kept.
 */
export async function build(request: BuildRequest): Promise<DatasetManifest> {
  const { task, total, splits, log = silentLog, signal, model: writer, spending = {}, ...rest } = request;
  const settings: PartSettings = { ...rest, tasks: typeof task === "string" ? [task] : task };
  const tasks = await tasksOf(settings);
  if (splits?.heldOutTask !== undefined)
    requireChosen(
      splits.heldOutTask,
      tasks.map(({ family }) => family),
    );
  const { sources, inputs } = await buildSources({ cache: defaultCache(), ...settings });
  const model = writer?.name ?? request.describer?.name;
  return buildDataset({
    sources,
    tasks,
    ...(inputs === undefined ? {} : { inputs }),
    ...defaultsOf(settings),
    ...(request.revision === undefined ? {} : { revision: request.revision }),
    ...(model === undefined ? {} : { model }),
    ...(settings.environments === undefined ? {} : { environments: settings.environments }),
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
        spending,
        log,
        ...(writer === undefined ? {} : { model: writer }),
        ...(signal === undefined ? {} : { signal }),
      }),
  });
}
