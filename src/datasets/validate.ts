import path from "node:path";
import { writeFileDurably } from "../base/files.ts";
import { canonicalJson } from "../base/json.ts";
import { acquireLock } from "../base/lock.ts";
import { createRandom } from "../base/random.ts";
import type { Validation } from "../dataset.ts";
import type { InstancePair } from "../instance.ts";
import type { TaskFamily } from "../task.ts";
import { checkInstance } from "./check-instance.ts";
import { VALIDATION } from "./layout.ts";
import type { Dataset } from "./open.ts";
import { openSourceTrees } from "./source-trees.ts";

export interface ValidateOptions {
  readonly dataset: Dataset;
  readonly familyOf: (task: string) => TaskFamily;
  /** How often each instance is checked; every time must agree. */
  readonly repeat?: number;
  readonly onResult?: (validation: Validation) => void;
}

/**
 * Checks every instance and writes `validation.jsonl`. An instance that is not valid is in quarantine:
 * `rollout` leaves it out. With `repeat`, later rounds go in another order, so that order cannot matter unseen.
 */
export async function validateDataset(options: ValidateOptions): Promise<Validation[]> {
  const { dataset, repeat = 1 } = options;
  await using _lock = await acquireLock(
    path.join(dataset.folder, "validate.lock"),
    `Validation of ${dataset.folder}`,
  );
  await using trees = openSourceTrees(dataset.folder);
  const pairs: InstancePair[] = [];
  for await (const pair of dataset.pairs()) pairs.push(pair);
  const results = new Map<string, Validation>();
  for (let round = 1; round <= repeat; round++) {
    const order = round === 1 ? pairs : createRandom("validate", String(round)).shuffle(pairs);
    for (const pair of order) {
      const family = options.familyOf(pair.instance.task);
      const result = await checkInstance(family, pair, await trees.start(pair));
      const merged = merge(results.get(pair.instance.id), result, round);
      results.set(pair.instance.id, merged);
      if (round === repeat) options.onResult?.(merged);
    }
  }
  const ordered = pairs.flatMap(({ instance }) => results.get(instance.id) ?? []);
  const text = ordered.map((row) => `${canonicalJson(row)}\n`).join("");
  await writeFileDurably(path.join(dataset.folder, VALIDATION), text);
  return ordered;
}

function merge(before: Validation | undefined, now: Validation, round: number): Validation {
  if (before === undefined || canonicalJson(before) === canonicalJson(now)) return now;
  const reasons = [...new Set([...before.reasons, ...now.reasons, `not-repeatable:round-${round}`])];
  const checks = {
    solution: before.checks.solution && now.checks.solution,
    noop: before.checks.noop && now.checks.noop,
    cheats: before.checks.cheats && now.checks.cheats,
  };
  return { id: now.id, valid: false, checks, reasons };
}
