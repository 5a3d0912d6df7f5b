/**
 * Usage: node ours.ts DATASET PATCHES...: grades files of patches one after the other in one process that stays, as the
 * library does it. Prints for each file the verdicts and the milliseconds of each.
 */
import { readJsonl } from "../../src/base/files.ts";
import { loadFamilies } from "../../src/commands/families.ts";
import { openDataset } from "../../src/datasets/open.ts";
import { openSourceTrees } from "../../src/datasets/source-trees.ts";
import type { InstancePair } from "../../src/instance.ts";
import { questionOf } from "../../src/task.ts";
import { gradePatch } from "../../src/verdicts/grade-patch.ts";
import { NOTHING_RUNS } from "../../src/verdicts/sandbox-runner.ts";
import { z } from "zod";

const patchSchema = z.object({ instance_id: z.string(), model_patch: z.string() });
const [dataset = ".", ...files] = process.argv.slice(2);
const familyOf = await loadFamilies();
await using trees = openSourceTrees(dataset);
const pairs = new Map<string, InstancePair>();
for await (const pair of (await openDataset(dataset)).pairs()) pairs.set(pair.instance.id, pair);
for (const file of files) {
  const patches = [];
  for await (const patch of readJsonl(file, patchSchema)) patches.push(patch);
  const verdicts: boolean[] = [];
  const milliseconds: number[] = [];
  for (const { instance_id, model_patch } of patches) {
    const start = performance.now();
    const pair = pairs.get(instance_id);
    if (pair === undefined) throw new Error(`no instance ${instance_id}`);
    const tree = await trees.start(pair);
    const verdict = await gradePatch({
      grader: familyOf(pair.instance.task),
      question: questionOf(pair),
      start: tree,
      patch: Buffer.from(model_patch),
      runner: NOTHING_RUNS,
    });
    milliseconds.push(performance.now() - start);
    verdicts.push(verdict.resolved === true);
  }
  process.stdout.write(`${JSON.stringify({ verdicts, milliseconds })}\n`);
}
