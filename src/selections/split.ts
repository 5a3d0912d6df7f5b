import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/files.ts";
import { sha256 } from "../base/hash.ts";
import { splitRowSchema } from "../dataset.ts";
import { MANIFEST, SPLITS } from "../datasets/layout.ts";
import { openDataset } from "../datasets/open.ts";
import { HELD_OUT } from "../datasets/splits.ts";
import type { SampleHead } from "../sample.ts";
import type { SetParent } from "../training-set.ts";

/** The frozen splits of a dataset, asked of samples of any origin. */
export interface Splits {
  readonly parent: SetParent;
  /** Undefined for what the dataset does not know: whether a split's functions are in it cannot be told. */
  splitOf(sample: Pick<SampleHead, "instance" | "task" | "repository">): string | undefined;
}

/** @throws InputError `dataset-not-split`, `no-such-split` */
export async function openSplits(folder: string, wanted: string): Promise<Splits> {
  const { manifest } = await openDataset(folder);
  const { splits } = manifest;
  if (splits === null) throw notSplit(folder);
  const known = Object.keys(splits.instances);
  if (!known.includes(wanted)) throw noSuchSplit(folder, wanted, known);
  const ofInstance = new Map<string, string>();
  const ofCluster = new Map<string, string>();
  for await (const { id, split, cluster } of readJsonl(path.join(folder, SPLITS), splitRowSchema)) {
    ofInstance.set(id, split);
    if (split !== HELD_OUT) ofCluster.set(cluster, split);
  }
  const clusterOf = new Map(manifest.repositories.map(({ name, cluster }) => [name, cluster]));
  const ofRepository = (name: string) => ofCluster.get(clusterOf.get(name) ?? "");
  return {
    parent: {
      kind: "dataset",
      id: sha256(await readFile(path.join(folder, MANIFEST))),
      name: path.basename(path.resolve(folder)),
    },
    splitOf({ instance, task, repository }) {
      const frozen = instance === null ? undefined : ofInstance.get(instance);
      if (frozen !== undefined) return frozen;
      if (task !== null && task === splits.held_out_task) return HELD_OUT;
      return repository === null ? undefined : ofRepository(repository.name);
    },
  };
}

function notSplit(folder: string): InputError {
  return new InputError({
    code: "dataset-not-split",
    message: `${folder} is not split`,
    hint: "Name a dataset that was built with --split.",
    fields: { folder },
  });
}

function noSuchSplit(folder: string, split: string, known: readonly string[]): InputError {
  return new InputError({
    code: "no-such-split",
    message: `${folder} has no split "${split}"`,
    hint: `Its splits: ${known.join(", ")}.`,
    fields: { folder, split, known },
  });
}
