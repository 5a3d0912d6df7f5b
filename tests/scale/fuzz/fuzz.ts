import { createRandom, type Random } from "../../../src/base/random.ts";
import { applyDiff } from "../../../src/diffs/apply.ts";
import type { Tree } from "../../../src/tree.ts";
import { memoryTree } from "../../../src/trees/make-tree.ts";
import { Tally } from "../tally.ts";
import { settle } from "./classes.ts";
import { GitApply } from "./git-apply.ts";
import { mutations } from "./mutations.ts";
import { changedFiles, randomFiles, type Files } from "./trees.ts";

export interface FuzzOptions {
  readonly seed: string;
  /** At least so many. */
  readonly diffs: number;
  /** Where what is wrong is written to. */
  readonly wrong: string;
}

export interface FuzzResult {
  readonly tally: Tally;
  /** Milliseconds of the slowest of our answers. */
  readonly slowest: number;
}

/** How many damaged diffs are made of one that git wrote. */
const PER_TREE = 40;

/** Damages diffs that git wrote and holds our answers against those of `git apply`. */
export async function fuzzDiffs(options: FuzzOptions): Promise<FuzzResult> {
  const tally = new Tally(options.wrong);
  const git = await GitApply.open();
  try {
    return { tally, slowest: await fuzz(git, options, tally) };
  } finally {
    await git.close();
  }
}

async function fuzz(git: GitApply, options: FuzzOptions, tally: Tally): Promise<number> {
  let slowest = 0;
  const names = Object.keys(mutations);
  let last: Uint8Array = new Uint8Array();
  for (let made = 0, round = 0; made < options.diffs; round++) {
    const random = createRandom(options.seed, "fuzz", String(round));
    const pair = treesOf(randomFiles(random), (before) => changedFiles(random, before));
    if (pair === undefined) continue;
    const intact = await git.diff(...pair);
    git.start(pair[0]);
    // Older versions of git cannot read back some odd names that they write.
    if (intact.byteLength === 0 || git.apply(intact) !== pair[1].id) continue;
    for (let time = 0; time < PER_TREE; time++, made++) {
      const text = damaged(intact, last, random.scope(String(time)), names);
      slowest = Math.max(slowest, await one(git, pair[0], intact, text, tally));
    }
    last = intact;
  }
  return slowest;
}

interface DamagedDiff {
  readonly names: readonly string[];
  readonly diff: Uint8Array;
}

function damaged(
  intact: Uint8Array,
  other: Uint8Array,
  random: Random,
  names: readonly string[],
): DamagedDiff {
  const picked = [random.pick(names), ...(random.integer(3) === 0 ? [random.pick(names)] : [])];
  let text = Buffer.from(intact).toString("latin1");
  for (const name of picked) {
    if (text.length > 0)
      text = mutations[name]?.(text, random, Buffer.from(other).toString("latin1")) ?? text;
  }
  return { names: picked, diff: Buffer.from(text, "latin1") };
}

/** How long our answer took, in milliseconds. */
async function one(
  git: GitApply,
  before: Tree,
  intact: Uint8Array,
  { names, diff }: DamagedDiff,
  tally: Tally,
): Promise<number> {
  // Git takes an empty diff for a mistake, we for no change.
  if (Buffer.from(diff).toString("latin1").trim() === "") return 0;
  const start = performance.now();
  const ours = await applyDiff(before, diff);
  const took = performance.now() - start;
  const evidence = { place: `${before.id} by ${names.join(", ")}`, before: intact, after: diff };
  await tally.add("diffs", names[0] ?? "", settle(git, before, diff, ours), evidence);
  return took;
}

function treesOf(first: Files, change: (files: Files) => Files): readonly [Tree, Tree] | undefined {
  try {
    return [memoryTree(first), memoryTree(change(first))];
  } catch {
    // A name is a file and a folder at once.
    return undefined;
  }
}
