import type { Counter } from "../base/counter.ts";
import { importFile } from "../importers/import-file.ts";
import { findImporter } from "../importers/index.ts";
import type { Sample } from "../sample.ts";
import type { SetParent, TrainingSetManifest } from "../training-set.ts";
import { writeTrainingSet } from "../training-sets/write.ts";
import { createFormatCounts, type FormatCounts } from "./import-counts.ts";
import { filesToImport, hashOfFile } from "./import-files.ts";

export interface ImportRequest {
  /** Files, and folders whose files are taken. */
  readonly from: readonly string[];
  /** The folder of the training set to make. */
  readonly out: string;
  /** Taken for every document; else each is recognised. */
  readonly format?: string;
  readonly signal?: AbortSignal;
}

export interface Imported {
  readonly manifest: TrainingSetManifest;
  readonly formats: Readonly<Record<string, FormatCounts>>;
}

/** Reads what others recorded into a training set, document by document; each is a sample or counted under why it is none. */
export async function importSamples(request: ImportRequest): Promise<Imported> {
  const { out, format, signal } = request;
  const named = format === undefined ? undefined : findImporter(format);
  const files = await filesToImport(request.from);
  const parents: SetParent[] = [];
  const formats = createFormatCounts();
  const ids = new Set<string>();

  async function* samples(refused: Counter): AsyncGenerator<Sample> {
    for (const file of files) {
      parents.push({ kind: "file", id: await hashOfFile(file.path), name: file.name });
      for await (const read of importFile(file.path, { importer: named, name: file.name })) {
        if (read.kind === "sample" && !ids.has(read.sample.id)) {
          formats.write(read.importer, read.sample);
          ids.add(read.sample.id);
          yield read.sample;
        } else {
          const reason = read.kind === "refused" ? read.reason : "duplicate-id";
          formats.refuse(read.importer, reason);
          refused.add(reason);
        }
      }
    }
  }
  const manifest = await writeTrainingSet({
    folder: out,
    operation: { name: "import", options: { format: format ?? null } },
    samples,
    known: () => ({ parents, details: { formats: { ...formats.counts() } } }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { manifest, formats: formats.counts() };
}
