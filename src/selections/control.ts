import type { Candidate } from "./choose.ts";

/** A sample of the set that a control is made for. */
export type Target = Pick<Candidate, "id" | "instance" | "characters" | "conversation">;

/** How like its set a control is. */
export interface ControlMatch {
  /** Samples of the set. */
  readonly wanted: number;
  readonly matched: number;
  /** Of those matched: by a sample of the same instance. */
  readonly same_instance: number;
  /** Instances of the set, and those of them for which the control has as many samples. */
  readonly instances: number;
  readonly instances_covered: number;
  /** Conversations that are in both. */
  readonly shared: number;
  /** Means over the matched pairs; null without any. */
  readonly characters: {
    readonly set: number;
    readonly control: number;
    readonly difference: number;
  } | null;
}

type Pair = readonly [Target, Candidate];

/**
 * As many candidates as there are targets: for each one of its instance, the nearest in length where there are several, and where there is
 * none left the nearest in length of all. The order of either list does not matter.
 */
export function matchControl(
  candidates: readonly Candidate[],
  targets: readonly Target[],
): { kept: Candidate[]; match: ControlMatch } {
  const near = pairsWithinInstances(candidates, targets);
  const used = new Set(near.map(([, candidate]) => candidate));
  const served = new Set(near.map(([target]) => target));
  const far = pairsByLength(
    candidates.filter((candidate) => !used.has(candidate)),
    targets.filter((target) => !served.has(target)),
  );
  const pairs = [...near, ...far];
  const kept = pairs.map(([, candidate]) => candidate).sort((a, b) => a.place - b.place);
  return { kept, match: describe(pairs, near.length, targets) };
}

function pairsWithinInstances(candidates: readonly Candidate[], targets: readonly Target[]): Pair[] {
  const byInstance = Map.groupBy(candidates, ({ instance }) => instance);
  const wanted = Map.groupBy(targets, ({ instance }) => instance);
  return [...wanted].flatMap(([instance, group]) =>
    instance === null ? [] : nearestPairs(byInstance.get(instance) ?? [], group),
  );
}

/** The nearest two of all first, then of those that are left; attempts at one instance are few. */
function nearestPairs(candidates: readonly Candidate[], targets: readonly Target[]): Pair[] {
  const all = targets.flatMap((target) =>
    candidates.map((candidate) => ({ target, candidate, distance: distance([target, candidate]) })),
  );
  all.sort((a, b) => a.distance - b.distance || order(a.target, b.target) || order(a.candidate, b.candidate));
  const taken = new Set<Target>();
  return all.flatMap(({ target, candidate }) => {
    if (taken.has(target) || taken.has(candidate)) return [];
    taken.add(target).add(candidate);
    return [[target, candidate] as const];
  });
}

/** Shortest targets first, each with the nearest candidate that is left. */
function pairsByLength(candidates: readonly Candidate[], targets: readonly Target[]): Pair[] {
  const sorted = candidates.toSorted(byLength);
  const above = freePlaces(sorted.length, 1);
  const below = freePlaces(sorted.length, -1);
  const pairs: Pair[] = [];
  for (const target of targets.toSorted(byLength)) {
    const from = lowerBound(sorted, target.characters);
    const options = [below.from(from - 1), above.from(from)].flatMap((place) => {
      const candidate = sorted[place];
      return candidate === undefined ? [] : [{ place, pair: [target, candidate] as const }];
    });
    const [best] = options.sort((a, b) => distance(a.pair) - distance(b.pair));
    if (best === undefined) break;
    above.take(best.place);
    below.take(best.place);
    pairs.push(best.pair);
  }
  return pairs;
}

/** The next place in one direction that nobody has taken; places already passed are remembered, so that a long row of taken ones is walked once. */
function freePlaces(length: number, step: 1 | -1) {
  const next = new Map<number, number>();
  const from = (start: number): number => {
    let place = start;
    while (next.has(place)) place = next.get(place) ?? place;
    for (let at = start; at !== place;) {
      const following = next.get(at) ?? place;
      next.set(at, place);
      at = following;
    }
    return place >= 0 && place < length ? place : -1;
  };
  return { from, take: (place: number) => void next.set(place, place + step) };
}

function lowerBound(sorted: readonly Candidate[], characters: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.characters ?? 0) < characters) low = middle + 1;
    else high = middle;
  }
  return low;
}

function describe(pairs: readonly Pair[], near: number, targets: readonly Target[]): ControlMatch {
  const wanted = countBy(targets);
  const given = countBy(pairs.map(([, candidate]) => candidate));
  const conversations = new Set(targets.map(({ conversation }) => conversation));
  const mean = (of: (pair: Pair) => number) =>
    Math.round((pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length) * 10) / 10;
  return {
    wanted: targets.length,
    matched: pairs.length,
    same_instance: near,
    instances: wanted.size,
    instances_covered: [...wanted].filter(([name, count]) => (given.get(name) ?? 0) >= count).length,
    shared: pairs.filter(([, { conversation }]) => conversations.has(conversation)).length,
    characters:
      pairs.length === 0
        ? null
        : {
            set: mean(([target]) => target.characters),
            control: mean(([, candidate]) => candidate.characters),
            difference: mean(distance),
          },
  };
}

function countBy(samples: readonly Pick<Target, "instance">[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { instance } of samples)
    if (instance !== null) counts.set(instance, (counts.get(instance) ?? 0) + 1);
  return counts;
}

function distance([target, candidate]: Pair): number {
  return Math.abs(target.characters - candidate.characters);
}

function order(a: Target, b: Target): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function byLength(a: Target, b: Target): number {
  return a.characters - b.characters || order(a, b);
}
