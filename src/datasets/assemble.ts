import path from "node:path";
import { readJsonl, writeFileDurably } from "../base/files.ts";
import { sha256 } from "../base/hash.ts";
import { canonicalJson } from "../base/json.ts";
import type { Json } from "../base/json.ts";
import { VERSION } from "../base/version.ts";
import { DATASET_FORMAT } from "../dataset.ts";
import type { DatasetManifest } from "../dataset.ts";
import type { BuildOptions } from "./build-options.ts";
import { partRowSchema } from "./build-part.ts";
import { INSTANCES, MANIFEST, REJECTIONS, SECRETS } from "./layout.ts";

/** Parts → the dataset's files; the manifest is written last, so a dataset with a manifest is complete. */
export async function assembleDataset(
  options: BuildOptions,
  knobs: Record<string, Json>,
  parts: readonly string[],
): Promise<DatasetManifest> {
  const lines: Record<string, string[]> = { [INSTANCES]: [], [SECRETS]: [], [REJECTIONS]: [] };
  const repositories: DatasetManifest["repositories"] = [];
  const rejected: Record<string, number> = {};
  const seen = new Set<string>();
  for (const part of parts) {
    for await (const row of readJsonl(part, partRowSchema)) {
      if (row.type === "repository") repositories.push(row.repository);
      else if (row.type === "rejection") {
        rejected[row.rejection.reason] = (rejected[row.rejection.reason] ?? 0) + 1;
        lines[REJECTIONS]?.push(canonicalJson(row.rejection));
      } else if (!seen.has(row.instance.id)) {
        seen.add(row.instance.id);
        lines[INSTANCES]?.push(canonicalJson(row.instance));
        lines[SECRETS]?.push(canonicalJson(row.secret));
      }
    }
  }
  const files: Record<string, string> = {};
  for (const [name, rows] of Object.entries(lines)) {
    const text = rows.map((row) => `${row}\n`).join("");
    files[name] = sha256(text);
    await writeFileDurably(path.join(options.out, name), text);
  }
  const total = (count: (repository: (typeof repositories)[number]) => number) =>
    repositories.reduce((sum, repository) => sum + count(repository), 0);
  const examined = total((repository) => repository.examined);
  const manifest: DatasetManifest = {
    schema_version: DATASET_FORMAT,
    tool_version: VERSION,
    task: options.family.name,
    grader_version: options.family.graderVersion,
    seed: options.seed,
    options: { ...knobs, per_repository: options.perRepository },
    repositories,
    eligible: total((repository) => repository.eligible),
    examined,
    instances: seen.size,
    rejected,
    yield: examined === 0 ? null : seen.size / examined,
    files,
  };
  await writeFileDurably(path.join(options.out, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}
