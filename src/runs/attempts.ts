import { readFile } from "node:fs/promises";
import type { Attempt } from "../attempt.ts";
import { openDataset } from "../datasets/open.ts";
import type { InstancePair } from "../instance.ts";
import type { TrajectoryEvent } from "../trajectory.ts";
import { readTrajectory } from "../trajectories/read.ts";
import { patchFile, stepsFile } from "../stores/local/layout.ts";
import { finishedAttempts, type Run } from "./open.ts";

/** A finished attempt with its instance; its record and its diff are read when asked for. */
export interface AttemptSource extends InstancePair {
  readonly attempt: Attempt;
  readEvents(): AsyncIterable<TrajectoryEvent>;
  readPatch(): Promise<Uint8Array>;
}

/** The finished attempts of a run, in the order of the dataset. */
export async function* readAttempts(run: Run): AsyncGenerator<AttemptSource> {
  const dataset = await openDataset(run.dataset);
  const byInstance = Map.groupBy((await finishedAttempts(run)).values(), (attempt) => attempt.instance);
  for await (const pair of dataset.pairs()) {
    for (const attempt of byInstance.get(pair.instance.id) ?? []) {
      yield {
        ...pair,
        attempt,
        readEvents: () => readTrajectory(stepsFile(run.folder, attempt.id)),
        readPatch: () => readFile(patchFile(run.folder, attempt.id)),
      };
    }
  }
}
