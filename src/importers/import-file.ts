import { ImportError } from "../base/errors.ts";
import type { Importer } from "../importer.ts";
import type { Sample } from "../sample.ts";
import { importerFor } from "./index.ts";
import { type DocumentRead, readDocuments } from "./read-documents.ts";

export type Imported =
  | { readonly kind: "sample"; readonly sample: Sample }
  | {
      readonly kind: "refused";
      /** `file:row` */
      readonly place: string;
      /** Kebab-case, to be counted; docs/importing.md lists them. */
      readonly reason: string;
      readonly detail: string;
    };

/**
 * The attempts of a file, in its order, each document by the importer that recognises it, or all by one. What cannot be read is said
 * once per document, and reading goes on. @throws InputError for a file that cannot be read at all.
 */
export async function* importFile(
  file: string,
  { importer, name }: { readonly importer?: Importer; readonly name?: string } = {},
): AsyncGenerator<Imported> {
  for await (const read of readDocuments(file, name))
    yield read.kind === "refused" ? read : importDocument(file, read, importer);
}

function importDocument(
  file: string,
  { document, source }: Extract<DocumentRead, { kind: "document" }>,
  importer: Importer | undefined,
): Imported {
  try {
    return { kind: "sample", sample: (importer ?? importerFor(document)).read(document, source) };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    const place = source.row === undefined ? file : `${file}:${source.row}`;
    const said = error.fields["reason"];
    return {
      kind: "refused",
      place,
      reason: typeof said === "string" ? said : error.code,
      detail: error.message,
    };
  }
}
