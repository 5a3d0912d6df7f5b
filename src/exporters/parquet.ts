import { constants, zstdCompressSync } from "node:zlib";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Json } from "../base/json.ts";
import type { ColumnType, Columns } from "../exporter.ts";
import type { FileRow, RowEncoder } from "./row-file.ts";

type SchemaElement = ParquetWriter["schema"][number];

/** A row group is closed at so many characters of text or so many rows: what is held in memory of a table of any size. */
const GROUP_CHARACTERS = 1 << 24;
const GROUP_ROWS = 1000;

/** As for training sets: fixed, as the bytes would differ. */
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 9 } };

/**
 * Rows as an Apache Parquet file with nested columns, compressed with zstd. Statistics and page indexes are left out: nobody looks a row up by the
 * order of a conversation's text, and they would be kept in memory until the end.
 */
export function encodeParquet(columns: Columns): RowEncoder {
  const names = Object.keys(columns);
  const schema = [
    root(names.length),
    ...names.flatMap((name) => elementsOf(name, columns[name] ?? "string")),
  ];
  const writer = new ByteWriter();
  const compressors = { ZSTD: (bytes: Uint8Array) => zstdCompressSync(bytes, LEVEL) };
  const file = new ParquetWriter({
    writer,
    schema,
    codec: "ZSTD",
    compressors,
    statistics: false,
    createdBy: "hybrid-gym",
  });
  let group: FileRow[] = [];
  let characters = 0;
  const closeGroup = () => {
    if (group.length === 0) return;
    const columnData = names.map((name) => ({
      name,
      data: group.map((row) => row[name] ?? null),
      offsetIndex: false,
    }));
    void file.write({ columnData, rowGroupSize: group.length });
    group = [];
    characters = 0;
  };
  const take = () => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  return {
    add(row) {
      group.push(row);
      characters += charactersOf(row);
      if (characters < GROUP_CHARACTERS && group.length < GROUP_ROWS) return undefined;
      closeGroup();
      return take();
    },
    end() {
      closeGroup();
      void file.finish();
      return take();
    },
  };
}

function root(children: number): SchemaElement {
  return { name: "schema", num_children: children };
}

/** Lists have three levels, as the format's description wants them: parquet.apache.org/docs/file-format/types/logicaltypes. */
function elementsOf(name: string, type: ColumnType): SchemaElement[] {
  if (typeof type === "string") return [{ name, repetition_type: "OPTIONAL", ...PRIMITIVES[type] }];
  if ("list" in type)
    return [
      { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      ...elementsOf("element", type.list),
    ];
  const fields = Object.entries(type.struct);
  return [
    { name, repetition_type: "OPTIONAL", num_children: fields.length },
    ...fields.flatMap(([field, inner]) => elementsOf(field, inner)),
  ];
}

const PRIMITIVES = {
  boolean: { type: "BOOLEAN" },
  number: { type: "DOUBLE" },
  string: { type: "BYTE_ARRAY", converted_type: "UTF8" },
} as const satisfies Record<string, Partial<SchemaElement>>;

function charactersOf(value: Json | FileRow): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum: number, item) => sum + charactersOf(item), 0);
}
