import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { writeFileDurably } from "../base/files.ts";
import { sha256 } from "../base/hash.ts";
import type { Json } from "../base/json.ts";
import { VERSION } from "../base/version.ts";
import { MANIFEST } from "../datasets/layout.ts";
import { openDataset } from "../datasets/open.ts";
import { openSourceTrees } from "../datasets/source-trees.ts";
import { CARD_FILE, cardOf } from "../exporters/card.ts";
import { rowsOf } from "../exporters/front-matter.ts";
import { createSubjects } from "../exporters/contents.ts";
import { claimExportFolder, MANIFEST_FILE, removeEarlier, writeBeside } from "../exporters/export.ts";
import type { InstancesManifest } from "../exporters/instances-manifest.ts";
import { findInstanceExporter, instanceExporters } from "../instance-exporters/index.ts";
import type { InstanceExporter } from "../instance-exporter.ts";
import { licencesOf } from "../samples/licences.ts";
import { loadSyntaxes } from "../syntaxes/index.ts";
import { loadGraders } from "./families.ts";

export interface ExportInstancesRequest {
  readonly dataset: string;
  readonly format: string;
  readonly options?: Readonly<Record<string, Json>>;
  /** Absent, empty, or an earlier export, which is replaced. */
  readonly out: string;
  readonly signal?: AbortSignal;
}

/**
 * Writes the instances of a dataset, ground truth included. Each is either written or counted under the reason for its refusal. The
 * same dataset and options give the same bytes. @throws InputError `unknown-format`, `no-row-shape`…
 */
export async function exportInstances(request: ExportInstancesRequest): Promise<InstancesManifest> {
  const { out, signal } = request;
  const exporter = requireExporter(request.format);
  const options = exporter.parseOptions(request.options ?? {});
  const dataset = await openDataset(request.dataset);
  const datasetSha256 = sha256(await readFile(path.join(dataset.folder, MANIFEST), "utf8"));
  const syntaxes = await loadSyntaxes();
  const graderOf = await loadGraders();
  const validations = await dataset.validations();
  const earlier = await claimExportFolder(out);
  const subjects = createSubjects();
  const counts = { considered: 0, written: 0, refused: new Map<string, number>() };
  const source = { dataset_sha256: datasetSha256, contaminated: dataset.manifest.contaminated };
  const manifestOf = (complete: boolean, files: InstancesManifest["files"]) => {
    const contents = complete ? { contents: subjects.counts() } : {};
    return describe(exporter, options, { source, complete, counts: sorted(counts), ...contents, files });
  };
  const write = async (manifest: InstancesManifest) => {
    await writeFileDurably(path.join(out, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  };
  await using trees = openSourceTrees(dataset.folder);
  const syntaxOf = (file: string) => syntaxes.for(file);
  // Says that the folder is ours before anything appears in it, so that an interrupted export can be repeated.
  await write(manifestOf(false, {}));
  const writer = await exporter.open({ folder: out, options, datasetSha256, syntaxOf, graderOf });
  try {
    for await (const pair of dataset.pairs()) {
      signal?.throwIfAborted();
      counts.considered++;
      const validation = validations.get(pair.instance.id);
      const written = await writer.write({
        pair,
        start: () => trees.start(pair),
        source: () => trees.source(pair),
        ...(validation === undefined ? {} : { validation }),
      });
      if (written.kind === "written") {
        counts.written++;
        const { task, language, repository } = pair.instance;
        subjects.add({
          task,
          language,
          repository: repository.name,
          licences: licencesOf(pair.instance.facts),
        });
      } else counts.refused.set(written.reason, (counts.refused.get(written.reason) ?? 0) + 1);
    }
    const files = await writer.finish();
    // A card is of rows; folders of tasks have a list of their own.
    const beside = rowsOf(files) === "" ? {} : { [CARD_FILE]: cardOf(manifestOf(true, files)) };
    const card = await writeBeside(out, beside);
    const manifest = await write(manifestOf(true, { ...files, ...card }));
    await removeEarlier(out, earlier, manifest.files);
    return manifest;
  } finally {
    await writer.discard();
  }
}

function requireExporter(format: string): InstanceExporter {
  const exporter = findInstanceExporter(format);
  if (exporter !== undefined) return exporter;
  const known = instanceExporters.map((candidate) => candidate.format);
  throw new InputError({
    code: "unknown-format",
    message: `There is no export format "${format}" for instances`,
    hint: `Use one of: ${known.join(", ")}.`,
    fields: { format, known },
  });
}

function describe(
  { format, version }: InstanceExporter,
  options: InstancesManifest["options"],
  rest: Pick<InstancesManifest, "source" | "complete" | "counts" | "contents" | "files">,
): InstancesManifest {
  const kind = { schema_version: 1, kind: "export", tool_version: VERSION } as const;
  return { ...kind, format, format_version: version, options, ...rest };
}

function sorted(counts: {
  considered: number;
  written: number;
  refused: ReadonlyMap<string, number>;
}): InstancesManifest["counts"] {
  const refused = [...counts.refused].sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...counts, refused: Object.fromEntries(refused) };
}
