import type { Json } from "./base/json.ts";
import type { Sample } from "./sample.ts";

/**
 * An exporter turns one sample into one row that a trainer reads. It is pure, and it loses nothing silently:
 * what does not fit its format is refused with a reason. Implementations in `exporters/`; the filters, files
 * and counts around them are in `exporters/export.ts`.
 */
export interface Exporter {
  /** As named on the command line. */
  readonly format: string;
  /** Raised whenever the same sample may give another row. */
  readonly version: number;
  /** The format's options with their defaults filled in. @throws InputError for an unknown or wrong one. */
  parseOptions(options: Readonly<Record<string, Json>>): Record<string, Json>;
  /** Further files that readers of the format want beside the rows, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where readers of the format want a Parquet table: its columns, in their order. Absent where they want JSON lines. */
  columns?(options: Readonly<Record<string, Json>>): Columns;
  /** Whether a row is a conversation of messages that a chat template takes; true when left out. */
  readonly isChat?: false;
  /** `options` as `parseOptions` gave them. */
  toRow(input: ExportInput, options: Readonly<Record<string, Json>>): ExportResult;
}

/** Names and types of a table's columns. Any value may be null; what a column's type has no place for must not be in the row. */
export type Columns = Readonly<Record<string, ColumnType>>;
export type ColumnType =
  | "boolean"
  | "number"
  | "string"
  | { readonly list: ColumnType }
  | { readonly struct: Columns };

export interface ExportInput {
  /** With an outcome: graded, or claimed where the user takes claims. */
  readonly sample: Sample;
}

export type ExportResult =
  | {
      readonly kind: "row";
      /** Its fields in a fixed order; the same fields in every row. */
      readonly row: Readonly<Record<string, Json>>;
      readonly size: RowSize;
    }
  | {
      readonly kind: "refused";
      /** Kebab-case, counted in the manifest. */
      readonly reason: string;
      readonly detail: string;
    };

export interface RowSize {
  readonly messages: number;
  /** UTF-16 units of all text in the messages: content, reasoning and arguments. */
  readonly characters: number;
}
