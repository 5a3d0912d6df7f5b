/** Fingerprints kept of a repository: enough to tell a shared tenth from a shared hundredth. */
const SKETCH = 1_000;
/** Repositories that share this part of the smaller one's functions are one cluster: forks, copies, a project and what it was split into. */
const SHARED = 0.1;
/** Repositories with fewer functions in common have them by chance or from a snippet that everybody copies. */
const FEWEST_SHARED = 10;

export interface Sketched {
  readonly name: string;
  readonly sketch: readonly number[];
}

/** The smallest values stand for all: of two sketches, those below both ends are a fair sample of what the repositories share. */
export function sketchOf(values: Iterable<number>): number[] {
  return [...new Set(values)].sort((a, b) => a - b).slice(0, SKETCH);
}

/** The cluster of each repository, named after the first of its members. */
export function clustersOf(repositories: readonly Sketched[]): string[] {
  const parents = repositories.map((_, index) => index);
  const rootOf = (index: number): number => {
    const parent = parents[index] ?? index;
    return parent === index ? index : rootOf(parent);
  };
  for (const [first, second] of pairsThatShare(repositories)) {
    const [a, b] = [rootOf(first), rootOf(second)];
    if (a !== b && containment(repositories[first], repositories[second]) >= SHARED)
      parents[Math.max(a, b)] = Math.min(a, b);
  }
  return repositories.map((_, index) => repositories[rootOf(index)]?.name ?? "");
}

/** Pairs with enough values in common, so that not all pairs are compared. */
function* pairsThatShare(repositories: readonly Sketched[]): Generator<readonly [number, number]> {
  const holders = new Map<number, number[]>();
  for (const [index, { sketch }] of repositories.entries())
    for (const value of sketch) holders.set(value, [...(holders.get(value) ?? []), index]);
  const shared = new Map<string, number>();
  for (const indexes of holders.values()) {
    for (const [place, first] of indexes.entries())
      for (const second of indexes.slice(place + 1)) {
        const key = `${first} ${second}`;
        shared.set(key, (shared.get(key) ?? 0) + 1);
      }
  }
  for (const [key, count] of shared) {
    const [first = 0, second = 0] = key.split(" ").map(Number);
    if (count >= FEWEST_SHARED) yield [first, second];
  }
}

/** The share of the smaller one's functions that the other has, as far as the sketches tell. */
function containment(a: Sketched | undefined, b: Sketched | undefined): number {
  if (a === undefined || b === undefined) return 0;
  const end = Math.min(endOf(a.sketch), endOf(b.sketch));
  const [mine, theirs] = [a.sketch, b.sketch].map((sketch) => sketch.filter((value) => value <= end));
  const known = new Set(theirs);
  const shared = (mine ?? []).filter((value) => known.has(value)).length;
  const smaller = Math.min(mine?.length ?? 0, theirs?.length ?? 0);
  return smaller === 0 ? 0 : shared / smaller;
}

/** A sketch that is not full says of every value whether it is there. */
function endOf(sketch: readonly number[]): number {
  return sketch.length < SKETCH ? Number.POSITIVE_INFINITY : (sketch.at(-1) ?? 0);
}
