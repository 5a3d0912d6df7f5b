import path from "node:path";
import { defined } from "../base/defined.ts";
import type { Json } from "../base/json.ts";
import { exportSamples } from "../exporters/export.ts";
import { findExporter } from "../exporters/index.ts";
import type { ExportManifest } from "../exporters/manifest.ts";
import type { TokenRule } from "../exporters/token-rule.ts";
import type { ReaderFiles } from "../masks/load.ts";
import type { Solver } from "../run.ts";
import { openDataset } from "../datasets/open.ts";
import { readRunManifest } from "../runs/open.ts";
import { openTrainingSet } from "../training-sets/open.ts";
import { openSamples } from "../samples/open.ts";

export interface ExportOptions {
  /** A run or a training set. */
  readonly run: string;
  readonly format: string;
  /** The folder to make: `train.jsonl` and `manifest.json`. */
  readonly out: string;
  readonly options?: Record<string, Json>;
  /** Solved attempts only, when left out. */
  readonly outcomes?: readonly ("solved" | "unsolved")[];
  /** Takes what a source says of itself for a verdict. */
  readonly acceptClaims?: boolean;
  /** Measures rows as a model reads them; the format must be one of messages. */
  readonly tokens?: ReaderFiles & Omit<TokenRule, "reader">;
  readonly signal?: AbortSignal;
}

/** Writes the graded samples of a run or a training set as training rows. */
export async function exportAttempts(request: ExportOptions): Promise<ExportManifest> {
  const { format, out, options, outcomes, acceptClaims, signal } = request;
  const exporter = findExporter(format);
  const rule = request.tokens === undefined ? undefined : await ruleOf(request.tokens);
  const { parent, samples } = await openSamples(request.run);
  const source =
    parent.kind === "training-set"
      ? await sourceOfSet(request.run, parent.name)
      : await sourceOfRun(request.run);
  return exportSamples({
    exporter,
    samples: samples(),
    source,
    folder: out,
    ...defined({ options, outcomes, acceptClaims, tokens: rule, signal }),
  });
}

async function ruleOf({
  tokenizer,
  template,
  ...rule
}: ReaderFiles & Omit<TokenRule, "reader">): Promise<TokenRule> {
  const { loadModelReader } = await import("../masks/load.ts");
  return { ...rule, reader: await loadModelReader({ tokenizer, ...defined({ template }) }) };
}

async function sourceOfSet(folder: string, name: string): Promise<ExportManifest["source"]> {
  const { id, manifest } = await openTrainingSet(folder);
  const { operation, counts } = manifest;
  const { considered, written, refused } = counts;
  return {
    training_set: id,
    name,
    operation: { name: operation.name, rules: operation.rules },
    counts: { considered, written, refused },
  };
}

async function sourceOfRun(folder: string): Promise<ExportManifest["source"]> {
  const { config, config_sha256, dataset, dataset_sha256 } = await readRunManifest(folder);
  const { contaminated } = (await openDataset(path.resolve(folder, dataset))).manifest;
  return {
    config_sha256,
    dataset_sha256,
    ...namesOf(config.solvers),
    ...(contaminated ? { contaminated } : {}),
  };
}

/** Who made the rows; several agents or models stand side by side. */
function namesOf(solvers: readonly Solver[]): { agent: string; model: string | null } {
  const models = solvers.flatMap(({ model }) => (model === undefined ? [] : [model.name]));
  const joined = (names: readonly string[]) => [...new Set(names)].join(", ");
  return {
    agent: joined(solvers.map(({ agent }) => agent)),
    model: models.length === 0 ? null : joined(models),
  };
}
