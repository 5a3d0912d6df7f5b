import path from "node:path";
import { writeFileDurably } from "../base/files.ts";
import { canonicalJson } from "../base/json.ts";
import { acquireLock } from "../base/lock.ts";
import { openRowLog } from "../base/row-log.ts";
import type { Memorised } from "../dataset.ts";
import type { Environments } from "../environment.ts";
import type { InstancePair } from "../instance.ts";
import type { Model } from "../model.ts";
import type { SandboxProvider } from "../sandbox.ts";
import { questionOf, type Recalled, type TaskFamily } from "../task.ts";
import { overlayTree } from "../trees/overlay.ts";
import type { Tree } from "../tree.ts";
import { settle } from "../verdicts/settle.ts";
import { instanceRunner } from "./instance-runner.ts";
import { MEMORISED } from "./layout.ts";
import type { Dataset } from "./open.ts";
import { overPairs } from "./over-pairs.ts";
import { openSourceTrees, type SourceTrees } from "./source-trees.ts";

export interface MemoryOptions {
  readonly dataset: Dataset;
  readonly familyOf: (task: string) => TaskFamily;
  /** As the rows of its answers name it. */
  readonly name: string;
  /** Called where there is something to ask. */
  readonly openModel: () => Promise<Model>;
  /** Instances asked about at a time. */
  readonly concurrency: number;
  /** For families that must run code to judge. */
  readonly sandboxes: () => Promise<SandboxProvider>;
  readonly scratch: string;
  readonly environments?: Environments;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Asks a model about every instance without its repository, and writes `memorised.jsonl`, which may hold answers of other
 * models too. Each answer is on disk before it counts: what a model has answered is not asked of it again.
 */
export async function askFromMemory(options: MemoryOptions): Promise<void> {
  const { dataset, name, openModel, onProgress } = options;
  const file = path.join(dataset.folder, MEMORISED);
  await using _lock = await acquireLock(
    path.join(dataset.folder, "memorised.lock"),
    `The question of what is memorised of ${dataset.folder}`,
  );
  await using trees = openSourceTrees(dataset.folder);
  const answered = new Set(
    (await dataset.memorised()).flatMap((row) =>
      row.model === name && row.memorised !== null ? [row.id] : [],
    ),
  );
  const pairs = await Array.fromAsync(dataset.pairs());
  const owed = pairs.filter(({ instance }) => !answered.has(instance.id));
  if (owed.length === 0) return;
  const model = await openModel();
  let done = pairs.length - owed.length;
  await using log = await openRowLog(file);
  const ask = async (pair: InstancePair, own: SourceTrees) => {
    await log.append(await askAbout(pair, own, { ...options, model }));
    onProgress?.(++done, pairs.length);
  };
  await overPairs(owed, ask, { ...options, trees });
  await tidy(
    file,
    pairs.map(({ instance }) => instance.id),
    await dataset.memorised(),
  );
}

/** In the order of instances, then of models. */
async function tidy(file: string, ids: readonly string[], rows: readonly Memorised[]): Promise<void> {
  const byId = Map.groupBy(rows, ({ id }) => id);
  const ordered = ids.flatMap((id) => (byId.get(id) ?? []).toSorted((a, b) => (a.model < b.model ? -1 : 1)));
  await writeFileDurably(file, ordered.map((row) => `${canonicalJson(row)}\n`).join(""));
}

/** Thinking is part of it. */
const LONGEST_ANSWER = 16_000;

type Asking = MemoryOptions & { readonly model: Model };

async function askAbout(pair: InstancePair, trees: SourceTrees, options: Asking): Promise<Memorised> {
  const { model, name, familyOf, signal } = options;
  const start = await trees.start(pair);
  const recall = await familyOf(pair.instance.task).recall(pair, start);
  const { message, stop } = await model.complete({
    messages: [{ role: "user", content: recall.question }],
    tools: [],
    sampling: { maxOutputTokens: LONGEST_ANSWER },
    ...(signal === undefined ? {} : { signal }),
  });
  const recalled = recall.read(message.content);
  const isCut = stop === "length" && "right" in recalled && !recalled.right;
  const judged = isCut ? CUT : await judge(pair, start, recalled, trees, options);
  return { id: pair.instance.id, model: name, ...judged };
}

type Judged = Pick<Memorised, "memorised" | "reasons">;

const CUT: Judged = { memorised: false, reasons: ["answer-cut"] };

async function judge(
  pair: InstancePair,
  start: Tree,
  recalled: Recalled,
  trees: SourceTrees,
  options: MemoryOptions,
): Promise<Judged> {
  if ("right" in recalled) return { memorised: recalled.right, reasons: [recalled.reason] };
  const { changes } = recalled;
  const family = options.familyOf(pair.instance.task);
  const runner = instanceRunner({ ...options, dataset: options.dataset.folder, trees }, pair);
  const judgement = await family.judge({ ...questionOf(pair), start, changes });
  const { resolved, reasons, cause } = await settle(judgement, overlayTree(start, changes), runner);
  return { memorised: resolved, reasons: cause === undefined ? reasons : [cause] };
}

/** Of the instances of a family that a model was asked about, those that it solved without their repository. */
export interface MemorisedShare {
  readonly task: string;
  readonly model: string;
  readonly memorised: number;
  /** With an answer that could be judged. */
  readonly asked: number;
  /** Whose answer could not be judged. */
  readonly unknown: number;
}

/** By family and model. @param taskOf the family of each instance that counts. */
export function memorisedShares(
  rows: readonly Memorised[],
  taskOf: ReadonlyMap<string, string>,
): MemorisedShare[] {
  const counted = rows.flatMap((row) => {
    const task = taskOf.get(row.id);
    return task === undefined ? [] : [{ ...row, task }];
  });
  const groups = Map.groupBy(counted, ({ task, model }) => `${task}\0${model}`);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, group]) => {
      const [task = "", model = ""] = key.split("\0");
      const known = group.filter(({ memorised }) => memorised !== null);
      return {
        task,
        model,
        memorised: known.filter(({ memorised }) => memorised).length,
        asked: known.length,
        unknown: group.length - known.length,
      };
    });
}
