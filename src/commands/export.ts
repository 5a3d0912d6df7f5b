import type { Json } from "../base/json.ts";
import { exportRun } from "../exporters/export.ts";
import { findExporter } from "../exporters/index.ts";
import type { ExportManifest } from "../exporters/manifest.ts";
import type { Solver } from "../run.ts";
import { readAttempts } from "../runs/attempts.ts";
import { openRun } from "../runs/open.ts";

export interface ExportOptions {
  readonly run: string;
  readonly format: string;
  /** The folder to make: `train.jsonl` and `manifest.json`. */
  readonly out: string;
  readonly options?: Record<string, Json>;
  /** Solved attempts only, when left out. */
  readonly outcomes?: readonly ("solved" | "unsolved")[];
  readonly signal?: AbortSignal;
}

/** Writes the graded attempts of a run as training rows. */
export async function exportAttempts(request: ExportOptions): Promise<ExportManifest> {
  const { format, out, options, outcomes, signal } = request;
  const exporter = findExporter(format);
  const run = await openRun(request.run);
  const { config, config_sha256, dataset_sha256 } = run.manifest;
  return exportRun({
    exporter,
    attempts: readAttempts(run),
    source: { config_sha256, dataset_sha256, ...namesOf(config.solvers) },
    folder: out,
    ...(options === undefined ? {} : { options }),
    ...(outcomes === undefined ? {} : { outcomes }),
    ...(signal === undefined ? {} : { signal }),
  });
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
