import type { Json } from "../base/json.ts";
import type { Importer, ImportSource } from "../importer.ts";
import { findImporter, importerFor } from "../importers/index.ts";
import { readDocuments } from "../importers/read-documents.ts";

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
  /** `name` is what samples say that they come from. */
  readDocuments(file: string, name: string): AsyncIterable<ReadDocument>;
}

/** The formats that are read. */
export const importReaders: ImportReaders = { importerFor, findImporter, readDocuments };
