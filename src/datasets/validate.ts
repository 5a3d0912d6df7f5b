import path from "node:path";
import { writeFileDurably } from "../base/files.ts";
import { canonicalJson, type Json } from "../base/json.ts";
import { acquireLock } from "../base/lock.ts";
import { createRandom } from "../base/random.ts";
import type { Validation } from "../dataset.ts";
import type { Environments } from "../environment.ts";
import type { InstancePair } from "../instance.ts";
import type { Leak } from "../leaks/leak.ts";
import type { SandboxProvider } from "../sandbox.ts";
import type { TaskFamily } from "../task.ts";
import { checkInstance } from "./check-instance.ts";
import { instanceRunner } from "./instance-runner.ts";
import { VALIDATION } from "./layout.ts";
import type { Dataset } from "./open.ts";
import { overPairs } from "./over-pairs.ts";
import { VERSION } from "../base/version.ts";
import { openSourceTrees, type SourceTrees } from "./source-trees.ts";
import { openValidationLog } from "./validation-log.ts";

export interface ValidateOptions {
  readonly dataset: Dataset;
  readonly familyOf: (task: string) => TaskFamily;
  /** How often each instance is checked; every time must agree. */
  readonly repeat?: number;
  /** Instances checked at a time; one when left out. A scan for leaks goes one by one, whatever this says. */
  readonly concurrency?: number;
  /** For families that must run code to judge. */
  readonly sandboxes: () => Promise<SandboxProvider>;
  /** A folder for what they need while they run. */
  readonly scratch: string;
  /** Packages that such code imports; those that this machine has already when left out. */
  readonly environments?: Environments;
  /** Starts a scan of what agents can read; the instances are then scanned, in the first round only. */
  readonly openScan?: (trees: SourceTrees, pairs: readonly InstancePair[]) => LeakScan;
  /** What else decides results: with another one, what an unfinished validation had found is not used. */
  readonly asked: Readonly<Record<string, Json>>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

interface LeakScan {
  scan(pair: InstancePair): Promise<readonly Leak[]>;
}

/**
 * Checks every instance and writes `validation.jsonl`. An instance that is not valid is in quarantine:
 * `rollout` leaves it out. With `repeat`, later rounds go in another order, so that order cannot matter unseen.
 * One that was killed goes on where it was.
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
  const scan = options.openScan?.(trees, pairs);
  const { manifest } = dataset;
  // Another version may judge otherwise.
  const asked = { ...options.asked, manifest, scan: scan !== undefined, version: VERSION };
  await using log = await openValidationLog(dataset.folder, asked);
  const results = new Map<string, Validation>();
  const counted = { done: 0, total: pairs.length * repeat };
  for (let round = 1; round <= repeat; round++) {
    const order = round === 1 ? pairs : createRandom("validate", String(round)).shuffle(pairs);
    const check = async (pair: InstancePair, among: SourceTrees) => {
      const { id } = pair.instance;
      const known = results.get(id);
      let result = log.found(round, id);
      if (result === undefined) {
        const checked = await checkOnce(options, pair, among);
        result = known === undefined ? await withLeaks(checked, pair, scan) : likewise(checked, known);
        await log.keep(round, result);
      }
      results.set(id, merge(known, result, round));
      options.onProgress?.(++counted.done, counted.total);
    };
    const isScanning = scan !== undefined && round === 1;
    await overPairs(order, check, { ...options, trees, concurrency: isScanning ? 1 : options.concurrency });
  }
  const ordered = pairs.flatMap(({ instance }) => results.get(instance.id) ?? []);
  const text = ordered.map((row) => `${canonicalJson(row)}\n`).join("");
  await writeFileDurably(path.join(dataset.folder, VALIDATION), text);
  await log.finish();
  return ordered;
}

async function checkOnce(
  options: ValidateOptions,
  pair: InstancePair,
  trees: SourceTrees,
): Promise<Validation> {
  const family = options.familyOf(pair.instance.task);
  const runner = instanceRunner({ ...options, dataset: options.dataset.folder, trees }, pair);
  return checkInstance(family, pair, await trees.start(pair), runner);
}

/** Places named per kind of leak; the rest are counted. */
const NAMED_PLACES = 3;

async function withLeaks(
  checked: Validation,
  pair: InstancePair,
  scan: LeakScan | undefined,
): Promise<Validation> {
  if (scan === undefined) return checked;
  const leaks = await scan.scan(pair);
  const places = Map.groupBy(leaks, (leak) => leak.code);
  const reasons = [...places].flatMap(([code, found]) => [
    ...found.slice(0, NAMED_PLACES).map(({ where }) => `${code}:${where}`),
    ...(found.length > NAMED_PLACES ? [`${code}:and ${found.length - NAMED_PLACES} more`] : []),
  ]);
  return {
    ...checked,
    valid: checked.valid && leaks.length === 0,
    checks: { ...checked.checks, leaks: leaks.length === 0 },
    reasons: [...checked.reasons, ...reasons],
  };
}

/** A later round's result with the first round's leaks. */
function likewise(checked: Validation, first: Validation): Validation {
  const { leaks } = first.checks;
  if (leaks === undefined) return checked;
  return {
    ...checked,
    valid: checked.valid && leaks,
    checks: { ...checked.checks, leaks },
    reasons: [...checked.reasons, ...first.reasons.filter((reason) => reason.startsWith("leak:"))],
  };
}

function merge(before: Validation | undefined, now: Validation, round: number): Validation {
  if (before === undefined || canonicalJson(before) === canonicalJson(now)) return now;
  const reasons = [...new Set([...before.reasons, ...now.reasons, `not-repeatable:round-${round}`])];
  const checks = {
    solution: before.checks.solution && now.checks.solution,
    noop: before.checks.noop && now.checks.noop,
    cheats: before.checks.cheats && now.checks.cheats,
    ...(now.checks.leaks === undefined ? {} : { leaks: now.checks.leaks }),
  };
  return { id: now.id, valid: false, checks, reasons };
}
