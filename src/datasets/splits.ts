import { sha256 } from "../base/hash.ts";
import type { SplitRow } from "../dataset.ts";
import type { Candidate } from "./select.ts";

export interface SplitOptions {
  /** Share of each split, by name; they add up to 1. */
  readonly shares: Readonly<Record<string, number>>;
  /** A family whose instances are all in the split `held-out`, whatever their repository. */
  readonly heldOutTask?: string;
  readonly seed: string;
}

export const HELD_OUT = "held-out";

/**
 * Gives each cluster of repositories to one split, so that no function of a test repository, nor of a fork of it, was trained on.
 * Large clusters are placed first, each where most is missing; between equals the seed decides.
 */
export function splitsOf(candidates: readonly Candidate[], options: SplitOptions): SplitRow[] {
  const shared = candidates.filter(({ task }) => task !== options.heldOutTask);
  const sizes = Map.groupBy(shared, ({ cluster }) => cluster);
  const order = [...sizes].sort(
    ([a, x], [b, y]) => y.length - x.length || (key(options, a) < key(options, b) ? -1 : 1),
  );
  const missing = new Map(
    Object.entries(options.shares).map(([name, share]) => [name, share * shared.length] as const),
  );
  const splitOf = new Map<string, string>();
  for (const [cluster, members] of order) {
    const [name = "", left = 0] = [...missing].reduce((most, one) => (one[1] > most[1] ? one : most), [
      "",
      -Infinity,
    ] as [string, number]);
    splitOf.set(cluster, name);
    missing.set(name, left - members.length);
  }
  return candidates.map(({ id, task, cluster }) => ({
    id,
    split: task === options.heldOutTask ? HELD_OUT : (splitOf.get(cluster) ?? ""),
    cluster,
  }));
}

function key({ seed }: SplitOptions, cluster: string): string {
  return sha256(`${seed}\0${cluster}`);
}
