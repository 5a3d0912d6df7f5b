import { z } from "zod";
import { StoreError } from "../../base/errors.ts";
import { refuseNewer } from "../../base/format-version.ts";
import { sha256 } from "../../base/hash.ts";
import { canonicalJson } from "../../base/json.ts";
import { RUN_FORMAT, ledgerEventSchema } from "../../run.ts";
import type { LedgerEvent } from "../../run.ts";
import { liftEvent } from "./format-1.ts";

/**
 * One event as one line of JSON whose last field, `sum`, is the first 16 hexadecimal digits of the SHA-256 of the line without that
 * field. So a line that a disk or an editor changed is known from one that was written.
 */
export function writeLine(event: LedgerEvent): string {
  const text = canonicalJson(event);
  return `${text.slice(0, -1)},"sum":"${sumOf(text)}"}`;
}

/** Where a line stands: its first byte from 0 and, where it is known, its number from 1. */
export interface LinePlace {
  readonly file: string;
  readonly line?: number | undefined;
  readonly byte: number;
}

/** Lines of format 1 have no sum. @throws StoreError `ledger-damaged` · InputError `newer-format`. */
export function readLine(line: string, place: LinePlace): LedgerEvent {
  const sealed = SEALED.exec(line.slice(-SEAL_LENGTH));
  if (sealed === null) return parseEvent(line, place);
  const text = `${line.slice(0, -SEAL_LENGTH)}}`;
  if (sumOf(text) !== sealed[1]) throw damaged(place, "its checksum is another");
  return parseEvent(text, place);
}

const SEALED = /^,"sum":"([0-9a-f]{16})"\}$/;
const SEAL_LENGTH = ',"sum":"0123456789abcdef"}'.length;

function sumOf(text: string): string {
  return sha256(text).slice(0, 16);
}

function parseEvent(text: string, place: LinePlace): LedgerEvent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(place, "it is no JSON");
  }
  refuseNewer(value, RUN_FORMAT, nameOf(place));
  const result = ledgerEventSchema.safeParse(liftEvent(value));
  if (result.success) return result.data;
  throw damaged(place, z.prettifyError(result.error).split("\n")[0] ?? "not as expected");
}

function nameOf({ file, line }: LinePlace): string {
  return line === undefined ? file : `${file}:${line}`;
}

function damaged(place: LinePlace, why: string): StoreError {
  const { line, byte } = place;
  return new StoreError({
    code: "ledger-damaged",
    message: `${nameOf(place)}: the line of the ledger from byte ${byte} on cannot be read (${why})`,
    hint: "The file was changed by something else; restore it from a copy. Attempts themselves lie in attempts/.",
    fields: { place: nameOf(place), line, byte },
  });
}
