import { rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { applyDiff } from "../../../src/diffs/apply.ts";
import { memoryTree } from "../../../src/trees/make-tree.ts";
import { absurdDiffs } from "./absurd.ts";
import { fuzzDiffs } from "./fuzz.ts";

/**
 * Fuzzes the diff reader against `git apply`; docs/grading-at-scale.md says what is asked.
 *
 * npm run test:fuzz -- [--diffs N] [--seed TEXT] [--size BYTES]
 */
const { values } = parseArgs({
  options: {
    diffs: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    size: { type: "string", default: "9000000" },
  },
});

const wrong = path.join(import.meta.dirname, "..", "..", "..", ".scale", "wrong-diffs");
await rm(wrong, { recursive: true, force: true });
const { tally, slowest } = await fuzzDiffs({ seed: values.seed, diffs: Number(values.diffs), wrong });
const print = (line: string) => process.stdout.write(`${line}\n`);
for (const line of tally.lines()) print(line);
for (const line of tally.wrong) print(`WRONG ${line}`);
print(`seed ${values.seed}, slowest of these diffs: ${slowest.toFixed(0)} ms`);
const tree = memoryTree({ a: "x\n".repeat(10), b: "z" });
for (const [name, diff] of Object.entries(absurdDiffs(Number(values.size)))) {
  const start = performance.now();
  const result = await applyDiff(tree, diff);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  print(
    `absurd, ${name}: ${diff.byteLength} bytes, ${result.applied ? "applied" : result.reason}, ${seconds} s`,
  );
}
print(`${tally.wrong.length} disagreements`);
process.exitCode = tally.wrong.length === 0 ? 0 : 1;
