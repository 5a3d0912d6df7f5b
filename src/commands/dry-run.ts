import { existsSync } from "node:fs";
import path from "node:path";
import { instanceChoice } from "../datasets/instance-choice.ts";
import { openDataset } from "../datasets/open.ts";
import { openRun, type Run } from "../runs/open.ts";
import { planRun, type RunPlan } from "../runs/outlook/plan-run.ts";
import type { AttemptFiles } from "../stores/local/attempt-files.ts";
import { RUN } from "../stores/local/layout.ts";
import type { RolloutSettings } from "./rollout-request.ts";
import { configOf } from "./run-config.ts";

export interface DryRunRequest extends RolloutSettings {
  /** A run to judge from, where this one has nothing to go by. */
  readonly like?: string;
}

/** What a rollout would do and take. Writes nothing and starts nothing. */
export async function dryRun(request: DryRunRequest): Promise<RunPlan> {
  const known = existsSync(path.join(request.run, RUN)) ? await openRun(request.run) : undefined;
  const like = request.like === undefined ? undefined : await openRun(request.like);
  const bytes = await bytesPerAttempt([known, like].filter((run) => run !== undefined));
  return planRun({
    config: configOf(request, request.isolation ?? known?.manifest.config.isolation ?? "namespaces"),
    ...(await instancesOf(request)),
    concurrency: request.concurrency ?? 2,
    ...(known === undefined ? {} : { known: known.state }),
    ...(like === undefined ? {} : { like: { solvers: like.manifest.config.solvers, state: like.state } }),
    ...(bytes === undefined ? {} : { bytesPerAttempt: bytes }),
  });
}

/** Those that a rollout would take. */
async function instancesOf({ dataset: folder, limit = Infinity, withoutMemorised = false }: DryRunRequest) {
  const dataset = await openDataset(folder);
  const choice = await instanceChoice(dataset, withoutMemorised);
  const instances: string[] = [];
  for await (const { instance } of dataset.pairs()) {
    if (choice.takes(instance.id) && instances.push(instance.id) >= limit) break;
  }
  return { instances, quarantined: choice.left.quarantined };
}

/** So few attempts are measured, so that a large run costs no more than a small one. */
const MEASURED = 20;

/** On average over some attempts of the first run that has any. */
async function bytesPerAttempt(runs: readonly Run[]): Promise<number | undefined> {
  for (const { files, state } of runs) {
    const ended = [...state.targets.values()].flatMap(({ last }) => last?.attempt ?? []);
    const sizes = await Promise.all(ended.slice(-MEASURED).map(async (id) => sizeOf(await files(id))));
    const known = sizes.filter((size) => size > 0);
    if (known.length > 0) return known.reduce((sum, size) => sum + size, 0) / known.length;
  }
  return undefined;
}

async function sizeOf(files: AttemptFiles | undefined): Promise<number> {
  if (files?.part !== undefined) return files.part.bytes;
  const names = (await files?.list()) ?? [];
  const contents = await Promise.all(names.map((name) => files?.read(name)));
  return contents.reduce((sum, content) => sum + (content?.length ?? 0), 0);
}
