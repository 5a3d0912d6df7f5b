import { ImportError, InputError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { Importer } from "../importer.ts";
import { atif } from "./atif/atif.ts";
import { messages } from "./messages/messages.ts";
import { miniSweAgent } from "./mini-swe-agent.ts";
import { openhandsSdk } from "./openhands/sdk.ts";
import { openhands } from "./openhands/v0.ts";
import { responses } from "./responses.ts";
import { sweAgent } from "./swe-agent/swe-agent.ts";

/** In the order in which they are asked; no document is of two. A new one is a line here. */
export const importers: readonly Importer[] = [
  atif,
  openhandsSdk,
  openhands,
  sweAgent,
  miniSweAgent,
  responses,
  messages,
];

const known = importers.map(({ format }) => format).join(", ");

/** @throws InputError `unknown-format`. */
export function findImporter(format: string): Importer {
  const found = importers.find((importer) => importer.format === format);
  if (found !== undefined) return found;
  throw new InputError({
    code: "unknown-format",
    message: `There is no format ${JSON.stringify(format)} to import`,
    hint: `Formats are ${known}.`,
    fields: { format },
  });
}

/** @throws ImportError `unrecognised-document`. */
export function importerFor(document: Json): Importer {
  const found = importers.find((importer) => importer.recognises(document));
  if (found !== undefined) return found;
  throw new ImportError({
    code: "unrecognised-document",
    message: "the document is of no format that can be imported",
    hint: `Formats are ${known}; docs/importing.md says by what each is told.`,
  });
}
