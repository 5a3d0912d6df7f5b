import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { openAppendLog, readLines } from "../base/files.ts";
import { sha256 } from "../base/hash.ts";
import { canonicalJson } from "../base/json.ts";
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
  const log = await openAppendLog(file);
  // A line of its own whatever a killed writer left before it; empty lines are nothing.
  const write = (line: unknown) => log.append(`\n${canonicalJson(line)}`);
  if (known === undefined) await write(start);
  return {
    found: (round, id) => found.get(keyOf(round, id)),
    keep: (round, validation) => write({ round, validation }),
    async finish() {
      await log.close();
      await rm(file, { force: true });
    },
    async [Symbol.asyncDispose]() {
      // After `finish` it is closed already.
      if (existsSync(file)) await log.close();
    },
  };
}

async function readKnown(file: string, asked: string): Promise<Map<string, Validation> | undefined> {
  if (!existsSync(file)) return undefined;
  const found = new Map<string, Validation>();
  let isSame = false;
  for await (const { line } of readLines(file)) {
    const row = parse(line);
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

/** Half a line that a killed writer left is nothing. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
