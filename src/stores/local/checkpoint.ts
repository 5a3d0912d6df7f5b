import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { writeFileDurably } from "../../base/files.ts";
import { sha256 } from "../../base/hash.ts";
import { countsSchema, foldColumnsSchema } from "../fold-columns.ts";
import { CHECKPOINT } from "./layout.ts";
import type { LedgerView } from "./view.ts";

/**
 * What the ledger comes to up to some byte, so that a long one need not be read line by line. It holds for exactly the bytes whose
 * SHA-256 it names; one that is damaged, of another version or of another ledger is passed over, and nothing is lost with it.
 */
export const CHECKPOINT_FORMAT = 1;

/** The first line; the second is the body that it seals. */
const headSchema = z.strictObject({
  schema_version: z.literal(CHECKPOINT_FORMAT),
  /** How much of the ledger it sums up. */
  ledger: z.strictObject({ bytes: z.int(), lines: z.int(), sha256: z.string() }),
  body_sha256: z.string(),
});

const bodySchema = z.strictObject({
  fold: foldColumnsSchema,
  /** Of each target, by its place: first byte and bytes of the line of its last finished attempt; 0 and 0 for none. */
  finished_at: countsSchema,
  finished_bytes: countsSchema,
  packed: z.array(z.tuple([z.int(), z.int()])),
});

export interface Checkpoint extends z.infer<typeof bodySchema> {
  readonly ledger: z.infer<typeof headSchema>["ledger"];
}

export async function writeCheckpoint(run: string, view: LedgerView): Promise<void> {
  const fold = view.fold.toCheckpoint();
  const body = JSON.stringify({ fold, ...view.toFinishedColumns(), packed: view.packed });
  const head = {
    schema_version: CHECKPOINT_FORMAT,
    ledger: { bytes: view.bytes, lines: view.lines, sha256: view.sha256 },
    body_sha256: sha256(body),
  };
  await writeFileDurably(path.join(run, CHECKPOINT), `${JSON.stringify(head)}\n${body}\n`);
}

/** Undefined where there is none that can be read. */
export async function readCheckpoint(run: string): Promise<Checkpoint | undefined> {
  try {
    const bytes = await readFile(path.join(run, CHECKPOINT));
    const end = bytes.indexOf("\n");
    const head = headSchema.parse(JSON.parse(bytes.toString("utf8", 0, end)));
    const body = bytes.subarray(end + 1, -1);
    if (sha256(body) !== head.body_sha256) return undefined;
    return { ledger: head.ledger, ...bodySchema.parse(JSON.parse(body.toString("utf8"))) };
  } catch {
    // Whatever is wrong with it, the ledger itself is there to be read.
    return undefined;
  }
}
