import { findImporter, importerFor } from "../importers/index.ts";
import { readDocuments } from "../importers/read-documents.ts";
import type { ImportReaders, ReadDocument } from "./import.ts";

/** The formats that are read. */
export const importReaders: ImportReaders = {
  importerFor,
  findImporter,
  async *readDocuments(file): AsyncGenerator<ReadDocument> {
    for await (const read of readDocuments(file)) {
      if (read.kind === "refused") yield { kind: "refused", reason: read.reason };
      else
        yield {
          kind: "document",
          document: read.document,
          ...(read.source.row === undefined ? {} : { row: read.source.row }),
        };
    }
  },
};
