import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Fingerprint } from "../tasks/checks/fingerprints.ts";

/**
 * The functions of the repositories that benchmarks are made of, each by the 48 bits of its fingerprint. `scripts/benchmark-functions.ts`
 * makes the file out of the releases that it names: a line of JSON with the repositories and how many functions each has, then
 * their values, six bytes each, most significant first, sorted within a repository.
 */
export interface FunctionIndex {
  readonly repositories: readonly { readonly name: string; readonly functions: number }[];
  /** The benchmark's repository that has the function. */
  repositoryOf(value: number): string | undefined;
}

// Beside the sources and beside the built files alike.
const FILE = fileURLToPath(new URL("../../src/contamination/data/functions.bin", import.meta.url));
const VALUE_BYTES = 6;

let loaded: Promise<FunctionIndex> | undefined;

export function loadFunctionIndex(): Promise<FunctionIndex> {
  return (loaded ??= readFile(FILE).then(readIndex));
}

interface Header {
  readonly repositories: readonly { readonly name: string; readonly functions: number }[];
}

function readIndex(bytes: Buffer): FunctionIndex {
  const end = bytes.indexOf(10);
  const { repositories } = JSON.parse(bytes.toString("utf8", 0, end)) as Header;
  const known = new Map<number, string>();
  let place = end + 1;
  for (const { name, functions } of repositories) {
    for (let count = 0; count < functions; count++, place += VALUE_BYTES) {
      const value = bytes.readUIntBE(place, VALUE_BYTES);
      if (!known.has(value)) known.set(value, name);
    }
  }
  return { repositories, repositoryOf: (value) => known.get(value) };
}

/** A repository with fewer functions of its own is not told by the share of them. */
const FEWEST = 20;
/** A fork, or a copy under another name, keeps most functions; what projects have in common by chance or by a shared helper is far below. */
const FORK_SHARE = 0.2;

export interface ForkMatch {
  readonly repository: string;
  /** Of the functions that are the repository's own, from 0 to 1. */
  readonly share: number;
}

/** The benchmark's repository that this one has the most functions of, where those are too many for chance. */
export function matchFunctions(
  fingerprints: readonly Fingerprint[],
  index: Pick<FunctionIndex, "repositoryOf">,
): ForkMatch | undefined {
  const own = new Set(fingerprints.filter(({ vendored }) => !vendored).map(({ value }) => value));
  if (own.size < FEWEST) return undefined;
  const counts = new Map<string, number>();
  for (const value of own) {
    const repository = index.repositoryOf(value);
    if (repository !== undefined) counts.set(repository, (counts.get(repository) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  if (most === undefined) return undefined;
  const [repository, count] = most;
  const share = count / own.size;
  return share < FORK_SHARE ? undefined : { repository, share };
}
