import path from "node:path";
import type { Json } from "../base/json.ts";
import type { Exporter } from "../exporter.ts";
import { openRowFile, type RowFile } from "./row-file.ts";

/** The file that a format's rows are written to. */
export interface NamedRowFile {
  /** Of the file in its folder. */
  readonly name: "train.jsonl" | "train.parquet";
  open(): Promise<RowFile>;
}

export function rowFileOf(
  exporter: Exporter,
  options: Readonly<Record<string, Json>>,
  folder: string,
): NamedRowFile {
  const columns = exporter.columns?.(options);
  if (columns === undefined)
    return { name: "train.jsonl", open: () => openRowFile(path.join(folder, "train.jsonl")) };
  return {
    name: "train.parquet",
    open: async () => {
      // Formats of lines do without the library.
      const { encodeParquet } = await import("./parquet.ts");
      return openRowFile(path.join(folder, "train.parquet"), encodeParquet(columns));
    },
  };
}
