/**
 * How many verdicts a second a process that stays gives, and how long one takes, for each family: reference solutions and
 * cheats of instances built from the demo's code base, as diffs, half of them right as far as there are. There is no peer here;
 * `grading` has one for func-localize.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createRandom } from "../../src/base/random.ts";
import { build } from "../../src/commands/build.ts";
import { loadGraders, loadFamilies } from "../../src/commands/families.ts";
import { repositoryFolder } from "../../src/datasets/layout.ts";
import { openDataset } from "../../src/datasets/open.ts";
import { openSourceTrees } from "../../src/datasets/source-trees.ts";
import { diffTreesInGit } from "../../src/diffs/format.ts";
import { type Question, questionOf } from "../../src/task.ts";
import type { FileChange, Tree } from "../../src/tree.ts";
import { applyFileEdits } from "../../src/trees/edits.ts";
import { storeTree } from "../../src/trees/store.ts";
import { gradePatch } from "../../src/verdicts/grade-patch.ts";
import { NOTHING_RUNS } from "../../src/verdicts/sandbox-runner.ts";
import { type Figure, median, spread } from "../figure.ts";
import { benchSource } from "../source.ts";

const INSTANCES = 40;
const RUNS = 3;

interface Case {
  /** Of which instance, from 0. */
  readonly instance: number;
  readonly question: Question;
  readonly start: Tree;
  readonly diff: Uint8Array;
  readonly right: boolean;
}

export async function bench(runs: number = RUNS): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-verdicts-"));
  try {
    const source = await benchSource();
    const figures: Figure[] = [];
    for (const task of ["func-localize", "dep-search"]) {
      const out = path.join(folder, task);
      const cache = path.join(folder, "cache");
      await build({ repositories: [source], task, perRepository: INSTANCES, out, cache });
      await using trees = openSourceTrees(out);
      const cases = await casesOf(out, task, trees);
      figures.push(...(await measureFamily(task, cases, runs)));
      if (task === "dep-search")
        figures.push(...(await measureFamily("issue-localize", issuesOf(cases), runs)));
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function casesOf(
  dataset: string,
  task: string,
  trees: ReturnType<typeof openSourceTrees>,
): Promise<Case[]> {
  const family = (await loadFamilies())(task);
  const cases: Case[] = [];
  let instance = 0;
  for await (const pair of (await openDataset(dataset)).pairs()) {
    const start = await trees.start(pair);
    const solution = await applyFileEdits(start, pair.secret.solution);
    const random = createRandom("verdicts bench", pair.instance.id);
    const cheats = await family.cheats({ ...pair, start, random });
    const edits: [FileChange[], boolean][] = [
      [solution, true],
      ...random
        .shuffle(cheats)
        .slice(0, 3)
        .map((cheat): [FileChange[], boolean] => [[...cheat.changes], false]),
    ];
    const repository = repositoryFolder(dataset, pair.instance.repository.tree);
    const source = await trees.source(pair);
    await storeTree(repository, source, await applyFileEdits(source, pair.secret.start));
    for (const [changes, right] of edits) {
      const after = await storeTree(repository, start, changes);
      const diff = await diffTreesInGit(repository, start.id, after);
      cases.push({ instance, question: questionOf(pair), start, diff, right });
    }
    instance++;
  }
  return cases;
}

/** The same comments as an answer to an issue whose fix is in the files where they stand. */
function issuesOf(cases: readonly Case[]): Case[] {
  return cases
    .filter(({ right }) => right)
    .map((one) => {
      const { dependencies } = one.question.answer as { dependencies: { path: string }[] };
      const files = [...new Set(dependencies.map(({ path: file }) => file))].map((file) => ({
        path: file,
        definitions: [],
      }));
      return { ...one, question: { instruction: "", answer: { files } } };
    });
}

/** The first part warms the process up and is checked, not timed; each further part is a run. No diff is seen twice, since what was read is remembered. */
async function measureFamily(task: string, cases: readonly Case[], runs: number): Promise<Figure[]> {
  const grader = (await loadGraders())(task);
  const rates: number[] = [];
  const medians: number[] = [];
  for (let part = 0; part <= runs; part++) {
    const times: number[] = [];
    for (const { question, start, diff, right } of cases.filter(
      (one) => one.instance % (runs + 1) === part,
    )) {
      const from = performance.now();
      const verdict = await gradePatch({ grader, question, start, patch: diff, runner: NOTHING_RUNS });
      times.push(performance.now() - from);
      if (verdict.resolved !== right) throw new Error(`${task}: a wrong verdict: ${JSON.stringify(verdict)}`);
    }
    if (part === 0) continue;
    rates.push(times.length / (times.reduce((sum, one) => sum + one, 0) / 1000));
    medians.push(median(times));
  }
  const figure = (name: string, values: readonly number[], unit: string): Figure => ({
    name: `${task}, ${cases.length} diffs: ${name}`,
    ours: median(values),
    peer: null,
    ratio: null,
    unit,
    runs,
    spread: spread(values),
  });
  return [figure("verdicts", rates, "verdicts/s"), figure("one verdict (p50)", medians, "ms")];
}

if (import.meta.main) for (const one of await bench()) console.log(JSON.stringify(one));
