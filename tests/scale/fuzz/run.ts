import { rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../../../src/base/random.ts";
import { applyDiff } from "../../../src/diffs/apply.ts";
import type { Tree } from "../../../src/tree.ts";
import { memoryTree } from "../../../src/trees/make-tree.ts";
import { Tally } from "../tally.ts";
import { absurdDiffs } from "./absurd.ts";
import { settle } from "./classes.ts";
import { GitApply } from "./git-apply.ts";
import { mutations } from "./mutations.ts";
import { changedFiles, randomFiles, type Files } from "./trees.ts";

/**
 * Fuzzes the diff reader against `git apply`; docs/grading-at-scale.md says what is asked.
 *
 * npm run test:scale -- diffs [--diffs N] [--seed TEXT] [--size BYTES]
 */
const { values } = parseArgs({
  options: {
    diffs: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    size: { type: "string", default: "9000000" },
  },
});
const PER_TREE = 40;

const wrong = path.join(import.meta.dirname, "..", "..", "..", ".scale", "wrong-diffs");
await rm(wrong, { recursive: true, force: true });
const tally = new Tally(wrong);
let slowest = 0;
const git = await GitApply.open();
try {
  await fuzz();
} finally {
  await git.close();
}
for (const line of tally.lines()) print(line);
for (const line of tally.wrong) print(`WRONG ${line}`);
print(`seed ${values.seed}, slowest of these diffs: ${slowest.toFixed(0)} ms`);
const tree = memoryTree({ a: "x\n".repeat(10), b: "z" });
for (const [name, diff] of Object.entries(absurdDiffs(Number(values.size)))) {
  const start = performance.now();
  const result = await applyDiff(tree, diff);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  print(`absurd, ${name}: ${diff.byteLength} bytes, ${result.applied ? "applied" : result.reason}, ${seconds} s`);
}
print(`${tally.wrong.length} disagreements`);
process.exitCode = tally.wrong.length === 0 ? 0 : 1;

async function fuzz(): Promise<void> {
  const names = Object.keys(mutations);
  let last: Uint8Array = new Uint8Array();
  for (let made = 0, round = 0; made < Number(values.diffs); round++) {
    const random = createRandom(values.seed, "fuzz", String(round));
    const pair = treesOf(randomFiles(random), (before) => changedFiles(random, before));
    if (pair === undefined) continue;
    const intact = await git.diff(...pair);
    git.start(pair[0]);
    // Older versions of git cannot read back some odd names that they write.
    if (intact.byteLength === 0 || git.apply(intact) !== pair[1].id) continue;
    for (let time = 0; time < PER_TREE; time++, made++) {
      await one(pair[0], intact, last, random.scope(String(time)), names);
    }
    last = intact;
  }
}

async function one(
  before: Tree,
  intact: Uint8Array,
  other: Uint8Array,
  random: ReturnType<typeof createRandom>,
  names: readonly string[],
): Promise<void> {
  const picked = [random.pick(names), ...(random.integer(3) === 0 ? [random.pick(names)] : [])];
  let text = Buffer.from(intact).toString("latin1");
  for (const name of picked) {
    if (text.length > 0) text = mutations[name]?.(text, random, Buffer.from(other).toString("latin1")) ?? text;
  }
  const diff = Buffer.from(text, "latin1");
  if (text.trim() === "") return;
  const start = performance.now();
  const ours = await applyDiff(before, diff);
  slowest = Math.max(slowest, performance.now() - start);
  const evidence = { place: `${before.id} by ${picked.join(", ")}`, before: intact, after: diff };
  await tally.add("diffs", picked[0] ?? "", settle(git, before, diff, ours), evidence);
}

function treesOf(first: Files, change: (files: Files) => Files): readonly [Tree, Tree] | undefined {
  try {
    return [memoryTree(first), memoryTree(change(first))];
  } catch {
    // A name is a file and a folder at once.
    return undefined;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
