import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { writeFileDurably } from "../../base/files.ts";
import { sha256 } from "../../base/hash.ts";
import { type FoldColumns, fittingColumns, foldRestSchema } from "../fold-columns.ts";
import { readTable, writeTable } from "./column-file.ts";
import { CHECKPOINT } from "./layout.ts";
import type { FinishedColumns, LedgerView } from "./view.ts";

/**
 * What the ledger comes to up to some byte, so that a long one need not be read line by line. It holds for exactly the bytes whose
 * SHA-256 it names; one that is damaged, of another version or of another ledger is passed over, and nothing is lost with it.
 */
export const CHECKPOINT_FORMAT = 2;

/** The first line; what follows is the body that it seals. */
const headSchema = z.strictObject({
  schema_version: z.literal(CHECKPOINT_FORMAT),
  /** How much of the ledger it sums up. */
  ledger: z.strictObject({ bytes: z.int(), lines: z.int(), sha256: z.string() }),
  body_sha256: z.string(),
});

const restSchema = z.strictObject({
  fold: foldRestSchema,
  packed: z.array(z.tuple([z.int(), z.int()])),
});

export interface Checkpoint {
  readonly ledger: z.infer<typeof headSchema>["ledger"];
  readonly columns: FoldColumns;
  readonly finished: FinishedColumns;
  readonly packed: z.infer<typeof restSchema>["packed"];
}

export async function writeCheckpoint(run: string, view: LedgerView): Promise<void> {
  const { id, at, numbers, rest } = view.fold.toCheckpoint();
  const { bytes: finished_bytes, at: finished_at } = view.toFinishedColumns();
  const body = writeTable({
    texts: { id, at },
    numbers: { ...numbers, finished_at, finished_bytes },
    rest: { fold: rest, packed: view.packed },
  });
  const head = {
    schema_version: CHECKPOINT_FORMAT,
    ledger: { bytes: view.bytes, lines: view.lines, sha256: view.sha256 },
    body_sha256: sha256(body),
  };
  const first = Buffer.from(`${JSON.stringify(head)}\n`);
  await writeFileDurably(path.join(run, CHECKPOINT), Buffer.concat([first, body]));
}

/** Undefined where there is none that can be read. */
export async function readCheckpoint(run: string): Promise<Checkpoint | undefined> {
  try {
    const bytes = await readFile(path.join(run, CHECKPOINT));
    const end = bytes.indexOf("\n");
    const { ledger, body_sha256 } = headSchema.parse(JSON.parse(bytes.toString("utf8", 0, end)));
    const body = bytes.subarray(end + 1);
    if (sha256(body) !== body_sha256) return undefined;
    const { texts, numbers, rest } = readTable(body);
    const { fold, packed } = restSchema.parse(rest);
    const columns = fittingColumns(texts, numbers, fold);
    return { ledger, columns, finished: finishedOf(numbers, columns.id.length), packed };
  } catch {
    // Whatever is wrong with it, the ledger itself is there to be read.
    return undefined;
  }
}

function finishedOf(numbers: Readonly<Record<string, Float64Array>>, length: number): FinishedColumns {
  const { finished_at: at, finished_bytes: bytes } = numbers;
  if (at?.length !== length || bytes?.length !== length) throw new RangeError("columns are not equally long");
  return { at, bytes };
}
