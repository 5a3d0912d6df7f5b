import type { InstancePair } from "../instance.ts";
import { openSourceTrees, type SourceTrees } from "./source-trees.ts";

export interface OverPairsOptions {
  readonly dataset: { readonly folder: string };
  readonly trees: SourceTrees;
  /** One when left out. */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Does something with instances, several at a time, each worker with repositories of its own: who opens too many closes the
 * oldest, and another one may be reading it. The first failure ends it.
 */
export async function overPairs(
  pairs: readonly InstancePair[],
  use: (pair: InstancePair, trees: SourceTrees) => Promise<void>,
  { dataset, signal, trees, concurrency = 1 }: OverPairsOptions,
): Promise<void> {
  const queue = pairs.values();
  const failures: unknown[] = [];
  const work = async (own: SourceTrees) => {
    for (const pair of queue) {
      if (failures.length > 0) return;
      signal?.throwIfAborted();
      await use(pair, own);
    }
  };
  const workInOwn = async () => {
    await using own = openSourceTrees(dataset.folder);
    await work(own);
  };
  const others = Array.from({ length: Math.max(0, Math.min(concurrency, pairs.length) - 1) }, workInOwn);
  await Promise.all([work(trees), ...others].map((one) => one.catch((error) => failures.push(error))));
  if (failures.length > 0) throw failures[0];
}
