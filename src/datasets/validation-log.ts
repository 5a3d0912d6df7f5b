import { rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { sha256 } from "../base/hash.ts";
import { canonicalJson } from "../base/json.ts";
import { openRowLog, readRowLog } from "../base/row-log.ts";
import { type Validation, validationSchema } from "../dataset.ts";
import { VALIDATION_LOG } from "./layout.ts";

/** What an unfinished validation has found, on disk before it counts, so that one that was killed goes on. */
export interface ValidationLog extends AsyncDisposable {
  found(round: number, id: string): Validation | undefined;
  keep(round: number, validation: Validation): Promise<void>;
  /** All is found: nothing is left to go on with. */
  finish(): Promise<void>;
}

const startSchema = z.strictObject({ asked: z.string() });
const lineSchema = z.strictObject({ round: z.int(), validation: validationSchema });

/** @param asked what decides results: with another one of it, what was found before is thrown away. */
export async function openValidationLog(dataset: string, asked: unknown): Promise<ValidationLog> {
  const file = path.join(dataset, VALIDATION_LOG);
  const start = { asked: sha256(canonicalJson(asked)) };
  const known = await readKnown(file, start.asked);
  if (known === undefined) await rm(file, { force: true });
  const found = known ?? new Map<string, Validation>();
  const log = await openRowLog(file);
  if (known === undefined) await log.append(start);
  return {
    found: (round, id) => found.get(keyOf(round, id)),
    keep: (round, validation) => log.append({ round, validation }),
    finish: () => rm(file, { force: true }),
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };
}

async function readKnown(file: string, asked: string): Promise<Map<string, Validation> | undefined> {
  const found = new Map<string, Validation>();
  let isSame = false;
  for await (const row of readRowLog(file)) {
    const start = startSchema.safeParse(row);
    if (start.success) isSame = start.data.asked === asked;
    const kept = lineSchema.safeParse(row);
    if (kept.success) found.set(keyOf(kept.data.round, kept.data.validation.id), kept.data.validation);
  }
  return isSame ? found : undefined;
}

function keyOf(round: number, id: string): string {
  return `${round} ${id}`;
}
