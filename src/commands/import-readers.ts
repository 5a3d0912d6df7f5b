import path from "node:path";
import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/files.ts";
import { jsonSchema, type Json } from "../base/json.ts";
import type { Importer, ImportSource } from "../importer.ts";

/** One JSON value of a file: the whole, or a row. */
export type ReadDocument =
  | { readonly kind: "document"; readonly document: Json; readonly source: ImportSource }
  /** `reason` is kebab-case. */
  | { readonly kind: "refused"; readonly reason: string };

/** Who reads what. */
export interface ImportReaders {
  /** @throws HybridGymError for a document that none recognises. */
  importerFor(document: Json): Importer;
  /** @throws InputError for a format that there is not. */
  findImporter(format: string): Importer;
  readDocuments(file: string): AsyncIterable<ReadDocument>;
}

/** The formats that are read. */
const importers: readonly Importer[] = [];

export const importReaders: ImportReaders = {
  importerFor(document) {
    const found = importers.find((importer) => importer.recognises(document));
    if (found !== undefined) return found;
    throw new InputError({ code: "unrecognised-document", message: "the document is of no format" });
  },
  findImporter(format) {
    const found = importers.find((importer) => importer.format === format);
    if (found !== undefined) return found;
    throw new InputError({
      code: "unknown-format",
      message: `There is no import format "${format}"`,
      hint: `Use one of: ${importers.map((importer) => importer.format).join(", ")}.`,
      fields: { format },
    });
  },
  async *readDocuments(file): AsyncGenerator<ReadDocument> {
    let row = 0;
    for await (const document of readJsonl(file, jsonSchema))
      yield { kind: "document", document, source: { name: path.basename(file), row: ++row } };
  },
};
