import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { writeFileDurably } from "../base/files.ts";
import { sha256 } from "../base/hash.ts";
import { VERSION } from "../base/version.ts";
import { MANIFEST } from "../datasets/layout.ts";
import { openDataset } from "../datasets/open.ts";
import { openSourceTrees } from "../datasets/source-trees.ts";
import { claimExportFolder, MANIFEST_FILE } from "../exporters/export.ts";
import { openRowFile } from "../exporters/row-file.ts";
import { rowShapes } from "../rows/index.ts";
import { loadSyntaxes } from "../syntaxes/index.ts";

export interface ExportRowsRequest {
  readonly dataset: string;
  /** The folder to make: `rows.jsonl` and `manifest.json`. */
  readonly out: string;
  readonly signal?: AbortSignal;
}

/** `manifest.json` beside exported rows. */
export interface RowsManifest {
  readonly schema_version: 1;
  readonly kind: "export";
  readonly tool_version: string;
  readonly format: "rows";
  readonly source: { readonly dataset_sha256: string };
  readonly counts: { readonly considered: number; readonly written: number };
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

const ROWS_FILE = "rows.jsonl";

/** Writes the instances of a dataset as rows of the published shapes, ground truth included. @throws InputError `no-row-shape`. */
export async function exportRows(request: ExportRowsRequest): Promise<RowsManifest> {
  const { out, signal } = request;
  const dataset = await openDataset(request.dataset);
  const syntaxes = await loadSyntaxes();
  const shapes = rowShapes((file) => syntaxes.for(file));
  await claimExportFolder(out);
  await using trees = openSourceTrees(dataset.folder);
  const file = await openRowFile(path.join(out, ROWS_FILE));
  let written = 0;
  try {
    for await (const pair of dataset.pairs()) {
      signal?.throwIfAborted();
      const write = shapes.find((shape) => shape.task === pair.instance.task)?.write;
      if (write === undefined) throw noRowShape(pair.instance.task);
      await file.write(await write(pair, await trees.source(pair)));
      written++;
    }
    const manifest: RowsManifest = {
      schema_version: 1,
      kind: "export",
      tool_version: VERSION,
      format: "rows",
      source: { dataset_sha256: sha256(await readFile(path.join(dataset.folder, MANIFEST), "utf8")) },
      counts: { considered: written, written },
      files: { [ROWS_FILE]: await file.finish() },
    };
    await writeFileDurably(path.join(out, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
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
