import { ImportError } from "../base/errors.ts";
import type { Importer } from "../importer.ts";
import { type Sample, sampleSchema } from "../sample.ts";
import { importerFor } from "./index.ts";
import { type DocumentRead, readDocuments } from "./read-documents.ts";

export type Imported =
  | { readonly kind: "sample"; readonly sample: Sample; readonly importer: Importer }
  | {
      readonly kind: "refused";
      /** `file:row` */
      readonly place: string;
      /** Kebab-case, to be counted; docs/importing.md lists them. */
      readonly reason: string;
      readonly detail: string;
      /** Undefined where no importer knows the document, or where it is none. */
      readonly importer?: Importer;
    };

export interface ImportFileOptions {
  /** Takes every document for one of its format; else each is recognised. */
  readonly importer?: Importer | undefined;
  /** What samples say that they come from; the file's own name when left out. */
  readonly name?: string;
}

/**
 * The attempts of a file, in its order, each document by the importer that recognises it, or all by one. What cannot be read is said
 * once per document, and reading goes on. @throws InputError for a file that cannot be read at all.
 */
export async function* importFile(file: string, options: ImportFileOptions = {}): AsyncGenerator<Imported> {
  for await (const read of readDocuments(file, options.name))
    yield read.kind === "refused" ? read : importDocument(file, read, options.importer);
}

function importDocument(
  file: string,
  { document, source }: Extract<DocumentRead, { kind: "document" }>,
  named: Importer | undefined,
): Imported {
  const place = source.row === undefined ? file : `${file}:${source.row}`;
  let importer = named;
  try {
    importer ??= importerFor(document);
    const sample = sampleSchema.safeParse(importer.read(document, source));
    if (sample.success) return { kind: "sample", sample: sample.data, importer };
    // Whatever a file holds: a time that is none, a count below 0.
    const [issue] = sample.error.issues;
    const detail = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not as expected"}`;
    return { kind: "refused", place, reason: "not-a-sample", detail, importer };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    const { reason } = error.fields;
    return {
      kind: "refused",
      place,
      reason: typeof reason === "string" ? reason : error.code,
      detail: error.message,
      ...(importer === undefined ? {} : { importer }),
    };
  }
}
