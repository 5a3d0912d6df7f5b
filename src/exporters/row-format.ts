import path from "node:path";
import type { Json } from "../base/json.ts";
import type { Exporter } from "../exporter.ts";
import { openRowFile, type RowFile } from "./row-file.ts";

/** Of rows in lines. */
export const ROWS_FILE = "train.jsonl";

/** The file that a format's rows are written to. */
export interface NamedRowFile {
  /** Of the file in its folder. */
  readonly name: typeof ROWS_FILE | "train.parquet";
  open(): Promise<RowFile>;
}

export function rowFileOf(
  exporter: Exporter,
  options: Readonly<Record<string, Json>>,
  folder: string,
): NamedRowFile {
  const columns = exporter.columns?.(options);
  if (columns === undefined)
    return { name: ROWS_FILE, open: () => openRowFile(path.join(folder, ROWS_FILE)) };
  return {
    name: "train.parquet",
    open: async () => {
      // Formats of lines do without the library.
      const { encodeParquet } = await import("./parquet.ts");
      return openRowFile(path.join(folder, "train.parquet"), encodeParquet(columns));
    },
  };
}
