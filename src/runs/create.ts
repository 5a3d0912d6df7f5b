import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { claimOutputFolder, writeFileDurably } from "../base/files.ts";
import { sha256 } from "../base/hash.ts";
import { canonicalJson } from "../base/json.ts";
import { differences } from "../base/differences.ts";
import { VERSION } from "../base/version.ts";
import { MANIFEST } from "../datasets/layout.ts";
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
  dataset: string,
  config: RunConfig,
  sandboxes: SandboxProvider,
): Promise<RunManifest> {
  const probe = await sandboxes.probe();
  const manifest: RunManifest = {
    schema_version: RUN_FORMAT,
    tool_version: VERSION,
    dataset: path.relative(path.resolve(folder), path.resolve(dataset)),
    dataset_sha256: sha256(await readFile(path.join(dataset, MANIFEST))),
    config,
    config_sha256: sha256(canonicalJson(config)),
    environment: {
      node: process.versions.node,
      platform: process.platform,
      architecture: process.arch,
      // Which form of the level this machine gave: an overlay or a copied tree, with or without control groups.
      isolation: probe.available ? probe.detail : probe.reason,
    },
  };
  const fresh = (await claimOutputFolder(folder, RUN)) === "new";
  if (!fresh && existsSync(path.join(folder, RUN))) {
    const known = await readRunManifest(folder);
    // A run that failed before its first attempt may be started again with another configuration.
    if ((await readLedger(folder)).events.some((event) => event.type === "claimed")) {
      refuseDifferences(folder, known, manifest);
    }
    if (known.config_sha256 === manifest.config_sha256 && known.dataset === manifest.dataset) return known;
  }
  await writeFileDurably(path.join(folder, RUN), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

function refuseDifferences(folder: string, known: RunManifest, wanted: RunManifest): void {
  const changed = differences(
    { dataset_sha256: known.dataset_sha256, ...known.config },
    { dataset_sha256: wanted.dataset_sha256, ...wanted.config },
  ).filter((line) => !EXTENDABLE.test(line));
  if (known.config.attempts > wanted.config.attempts) {
    changed.push(`attempts: ${known.config.attempts} → ${wanted.config.attempts} (may only grow)`);
  }
  for (const name of servedNames(known.config))
    if (!servedNames(wanted.config).has(name)) changed.push(`served_as: ${name} is not accepted any more`);
  if (changed.length === 0) return;
  throw new InputError({
    code: "other-run",
    message: `${folder} is a run with another configuration: ${changed.join("; ")}`,
    hint: "Name another --run folder, or the configuration that it was started with.",
    fields: { folder, differences: changed },
  });
}

function servedNames({ solvers }: RunConfig): ReadonlySet<string> {
  return new Set(solvers.flatMap(({ model }) => model?.served_as ?? []));
}
