import type { Json } from "./base/json.ts";
import type { Sample } from "./sample.ts";

/**
 * Reads attempts that somebody else recorded. Pure: one document in, samples out. What the source has and a sample has no place for is listed
 * in `lost`, what was broken and could be mended in `repaired`; nothing is dropped silently. Implementations in `importers/`; each
 * passes `importers/conformance.ts`.
 */
export interface Importer {
  /** As named on the command line: `openhands`, `swe-agent`… */
  readonly format: string;
  /** Raised whenever the same document may give another sample. */
  readonly version: number;
  /** Whether a document (one JSON value of a file: the whole, or one of its rows) is of this format. Cheap; the first that says yes reads it. */
  recognises(document: Json): boolean;
  /** @throws ImportError for a document that cannot be read so. */
  read(document: Json, source: ImportSource): Sample;
}

export interface ImportSource {
  /** Name of the file, without its folder. */
  readonly name: string;
  /** Row of the file, from 1; undefined where the file is one document. */
  readonly row?: number;
}
