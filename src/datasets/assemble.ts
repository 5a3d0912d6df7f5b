import { createHash } from "node:crypto";
import path from "node:path";
import { readJsonl, writeFileDurably } from "../base/files.ts";
import { canonicalJson } from "../base/json.ts";
import { VERSION } from "../base/version.ts";
import { DATASET_FORMAT } from "../dataset.ts";
import type { DatasetManifest, SplitRow } from "../dataset.ts";
import { effectiveNumber } from "../statistics/effective-number.ts";
import type { BuildOptions } from "./build-options.ts";
import { clustersOf } from "./clusters.ts";
import { INSTANCES, MANIFEST, REJECTIONS, SECRETS, SPLITS } from "./layout.ts";
import { type PartRow, partRowSchema } from "./part.ts";
import { type Candidate, selectBalanced } from "./select.ts";
import { splitsOf } from "./splits.ts";

/** What of all parts stays in memory: counts, and a line of each instance. */
interface Survey {
  readonly repositories: DatasetManifest["repositories"];
  readonly refused: DatasetManifest["refused"];
  readonly candidates: readonly Candidate[];
  /** By family and reason. */
  readonly rejected: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** Parts → the dataset's files; the manifest is written last, so a dataset with a manifest is complete. Rows are read twice, so that memory is that of their names. */
export async function assembleDataset(
  options: BuildOptions,
  parts: readonly string[],
): Promise<DatasetManifest> {
  const survey = await surveyParts(parts);
  const { total, balance, splits, seed, out } = options;
  const chosen = total === undefined ? survey.candidates : selectBalanced(survey.candidates, total, balance);
  const split = splits === undefined ? undefined : splitsOf(chosen, { ...splits, seed });
  const kept = new Set(chosen.map(({ id }) => id));
  const files = {
    [INSTANCES]: await writeRows(
      out,
      INSTANCES,
      eachInstance(parts, kept, ({ instance }) => instance),
    ),
    [SECRETS]: await writeRows(
      out,
      SECRETS,
      eachInstance(parts, kept, ({ secret }) => secret),
    ),
    [REJECTIONS]: await writeRows(out, REJECTIONS, eachRejection(parts)),
    ...(split === undefined ? {} : { [SPLITS]: await writeRows(out, SPLITS, split) }),
  };
  const manifest = manifestOf(options, survey, chosen, split, files);
  await writeFileDurably(path.join(out, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

async function surveyParts(parts: readonly string[]): Promise<Survey> {
  const sketched: {
    name: string;
    sketch: number[];
    repository: Omit<DatasetManifest["repositories"][number], "cluster">;
  }[] = [];
  const refused: DatasetManifest["refused"] = [];
  const found: (Omit<Candidate, "cluster"> & { readonly part: number })[] = [];
  const rejected = new Map<string, Map<string, number>>();
  const seen = new Set<string>();
  for await (const row of eachRow(parts)) {
    if (row.type === "refused")
      refused.push({ repository: row.repository, reason: row.reason, detail: row.detail });
    else if (row.type === "repository")
      sketched.push({ name: row.repository.name, sketch: row.sketch, repository: row.repository });
    else if (row.type === "rejection") {
      const reasons = rejected.get(row.rejection.task ?? "") ?? new Map<string, number>();
      rejected.set(
        row.rejection.task ?? "",
        reasons.set(row.rejection.reason, (reasons.get(row.rejection.reason) ?? 0) + 1),
      );
    } else {
      const { id, task, repository, variant } = row.instance;
      // Copies of a function in two repositories are one question.
      const question = row.function === undefined ? id : `${task} ${row.function}`;
      if (seen.has(id) || seen.has(question)) continue;
      seen.add(id).add(question);
      found.push({
        id,
        task,
        repository: repository.name,
        template: String(variant["template"] ?? ""),
        part: sketched.length,
      });
    }
  }
  const clusters = clustersOf(sketched);
  return {
    repositories: sketched.map(({ repository }, place) => ({
      ...repository,
      cluster: clusters[place] ?? repository.name,
    })),
    refused,
    candidates: found.map(({ part, ...one }) => ({ ...one, cluster: clusters[part] ?? one.repository })),
    rejected,
  };
}

async function* eachRow(parts: readonly string[]): AsyncGenerator<PartRow> {
  for (const part of parts) yield* readJsonl(part, partRowSchema);
}

type InstanceRow = Extract<PartRow, { type: "instance" }>;

async function* eachInstance<T>(
  parts: readonly string[],
  kept: ReadonlySet<string>,
  half: (row: InstanceRow) => T,
): AsyncGenerator<T> {
  const written = new Set<string>();
  for await (const row of eachRow(parts)) {
    if (row.type !== "instance" || !kept.has(row.instance.id) || written.has(row.instance.id)) continue;
    written.add(row.instance.id);
    yield half(row);
  }
}

async function* eachRejection(parts: readonly string[]) {
  for await (const row of eachRow(parts)) if (row.type === "rejection") yield row.rejection;
}

/** Writes a file of rows one by one and returns its SHA-256. */
async function writeRows(
  out: string,
  name: string,
  rows: AsyncIterable<unknown> | Iterable<unknown>,
): Promise<string> {
  const digest = createHash("sha256");
  await writeFileDurably(path.join(out, name), async (file) => {
    for await (const row of rows) {
      const line = `${canonicalJson(row)}\n`;
      digest.update(line);
      await file.appendFile(line);
    }
  });
  return digest.digest("hex");
}

function manifestOf(
  options: BuildOptions,
  { repositories, refused, rejected }: Survey,
  chosen: readonly Candidate[],
  split: readonly SplitRow[] | undefined,
  files: Record<string, string>,
): DatasetManifest {
  const tasks = options.tasks.map(({ family, options: knobs, perRepository }) => {
    const mine = repositories.flatMap((repository) => repository.tasks[family.name] ?? []);
    const reasons = rejected.get(family.name) ?? new Map<string, number>();
    const examined = sum(mine.map((one) => one.examined));
    const instances = chosen.filter(({ task }) => task === family.name).length;
    return [
      family.name,
      {
        grader_version: family.graderVersion,
        options: knobs,
        per_repository: perRepository,
        eligible: sum(mine.map((one) => one.eligible)),
        examined,
        instances,
        rejected: Object.fromEntries(reasons),
        yield: examined === 0 ? null : instances / examined,
      },
    ] as const;
  });
  const all = tasks.map(([, task]) => task);
  const examined = sum(all.map((task) => task.examined));
  return {
    schema_version: DATASET_FORMAT,
    tool_version: VERSION,
    seed: options.seed,
    tasks: Object.fromEntries(tasks),
    repositories,
    refused,
    contaminated: options.allowContaminated,
    eligible: sum(all.map((task) => task.eligible)),
    examined,
    instances: chosen.length,
    rejected: added(all.map((task) => task.rejected)),
    yield: examined === 0 ? null : chosen.length / examined,
    effective_repositories: effectiveNumber(Object.values(countsOf(chosen.map(({ cluster }) => cluster)))),
    splits:
      split === undefined || options.splits === undefined
        ? null
        : {
            shares: { ...options.splits.shares },
            held_out_task: options.splits.heldOutTask ?? null,
            instances: countsOf(split.map((row) => row.split)),
          },
    files,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function countsOf(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

function added(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const counts of all)
    for (const [name, count] of Object.entries(counts)) result[name] = (result[name] ?? 0) + count;
  return result;
}
