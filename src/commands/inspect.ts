import type { Attempt } from "../attempt.ts";
import { InputError } from "../base/errors.ts";
import type { Validation } from "../dataset.ts";
import { openDataset } from "../datasets/open.ts";
import type { InstancePair } from "../instance.ts";
import type { Target } from "../run.ts";
import { readAttempts } from "../runs/attempts.ts";
import { openRun } from "../runs/open.ts";

export interface Inspection extends InstancePair {
  readonly validation?: Validation;
  readonly attempts: readonly { readonly attempt: Attempt; readonly patch: string }[];
  /** Commands that show the same again. */
  readonly reproduce: readonly string[];
}

/** Everything about one instance, its ground truth included. */
export async function inspectInstance(folder: string, id: string): Promise<Inspection> {
  const dataset = await openDataset(folder);
  const pair = await dataset.find(id);
  const validation = (await dataset.validations()).get(id);
  const { manifest } = dataset;
  const { per_repository, ...knobs } = manifest.options;
  const settings = Object.entries(knobs).map(
    ([name, value]) => ` --set ${name}=${quote(JSON.stringify(value))}`,
  );
  const build =
    `hybrid-gym build <${pair.instance.repository.name}> --revision ${pair.instance.repository.commit} ` +
    `--task ${manifest.task} --seed ${quote(manifest.seed)} --per-repo ${String(per_repository)}${settings.join("")} --out <folder>`;
  return { ...pair, ...(validation === undefined ? {} : { validation }), attempts: [], reproduce: [build] };
}

/** One attempt, or all attempts at one instance of a run. */
export async function inspectAttempt(folder: string, id: string): Promise<Inspection> {
  const run = await openRun(folder);
  const attempts: { attempt: Attempt; patch: string }[] = [];
  let instance: string | undefined;
  const isWanted = (target: Target, attempt: string) => [attempt, target.id, target.instance].includes(id);
  for await (const source of readAttempts(run, isWanted)) {
    instance = source.instance.id;
    attempts.push({ attempt: source.attempt, patch: Buffer.from(await source.readPatch()).toString("utf8") });
  }
  if (instance === undefined) {
    throw new InputError({
      code: "no-such-attempt",
      message: `${folder} has no finished attempt or instance "${id}"`,
      hint: `"hybrid-gym attempts ${folder}" lists them.`,
      fields: { run: folder, id },
    });
  }
  const inspection = await inspectInstance(run.dataset, instance);
  return {
    ...inspection,
    attempts,
    reproduce: [...inspection.reproduce, `hybrid-gym grade ${quote(folder)} --json`],
  };
}

function quote(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
