import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { claimOutputFolder, writeFileDurably } from "../base/files.ts";
import { sha256 } from "../base/hash.ts";
import { canonicalJson, type Json } from "../base/json.ts";
import { removeRemains } from "../base/remains.ts";
import { differences } from "../base/differences.ts";
import { VERSION } from "../base/version.ts";
import type { DatasetManifest } from "../dataset.ts";
import { MANIFEST } from "../datasets/layout.ts";
import type { Dataset } from "../datasets/open.ts";
import { RUN_FORMAT } from "../run.ts";
import type { RunConfig, RunManifest } from "../run.ts";
import type { SandboxProvider } from "../sandbox.ts";
import { RUN } from "../stores/local/layout.ts";
import { readLedger } from "../stores/local/ledger.ts";
import { readRunManifest } from "./open.ts";

/** What may grow when a run is continued: attempts for each instance, and names under which its model may answer. */
const EXTENDABLE = /^(attempts|solvers\.\d+\.model\.served_as)\b/;

/** Starts a run folder, or continues one of the same dataset and configuration. @throws InputError naming each difference. */
export async function createRun(
  folder: string,
  dataset: Dataset,
  config: RunConfig,
  sandboxes: SandboxProvider,
): Promise<RunManifest> {
  const probe = await sandboxes.probe();
  const manifest: RunManifest = {
    schema_version: RUN_FORMAT,
    tool_version: VERSION,
    dataset: path.relative(path.resolve(folder), path.resolve(dataset.folder)),
    dataset_sha256: sha256(await readFile(path.join(dataset.folder, MANIFEST))),
    config,
    config_sha256: sha256(canonicalJson(config)),
    environment: {
      node: process.versions.node,
      platform: process.platform,
      architecture: process.arch,
      // Which form of the level this machine gave: an overlay or a copied tree, with or without control groups.
      isolation: probe.available ? probe.detail : probe.reason,
      dataset: identityOf(dataset.manifest),
    },
  };
  const fresh = (await claimOutputFolder(folder, RUN)) === "new";
  await removeRemains(folder);
  if (!fresh && existsSync(path.join(folder, RUN))) {
    const known = await readRunManifest(folder);
    const changed = changesOf(known, manifest);
    // A run that failed before its first attempt may be started again with another configuration.
    if (changed.length > 0 && (await hasBegun(folder))) throw otherRun(folder, changed);
    if (known.config_sha256 === manifest.config_sha256 && known.dataset === manifest.dataset) return known;
  }
  await writeFileDurably(path.join(folder, RUN), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** What tells one build of a dataset from another, so that a refusal can say what changed. */
function identityOf(manifest: DatasetManifest) {
  const { tool_version, seed, instances, files } = manifest;
  const repositories = Object.fromEntries(manifest.repositories.map(({ name, tree }) => [name, tree]));
  return { tool_version, ...askedOf(manifest), seed, instances, files, repositories };
}

/** Of one family as format 1 had it, so that a run that was started then goes on. */
function askedOf({ tasks }: DatasetManifest) {
  const all = Object.entries(tasks).map(([task, { grader_version, options, per_repository }]) => ({
    task,
    grader_version,
    options: { ...options, per_repository },
  }));
  const [only] = all;
  return only !== undefined && all.length === 1 ? only : { tasks: all };
}

async function hasBegun(folder: string): Promise<boolean> {
  const { fold } = await readLedger(folder);
  return fold.targets.values().some(({ tries }) => tries > 0);
}

/** What is not as it was, beyond what may grow. */
function changesOf(known: RunManifest, wanted: RunManifest): string[] {
  const changed = [
    ...datasetDifferences(known, wanted),
    ...differences(known.config, wanted.config).filter((line) => !EXTENDABLE.test(line)),
  ];
  if (known.config.attempts > wanted.config.attempts) {
    changed.push(`attempts: ${known.config.attempts} → ${wanted.config.attempts} (may only grow)`);
  }
  for (const name of servedNames(known.config))
    if (!servedNames(wanted.config).has(name)) changed.push(`served_as: ${name} is not accepted any more`);
  return changed;
}

function otherRun(folder: string, changed: readonly string[]): InputError {
  return new InputError({
    code: "other-run",
    message: `${folder} is a run with another configuration: ${changed.join("; ")}`,
    hint: "Name another --run folder, or the dataset and the configuration that it was started with.",
    fields: { folder, differences: changed },
  });
}

function servedNames({ solvers }: RunConfig): ReadonlySet<string> {
  return new Set(solvers.flatMap(({ model }) => model?.served_as ?? []));
}

function datasetDifferences(known: RunManifest, wanted: RunManifest): string[] {
  if (known.dataset_sha256 === wanted.dataset_sha256) return [];
  const before = known.environment["dataset"];
  const after = wanted.environment["dataset"];
  // Runs of earlier versions know the hash alone.
  const named = isRecord(before) && isRecord(after) ? differences(before, after, "dataset.") : [];
  if (named.length > 0) return named;
  return differences({ dataset_sha256: known.dataset_sha256 }, { dataset_sha256: wanted.dataset_sha256 });
}

function isRecord(value: Json | undefined): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
