import { InputError } from "../../base/errors.ts";
import { type Dataset, openDataset } from "../../datasets/open.ts";
import { instanceRunner } from "../../datasets/instance-runner.ts";
import { openSourceTrees } from "../../datasets/source-trees.ts";
import { readPredictions } from "../../predictions/read.ts";
import { readPatch } from "../../runs/attempts.ts";
import { eachFinishedAttempt, openRun } from "../../runs/open.ts";
import { questionOf, type Grader } from "../../task.ts";
import type { Verdict } from "../../verdict.ts";
import { withEnd } from "../../verdicts/with-end.ts";
import { gradeAll } from "./grade-all.ts";
import type { JudgingSandboxes } from "../judging-sandboxes.ts";
import type { Grade, Patch } from "./item.ts";

/** Grades what the agents of a run left, again. Attempts without a verdict have nothing to grade. */
export async function* gradeRun(
  folder: string,
  graderOf: (task: string) => Grader,
  judging: JudgingSandboxes,
): AsyncGenerator<Grade> {
  const run = await openRun(folder);
  const patches = new Map<string, Patch[]>();
  for await (const attempt of eachFinishedAttempt(run)) {
    if (attempt.verdict.outcome === "no-verdict") continue;
    // Not the whole record, for there may be a great many.
    const { verdict: recorded, end } = attempt;
    add(patches, attempt.instance, {
      attempt: attempt.id,
      read: () => readPatch(run, attempt.id),
      finish: (verdict) => withRecord(verdict, recorded, end),
    });
  }
  yield* gradeInstances(await openDataset(run.dataset), patches, graderOf, judging);
}

/** How an attempt ended is no matter of its diff; and where there was too much to take out, there is no diff. */
function withRecord(verdict: Verdict, recorded: Verdict, end: string): Verdict {
  if (recorded.reasons.includes("changes-too-large")) return recorded;
  return withEnd(verdict, end);
}

/** Grades anyone's predictions against a dataset of ours. */
export async function* gradeDataset(
  folder: string,
  predictions: string,
  graderOf: (task: string) => Grader,
  judging: JudgingSandboxes,
): AsyncGenerator<Grade> {
  yield* gradeInstances(await openDataset(folder), await patchesOf(predictions), graderOf, judging);
}

/** Each instance's diffs, in the order of the dataset. @throws InputError for those of instances that it does not have */
export async function* gradeInstances(
  dataset: Dataset,
  patches: Map<string, Patch[]>,
  graderOf: (task: string) => Grader,
  { open: sandboxes, scratch, environments }: JudgingSandboxes,
): AsyncGenerator<Grade> {
  await using trees = openSourceTrees(dataset.folder);
  const running = { dataset: dataset.folder, trees, sandboxes, scratch, environments };
  for await (const pair of dataset.pairs()) {
    const mine = patches.get(pair.instance.id);
    if (mine === undefined) continue;
    patches.delete(pair.instance.id);
    const grader = graderOf(pair.instance.task);
    const starts = [{ tree: await trees.start(pair) }];
    const standard = { grader, question: questionOf(pair), starts, runner: instanceRunner(running, pair) };
    yield* gradeAll(pair.instance.id, standard, mine);
  }
  requireNoneLeft(patches, dataset.folder);
}

/** Predictions by instance. */
export async function patchesOf(predictions: string): Promise<Map<string, Patch[]>> {
  const patches = new Map<string, Patch[]>();
  for (const { instance, read } of await readPredictions(predictions)) add(patches, instance, { read });
  return patches;
}

function add(patches: Map<string, Patch[]>, instance: string, patch: Patch): void {
  const known = patches.get(instance);
  if (known === undefined) patches.set(instance, [patch]);
  else known.push(patch);
}

/** @throws InputError for predictions of instances that were never met. */
export function requireNoneLeft(patches: ReadonlyMap<string, readonly Patch[]>, subject: string): void {
  const unknown = [...patches.keys()];
  if (unknown.length === 0) return;
  throw new InputError({
    code: "no-such-instance",
    message: `Predictions for ${unknown.length} instances that ${subject} does not have, such as "${unknown[0]}"`,
    hint: "Grade them against the dataset that they were made for.",
    fields: { instances: unknown.slice(0, 20) },
  });
}
