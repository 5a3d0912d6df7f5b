import type { Validation } from "../dataset.ts";
import { openDataset } from "../datasets/open.ts";
import type { InstancePair } from "../instance.ts";
import { eventsOfAttempt, findAttempts, patchOfAttempt, type AttemptHistory } from "../runs/history.ts";
import { openRun } from "../runs/open.ts";
import type { TrajectoryEvent } from "../trajectory.ts";

export interface Inspection extends InstancePair {
  readonly validation?: Validation;
  readonly attempts: readonly InspectedAttempt[];
  /** Commands that show the same again. */
  readonly reproduce: readonly string[];
}

/** `attempt` is there when it is finished. */
export interface InspectedAttempt extends AttemptHistory {
  readonly patch: string;
  /** The end of its record. */
  readonly last_steps: readonly TrajectoryEvent[];
}

const LAST_STEPS = 6;

/** Everything about one instance, its ground truth included. */
export async function inspectInstance(folder: string, id: string): Promise<Inspection> {
  const dataset = await openDataset(folder);
  const pair = await dataset.find(id);
  const validation = (await dataset.validations()).get(id);
  const { manifest } = dataset;
  const { task, repository } = pair.instance;
  // An instance may be about an earlier commit than the one that the build began at.
  const begun = manifest.repositories.find(({ name }) => name === repository.name) ?? repository;
  const settings = Object.entries(manifest.tasks[task]?.options ?? {}).map(
    ([name, value]) => ` --set ${name}=${quote(JSON.stringify(value))}`,
  );
  const build =
    `hybrid-gym build <${repository.name}> --revision ${begun.commit} ` +
    `--task ${task} --seed ${quote(manifest.seed)} --per-repo ${manifest.tasks[task]?.per_repository ?? 20}${settings.join("")} --out <folder>`;
  return { ...pair, ...(validation === undefined ? {} : { validation }), attempts: [], reproduce: [build] };
}

/** One attempt, or the last at each target of an instance; those that were interrupted or came to no verdict too. */
export async function inspectAttempt(folder: string, id: string): Promise<Inspection> {
  const run = await openRun(folder);
  const found = await findAttempts(run, id);
  const attempts = await Promise.all(
    found.map(async (history): Promise<InspectedAttempt> => ({
      ...history,
      patch: await patchOfAttempt(run, history.id),
      last_steps: (await eventsOfAttempt(run, history.id)).slice(-LAST_STEPS),
    })),
  );
  const inspection = await inspectInstance(run.dataset, found[0]?.instance ?? id);
  const grade = `hybrid-gym grade ${quote(folder)} --json`;
  const bundles = found.map((history) => `hybrid-gym bundle ${quote(folder)} ${quote(history.id)}`);
  return { ...inspection, attempts, reproduce: [...inspection.reproduce, grade, ...bundles] };
}

function quote(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
