import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/files.ts";
import { jsonSchema } from "../base/json.ts";
import type { Importer } from "../importer.ts";
import type { ImportReaders, ReadDocument } from "./import.ts";

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
      yield { kind: "document", document, row: ++row };
  },
};
