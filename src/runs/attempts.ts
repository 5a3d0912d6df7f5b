import type { Attempt } from "../attempt.ts";
import { openDataset } from "../datasets/open.ts";
import type { InstancePair } from "../instance.ts";
import type { Target } from "../run.ts";
import { requireFiles } from "../stores/local/attempt-files.ts";
import { PATCH, STEPS } from "../stores/local/layout.ts";
import type { TrajectoryEvent } from "../trajectory.ts";
import { readTrajectory } from "../trajectories/read.ts";
import { eachFinishedAttempt, type Run } from "./open.ts";

/** A finished attempt with its instance; its record and its diff are read when asked for. @throws StoreError `attempt-missing`. */
export interface AttemptSource extends InstancePair {
  readonly attempt: Attempt;
  readEvents(): AsyncIterable<TrajectoryEvent>;
  readPatch(): Promise<Uint8Array>;
}

/** The finished attempts of a run, or those that are wanted, in the order of the dataset, one by one. */
export async function* readAttempts(
  run: Run,
  isWanted: (target: Target, attempt: string) => boolean = () => true,
): AsyncGenerator<AttemptSource> {
  const dataset = await openDataset(run.dataset);
  const targets = [...run.state.targets.values()].filter(
    ({ target, last }) => last !== undefined && isWanted(target, last.attempt),
  );
  const byInstance = Map.groupBy(targets, ({ target }) => target.instance);
  for await (const pair of dataset.pairs()) {
    const mine = (byInstance.get(pair.instance.id) ?? []).map(({ target }) => target.id);
    for await (const attempt of eachFinishedAttempt(run, mine)) {
      yield {
        ...pair,
        attempt,
        readEvents: () => readEvents(run, attempt.id),
        readPatch: () => readPatch(run, attempt.id),
      };
    }
  }
}

/** The diff that an attempt left. @throws StoreError `attempt-missing`. */
export async function readPatch(run: Run, attempt: string): Promise<Uint8Array> {
  return (await requireFiles(run.files, run.folder, attempt)).require(PATCH);
}

async function* readEvents(run: Run, attempt: string): AsyncGenerator<TrajectoryEvent> {
  const files = await requireFiles(run.files, run.folder, attempt);
  yield* readTrajectory(`${files.path}/${STEPS}`, await files.require(STEPS));
}
