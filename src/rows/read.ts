import { open } from "node:fs/promises";
import { z } from "zod";
import { readJsonl, readTextFile } from "../base/files.ts";
import { jsonSchema, parseJson } from "../base/json.ts";
import type { Row } from "../row.ts";

const rowSchema: z.ZodType<Row> = z.record(z.string(), jsonSchema);

/**
 * The rows of a JSONL file, one by one, or of a JSON file that holds an array of them.
 * @throws InputError `no-such-file`, `malformed-json`, `malformed-row` with file and line.
 */
export async function* readRows(file: string): AsyncGenerator<Row> {
  if (await startsWithBracket(file)) yield* parseJson(await readTextFile(file), z.array(rowSchema), file);
  else yield* readJsonl(file, rowSchema);
}

async function startsWithBracket(file: string): Promise<boolean> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0).catch(() => ({
      buffer: Buffer.alloc(0),
      bytesRead: 0,
    }));
    return /^\uFEFF?\s*\[/.test(buffer.toString("utf8", 0, bytesRead));
  } finally {
    await handle.close();
  }
}
