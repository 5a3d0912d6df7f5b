import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/files.ts";
import { openDataset } from "../datasets/open.ts";
import type { Dataset } from "../datasets/open.ts";
import { openSourceTrees } from "../datasets/source-trees.ts";
import { RUN, patchFile } from "../runs/layout.ts";
import { openRun } from "../runs/open.ts";
import { questionOf } from "../task.ts";
import type { Verdict } from "../verdict.ts";
import { gradePatch } from "../verdicts/grade-patch.ts";
import { loadFamilies } from "./families.ts";

export interface GradeRequest {
  /** A run, or a dataset together with `predictions`. */
  readonly subject: string;
  /** A JSONL file of `{instance_id, model_patch}` rows, or a folder of `<instance_id>.diff` files. */
  readonly predictions?: string;
}

export interface Grade extends Verdict {
  readonly instance_id: string;
  /** The attempt, when a run is graded again. */
  readonly attempt_id?: string;
}

interface Patch {
  readonly instance: string;
  readonly attempt?: string;
  readonly content: () => Promise<Uint8Array>;
}

/** Grades patches against their instances, one verdict each, in the order of the predictions or the ledger. */
export async function* grade(request: GradeRequest): AsyncGenerator<Grade> {
  const familyOf = await loadFamilies();
  const { dataset, patches } = await resolve(request);
  const wanted = new Map<string, Patch[]>();
  for await (const patch of patches)
    wanted.set(patch.instance, [...(wanted.get(patch.instance) ?? []), patch]);
  if (wanted.size === 0 && request.predictions !== undefined) {
    throw new InputError({
      code: "no-predictions",
      message: `${request.predictions} holds no predictions`,
      hint: "It takes JSONL rows with instance_id and model_patch, or a folder of <instance_id>.diff files.",
    });
  }
  await using trees = openSourceTrees(dataset.folder);
  for await (const pair of dataset.pairs()) {
    const mine = wanted.get(pair.instance.id);
    if (mine === undefined) continue;
    wanted.delete(pair.instance.id);
    const start = await trees.start(pair);
    for (const patch of mine) {
      const verdict = await gradePatch(
        familyOf(pair.instance.task),
        questionOf(pair),
        start,
        await patch.content(),
      );
      const attempt = patch.attempt === undefined ? {} : { attempt_id: patch.attempt };
      yield { instance_id: pair.instance.id, ...attempt, ...verdict };
    }
  }
  const unknown = [...wanted.keys()];
  if (unknown.length > 0) {
    throw new InputError({
      code: "no-such-instance",
      message: `Predictions for ${unknown.length} instances that ${dataset.folder} does not have, such as "${unknown[0]}"`,
      hint: "Grade them against the dataset that they were made for.",
      fields: { instances: unknown.slice(0, 20) },
    });
  }
}

async function resolve(request: GradeRequest): Promise<{ dataset: Dataset; patches: AsyncIterable<Patch> }> {
  const { subject, predictions } = request;
  if (existsSync(path.join(subject, RUN))) {
    if (predictions !== undefined) {
      throw new InputError({
        code: "predictions-not-taken",
        message: "A run is graded by what its agents left, so it takes no --predictions",
        hint: "Name the dataset to grade predictions.",
      });
    }
    const run = await openRun(subject);
    return { dataset: await openDataset(run.dataset), patches: patchesOfRun(run) };
  }
  const dataset = await openDataset(subject);
  if (predictions === undefined) {
    throw new InputError({
      code: "predictions-required",
      message: `${subject} is a dataset, so there is nothing to grade without predictions`,
      hint: "Add --predictions FILE (JSONL rows with instance_id and model_patch) or name a run.",
    });
  }
  const folder = await readdir(predictions).catch(() => undefined);
  return {
    dataset,
    patches: folder === undefined ? patchesOfFile(predictions) : patchesOfFolder(predictions, folder),
  };
}

async function* patchesOfRun(run: Awaited<ReturnType<typeof openRun>>): AsyncGenerator<Patch> {
  for (const attempt of run.state.finished.values()) {
    if (attempt.verdict.outcome === "no-verdict") continue;
    const file = patchFile(run.folder, attempt.id);
    yield { instance: attempt.instance, attempt: attempt.id, content: () => readFile(file) };
  }
}

const predictionSchema = z.object({ instance_id: z.string(), model_patch: z.string().nullable() });

async function* patchesOfFile(file: string): AsyncGenerator<Patch> {
  for await (const row of readJsonl(file, predictionSchema)) {
    yield { instance: row.instance_id, content: async () => Buffer.from(row.model_patch ?? "", "utf8") };
  }
}

async function* patchesOfFolder(folder: string, names: readonly string[]): AsyncGenerator<Patch> {
  for (const name of [...names].sort()) {
    if (!name.endsWith(".diff")) continue;
    yield { instance: name.slice(0, -".diff".length), content: () => readFile(path.join(folder, name)) };
  }
}
