import { readFile } from "node:fs/promises";
import path from "node:path";
import { sha256 } from "../base/hash.ts";
import { openRun } from "../runs/open.ts";
import type { Sample, SampleSource } from "../sample.ts";
import { RUN } from "../stores/local/layout.ts";
import type { SetParent } from "../training-set.ts";
import { isTrainingSet, openTrainingSet } from "../training-sets/open.ts";
import { samplesOfRun } from "./of-run.ts";

/** A run or a training set, as what samples are taken from. */
export interface SampleCollection {
  readonly parent: SetParent;
  /** The same each time: of a run, the attempts that were finished when it was opened. */
  samples(): AsyncIterable<SampleSource>;
}

/** @throws InputError `not-a-run`, `set-incomplete` */
export async function openSamples(folder: string): Promise<SampleCollection> {
  const name = path.basename(path.resolve(folder));
  if (await isTrainingSet(folder)) {
    const set = await openTrainingSet(folder);
    return { parent: { kind: "training-set", id: set.id, name }, samples: () => sourcesOf(set.samples()) };
  }
  const run = await openRun(folder);
  const id = sha256(await readFile(path.join(folder, RUN)));
  return { parent: { kind: "run", id, name }, samples: () => samplesOfRun(run) };
}

async function* sourcesOf(samples: AsyncIterable<Sample>): AsyncGenerator<SampleSource> {
  for await (const sample of samples) yield { head: sample, read: async () => ({ kind: "sample", sample }) };
}
