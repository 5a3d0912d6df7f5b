import { existsSync } from "node:fs";
import { openAppendLog, readLines } from "./files.ts";
import { canonicalJson } from "./json.ts";

/** A file of JSON rows that is gone on with after a kill: each is on disk when `append` returns. */
export interface RowLog extends AsyncDisposable {
  append(row: unknown): Promise<void>;
}

export async function openRowLog(file: string): Promise<RowLog> {
  const log = await openAppendLog(file);
  return {
    // A line of its own whatever a killed writer left before it; empty lines are nothing.
    append: (row) => log.append(`\n${canonicalJson(row)}`),
    [Symbol.asyncDispose]: () => log.close(),
  };
}

/** Its rows; none where there is no file. What a killed writer left of one is none. */
export async function* readRowLog(file: string): AsyncGenerator<unknown> {
  if (!existsSync(file)) return;
  for await (const { line } of readLines(file)) {
    try {
      yield JSON.parse(line);
    } catch {
      continue;
    }
  }
}
