import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { writeFileDurably } from "../base/files.ts";
import { sha256 } from "../base/hash.ts";
import { VERSION } from "../base/version.ts";
import { MANIFEST } from "../datasets/layout.ts";
import { openDataset } from "../datasets/open.ts";
import { openSourceTrees } from "../datasets/source-trees.ts";
import { CARD_FILE, cardOf } from "../exporters/card.ts";
import { createSubjects } from "../exporters/contents.ts";
import { claimExportFolder, MANIFEST_FILE, removeEarlier, writeBeside } from "../exporters/export.ts";
import { openRowFile } from "../exporters/row-file.ts";
import type { RowsManifest } from "../exporters/rows-manifest.ts";
import { rowShapes } from "../rows/index.ts";
import { licencesOf } from "../samples/of-attempts.ts";
import { loadSyntaxes } from "../syntaxes/index.ts";

export interface ExportRowsRequest {
  readonly dataset: string;
  /** The folder to make: `rows.jsonl` and `manifest.json`. */
  readonly out: string;
  readonly signal?: AbortSignal;
}

const ROWS_FILE = "rows.jsonl";

/** Writes the instances of a dataset as rows of the published shapes, ground truth included. @throws InputError `no-row-shape`. */
export async function exportRows(request: ExportRowsRequest): Promise<RowsManifest> {
  const { out, signal } = request;
  const dataset = await openDataset(request.dataset);
  const dataset_sha256 = sha256(await readFile(path.join(dataset.folder, MANIFEST), "utf8"));
  const syntaxes = await loadSyntaxes();
  const shapes = rowShapes((file) => syntaxes.for(file));
  const earlier = await claimExportFolder(out);
  await using trees = openSourceTrees(dataset.folder);
  const file = await openRowFile(path.join(out, ROWS_FILE));
  const subjects = createSubjects();
  let written = 0;
  try {
    for await (const pair of dataset.pairs()) {
      signal?.throwIfAborted();
      const write = shapes.find((shape) => shape.task === pair.instance.task)?.write;
      if (write === undefined) throw noRowShape(pair.instance.task);
      await file.write(await write(pair, await trees.source(pair)));
      const { task, language, repository } = pair.instance;
      subjects.add({ task, language, repository: repository.name, licences: licencesOf(pair.instance) });
      written++;
    }
    const manifestOf = (files: RowsManifest["files"]): RowsManifest => ({
      schema_version: 1,
      kind: "export",
      tool_version: VERSION,
      format: "rows",
      source: { dataset_sha256, contaminated: dataset.manifest.contaminated },
      counts: { considered: written, written },
      contents: subjects.counts(),
      files,
    });
    const files = { [ROWS_FILE]: await file.finish() };
    const card = await writeBeside(out, { [CARD_FILE]: cardOf(manifestOf(files)) });
    const manifest = manifestOf({ ...files, ...card });
    await writeFileDurably(path.join(out, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
    await removeEarlier(out, earlier, manifest.files);
    return manifest;
  } finally {
    await file.discard();
  }
}

function noRowShape(task: string): InputError {
  return new InputError({
    code: "no-row-shape",
    message: `Instances of ${task} have no published row shape`,
    hint: "docs/rows.md lists the families that have one.",
    fields: { task },
  });
}
