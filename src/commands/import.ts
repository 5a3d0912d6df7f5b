import { HybridGymError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { Importer } from "../importer.ts";
import { sampleSchema, type Sample } from "../sample.ts";
import type { SetParent, TrainingSetManifest } from "../training-set.ts";
import type { Counter } from "../training-sets/counts.ts";
import { writeTrainingSet } from "../training-sets/write.ts";
import { createFormatCounts, type FormatCounts } from "./import-counts.ts";
import { filesToImport, hashOfFile } from "./import-files.ts";
import { importReaders, type ImportReaders, type ReadDocument } from "./import-readers.ts";

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
export async function importSamples(
  request: ImportRequest,
  readers: ImportReaders = importReaders,
): Promise<Imported> {
  const { out, format, signal } = request;
  const named = format === undefined ? undefined : readers.findImporter(format);
  const files = await filesToImport(request.from);
  const parents: SetParent[] = [];
  const formats = createFormatCounts();
  const ids = new Set<string>();

  async function* samples(refused: Counter): AsyncGenerator<Sample> {
    for (const file of files) {
      parents.push({ kind: "file", id: await hashOfFile(file.path), name: file.name });
      for await (const read of readers.readDocuments(file.path, file.name)) {
        const { importer, result } = readSample(read, (document) => named ?? readers.importerFor(document));
        const isTaken = typeof result !== "string" && !ids.has(result.id);
        if (isTaken) {
          formats.write(importer, result);
          ids.add(result.id);
          yield result;
        } else {
          const reason = typeof result === "string" ? result : "duplicate-id";
          formats.refuse(importer, reason);
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

/** The sample in a document, or why there is none. */
function readSample(
  read: ReadDocument,
  importerFor: (document: Json) => Importer,
): { importer?: Importer; result: Sample | string } {
  if (read.kind === "refused") return { result: read.reason };
  const importer = orCode(() => importerFor(read.document));
  if (typeof importer === "string") return { result: importer };
  const result = orCode(() => {
    const sample = sampleSchema.safeParse(importer.read(read.document, read.source));
    // Whatever a file holds: a time that is none, a count below 0.
    return sample.success ? sample.data : "not-a-sample";
  });
  return { importer, result };
}

/** What `work` gives, or the reason of its refusal. */
function orCode<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof HybridGymError)) throw error;
    const { reason } = error.fields;
    return typeof reason === "string" ? reason : error.code;
  }
}
