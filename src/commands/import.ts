import path from "node:path";
import { HybridGymError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { Importer } from "../importer.ts";
import { sampleSchema, type Sample } from "../sample.ts";
import type { SetParent, TrainingSetManifest } from "../training-set.ts";
import { createCounter, type Counter } from "../training-sets/counts.ts";
import { writeTrainingSet } from "../training-sets/write.ts";
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

/** One JSON value of a file: the whole, or a row. */
export type ReadDocument =
  | { readonly kind: "document"; readonly document: Json; readonly row?: number }
  | { readonly kind: "refused"; readonly reason: string; readonly row?: number };

/** Who reads what. */
export interface ImportReaders {
  /** @throws HybridGymError for a document that none recognises. */
  importerFor(document: Json): Importer;
  /** @throws InputError for a format that there is not. */
  findImporter(format: string): Importer;
  readDocuments(file: string): AsyncIterable<ReadDocument>;
}

/** What became of the documents of one format. */
export interface FormatCounts {
  /** Of the importer; null for documents that none recognises. */
  readonly version: number | null;
  /** `read = written + Σ refused`. */
  readonly read: number;
  readonly written: number;
  readonly refused: Record<string, number>;
  /** Samples by what of their source they could not keep. */
  readonly lost: Record<string, number>;
  /** Samples by the rule that mended them. */
  readonly repaired: Record<string, number>;
}

export interface Imported {
  readonly manifest: TrainingSetManifest;
  readonly formats: Readonly<Record<string, FormatCounts>>;
}

/** Under this name stand documents that no importer knows, and what is no document. */
const UNKNOWN = "unknown";

/** Reads what others recorded into a training set, document by document; each is a sample or counted under why it is none. */
export async function importSamples(request: ImportRequest, readers: ImportReaders): Promise<Imported> {
  const { out, format, signal } = request;
  const importer = format === undefined ? undefined : readers.findImporter(format);
  const files = await filesToImport(request.from);
  const parents: SetParent[] = [];
  const tallies = new Map<string, FormatTally>();
  const tallyOf = (reader: Importer | undefined) => {
    const name = reader?.format ?? UNKNOWN;
    const tally = tallies.get(name) ?? createTally(reader);
    tallies.set(name, tally);
    return tally;
  };
  const ids = new Set<string>();

  async function* samples(refused: Counter): AsyncGenerator<Sample> {
    for (const file of files) {
      const name = path.basename(file);
      parents.push({ kind: "file", id: await hashOfFile(file), name });
      for await (const read of readers.readDocuments(file)) {
        const reader = importer ?? readerOf(read);
        const result = typeof reader === "string" ? reader : sampleOf(read, reader, name);
        const reason = typeof result === "string" ? result : ids.has(result.id) ? "duplicate-id" : undefined;
        tallyOf(typeof reader === "string" ? undefined : reader).add(reason ?? result);
        if (reason !== undefined) refused.add(reason);
        else if (typeof result !== "string") {
          ids.add(result.id);
          yield result;
        }
      }
    }
  }
  /** Or why there is none. */
  const readerOf = (read: ReadDocument) =>
    read.kind === "refused" ? read.reason : orCode(() => readers.importerFor(read.document));
  const formats = () => Object.fromEntries([...tallies].map(([name, tally]) => [name, tally.counts()]));
  const manifest = await writeTrainingSet({
    folder: out,
    operation: { name: "import", options: { format: format ?? null } },
    samples,
    known: () => ({ parents, details: { formats: formats() } }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { manifest, formats: formats() };
}

/** A sample, or why there is none. */
function sampleOf(read: ReadDocument, reader: Importer, name: string): Sample | string {
  if (read.kind === "refused") return read.reason;
  return orCode(() => {
    const source = { name, ...(read.row === undefined ? {} : { row: read.row }) };
    const sample = sampleSchema.safeParse(reader.read(read.document, source));
    // Whatever a file holds: a time that is none, a count below 0.
    return sample.success ? sample.data : "not-a-sample";
  });
}

/** What `work` gives, or the code of its refusal. */
function orCode<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof HybridGymError) return error.code;
    throw error;
  }
}

type FormatTally = ReturnType<typeof createTally>;

function createTally(reader: Importer | undefined) {
  const [refused, lost, repaired] = [createCounter(), createCounter(), createCounter()];
  let written = 0;
  return {
    /** A sample, or why there is none. */
    add(result: Sample | string) {
      if (typeof result === "string") return refused.add(result);
      written++;
      for (const field of new Set(result.lost)) lost.add(field);
      for (const rule of new Set(result.repaired)) repaired.add(rule);
    },
    counts: () => ({
      version: reader?.version ?? null,
      read: written + refused.total(),
      written,
      refused: refused.counts(),
      lost: lost.counts(),
      repaired: repaired.counts(),
    }),
  };
}
