import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { RUN } from "../stores/local/layout.ts";
import { defaultCache } from "./part-options.ts";
import { loadGraders } from "./families.ts";
import { gradeDataset, gradeRun } from "./grading/instances.ts";
import type { Grade } from "./grading/item.ts";
import { gradeRows } from "./grading/rows.ts";
import { type JudgingOptions, judgingSandboxes } from "./judging-sandboxes.ts";

export type { Grade } from "./grading/item.ts";

export interface GradeRequest extends JudgingOptions {
  /** A run; or a dataset, or a file of published rows, together with `predictions`. */
  readonly subject: string;
  /** A JSONL file of `{instance_id, model_patch}` rows, or a folder of `<instance_id>.diff` files. */
  readonly predictions?: string;
  /** For rows: the folder with their repositories. */
  readonly repositories?: string;
  /** Where imported repositories are kept; the user's cache folder when left out. */
  readonly cache?: string;
}

/** Grades diffs, one verdict each, in the order of the dataset, the rows or the run's dataset. */
export async function* grade(request: GradeRequest): AsyncGenerator<Grade> {
  const graderOf = await loadGraders();
  const { subject, predictions, repositories, cache = defaultCache() } = request;
  await using judging = await judgingSandboxes(request);
  if (existsSync(path.join(subject, RUN))) {
    if (predictions !== undefined) throw predictionsNotTaken();
    return yield* gradeRun(subject, graderOf, judging);
  }
  const isRows = await isFile(subject);
  if (predictions === undefined) throw predictionsRequired(subject);
  if (!isRows) return yield* gradeDataset(subject, predictions, graderOf, judging);
  if (repositories === undefined) throw repositoriesRequired(subject);
  yield* gradeRows({ rows: subject, predictions, repositories, cache, judging }, graderOf);
}

async function isFile(subject: string): Promise<boolean> {
  return (await stat(subject).catch(() => undefined))?.isFile() === true;
}

function predictionsNotTaken(): InputError {
  return new InputError({
    code: "predictions-not-taken",
    message: "A run is graded by what its agents left, so it takes no --predictions",
    hint: "Name the dataset to grade predictions.",
  });
}

function predictionsRequired(subject: string): InputError {
  return new InputError({
    code: "predictions-required",
    message: `${subject} is no run, so there is nothing to grade without predictions`,
    hint: "Add --predictions FILE (JSONL rows with instance_id and model_patch) or name a run.",
  });
}

function repositoriesRequired(subject: string): InputError {
  return new InputError({
    code: "repositories-required",
    message: `${subject} is a file of rows, which are graded on their repositories`,
    hint: "Add --repos DIR, a folder with a clone or plain folder for each `repo` of the rows.",
  });
}
