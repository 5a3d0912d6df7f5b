import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createRandom, type Random } from "../base/random.ts";
import type { Rejection, Validation } from "../dataset.ts";
import { type Dataset, openDataset } from "../datasets/open.ts";
import { openSourceTrees, type SourceTrees } from "../datasets/source-trees.ts";
import type { DatasetManifest } from "../dataset.ts";
import type { InstancePair } from "../instance.ts";
import type { Tree } from "../tree.ts";
import { applyFileEdits } from "../trees/edits.ts";
import { diffTreesInGit } from "../diffs/format.ts";
import { type MemorisedShare, memorisedShares } from "../datasets/memorised.ts";
import { repositoryFolder } from "../datasets/layout.ts";
import { createScratchRepository } from "../repositories/scratch.ts";
import { diffTrees, overlayTree } from "../trees/overlay.ts";
import { storeTree } from "../trees/store.ts";
import { type Distribution, factDistributions } from "../datasets/facts.ts";

export interface LookRequest {
  readonly dataset: string;
  /** Instances and rejections to read; 20 of each when left out. */
  readonly count?: number;
  readonly task?: string;
  /** Which ones: the same seed gives the same; "1" when left out. */
  readonly seed?: string;
}

/** A dataset as a person judges it: figures, and some of what was kept and of what was rejected, ground truth included. */
export interface Look {
  readonly manifest: DatasetManifest;
  /** By family and fact. */
  readonly facts: readonly Distribution[];
  /** By family and model: instances that it solved without the repository. */
  readonly memorised: readonly MemorisedShare[];
  readonly accepted: readonly Accepted[];
  readonly rejected: readonly Rejected[];
}

export interface Accepted extends InstancePair {
  /** The reference solution, as a diff. */
  readonly solution: string;
  readonly validation?: Validation;
  /** Models that solved it without the repository. */
  readonly memorisedBy: readonly string[];
}

export interface Rejected extends Rejection {
  /** The lines from where it was found. */
  readonly code: string;
}

/** Draws instances at random, and rejections so that each reason has its turn. */
export async function look(request: LookRequest): Promise<Look> {
  const { count = 20, task, seed = "1" } = request;
  const dataset = await openDataset(request.dataset);
  const random = createRandom("look", seed);
  const isWanted = (one: string | undefined) => task === undefined || one === undefined || one === task;
  const facts = await factDistributions(dataset, isWanted);
  const taskOf = new Map<string, string>();
  for await (const { instance } of dataset.pairs())
    if (isWanted(instance.task)) taskOf.set(instance.id, instance.task);
  const drawn = new Set(
    random
      .scope("accepted")
      .shuffle([...taskOf.keys()])
      .slice(0, count),
  );
  await using trees = openSourceTrees(dataset.folder);
  return {
    manifest: dataset.manifest,
    facts,
    memorised: memorisedShares(await dataset.memorised(), taskOf),
    accepted: await acceptedOf(dataset, trees, drawn),
    rejected: await rejectedOf(
      dataset,
      trees,
      await drawRejections(dataset, isWanted, count, random.scope("rejected")),
    ),
  };
}

async function acceptedOf(
  dataset: Dataset,
  trees: SourceTrees,
  ids: ReadonlySet<string>,
): Promise<Accepted[]> {
  const validations = await dataset.validations();
  const memorised = Map.groupBy(
    (await dataset.memorised()).filter((row) => row.memorised),
    ({ id }) => id,
  );
  const accepted: Accepted[] = [];
  for await (const pair of dataset.pairs()) {
    if (!ids.has(pair.instance.id)) continue;
    const validation = validations.get(pair.instance.id);
    accepted.push({
      ...pair,
      solution: await solutionOf(dataset, trees, pair),
      memorisedBy: (memorised.get(pair.instance.id) ?? []).map(({ model }) => model),
      ...(validation === undefined ? {} : { validation }),
    });
  }
  return accepted;
}

async function solutionOf({ folder }: Dataset, trees: SourceTrees, pair: InstancePair): Promise<string> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), "look-"));
  try {
    const base = await trees.source(pair);
    const start = await trees.start(pair);
    const solved = overlayTree(start, await applyFileEdits(start, pair.secret.solution));
    await createScratchRepository(scratch, repositoryFolder(folder, pair.instance.repository.tree));
    for (const tree of [start, solved]) await storeTree(scratch, base, await diffTrees(base, tree));
    return Buffer.from(await diffTreesInGit(scratch, start.id, solved.id)).toString("utf8");
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** One of each reason in turn, the reasons by their names. */
async function drawRejections(
  dataset: Dataset,
  isWanted: (task: string | undefined) => boolean,
  count: number,
  random: Random,
): Promise<Rejection[]> {
  const samples = new Map<string, Sample>();
  for await (const rejection of dataset.rejections()) {
    if (!isWanted(rejection.task)) continue;
    const { reason } = rejection;
    const sample = samples.get(reason) ?? { kept: [], seen: 0, random: random.scope(reason) };
    samples.set(reason, sample);
    keep(sample, rejection, count);
  }
  const queues = [...samples].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { kept }]) => kept);
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  const turns = Array.from({ length: longest }, (_, turn) => queues.flatMap((queue) => queue[turn] ?? []));
  return turns.flat().slice(0, count);
}

/** Some of many rows, each as likely as any other, without the rest in memory (reservoir sampling, Vitter's algorithm R). */
interface Sample {
  readonly kept: Rejection[];
  seen: number;
  readonly random: Random;
}

function keep(sample: Sample, rejection: Rejection, most: number): void {
  const place = sample.seen < most ? sample.seen : sample.random.integer(sample.seen + 1);
  if (place < most) sample.kept[place] = rejection;
  sample.seen++;
}

const SHOWN_LINES = 14;

async function rejectedOf(
  dataset: Dataset,
  trees: SourceTrees,
  rejections: readonly Rejection[],
): Promise<Rejected[]> {
  const treeOf = new Map(dataset.manifest.repositories.map(({ name, tree }) => [name, tree]));
  const rejected: Rejected[] = [];
  for (const rejection of rejections) {
    const id = treeOf.get(rejection.repository);
    const tree = id === undefined ? undefined : await trees.ofRepository(id);
    rejected.push({ ...rejection, code: tree === undefined ? "" : await linesAt(tree, rejection) });
  }
  return rejected;
}

async function linesAt(tree: Tree, { path, line }: Rejection): Promise<string> {
  if (tree.entry(path) === undefined) return "";
  const lines = Buffer.from(await tree.read(path))
    .toString("utf8")
    .split("\n");
  return lines.slice(line - 1, line - 1 + SHOWN_LINES).join("\n");
}
