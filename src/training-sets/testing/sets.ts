import type { Sample } from "../../sample.ts";
import type { TrainingSetManifest } from "../../training-set.ts";
import { openTrainingSet } from "../open.ts";
import { writeTrainingSet } from "../write.ts";

/** A training set of samples that a test made. */
export function writeSet(
  folder: string,
  samples: Iterable<Sample> | AsyncIterable<Sample>,
): Promise<TrainingSetManifest> {
  return writeTrainingSet({
    folder,
    operation: { name: "import", options: {} },
    async *samples() {
      yield* samples;
    },
    known: () => ({ parents: [] }),
  });
}

export async function idsIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync((await openTrainingSet(folder)).samples())).map(({ id }) => id);
}
