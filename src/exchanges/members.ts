import { promisify } from "node:util";
import { crc32, gzip, inflateRawSync } from "node:zlib";
import { StoreError, systemCode } from "../base/errors.ts";

/** RFC 1952, as zlib writes it without a name: ten bytes before the deflated text, its checksum and length after. */
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;

/** One text as a gzip member of its own. */
export const toMember: (text: string) => Promise<Buffer> = promisify(gzip);

export interface Member {
  readonly text: string;
  /** Where it ends in the file, in bytes. */
  readonly end: number;
}

/**
 * The members of a file, one after the other. What a killed writer left of a last one is no member; neither is a tail of zeros, which
 * file systems leave after a power cut.
 * @throws StoreError `exchanges-damaged` where bytes are wrong.
 */
export function* readMembers(bytes: Buffer, place: string): Generator<Member> {
  let start = 0;
  while (start < bytes.length) {
    const member = memberAt(bytes, start, place);
    if (member === undefined) return;
    yield member;
    start = member.end;
  }
}

function memberAt(bytes: Buffer, start: number, place: string): Member | undefined {
  const rest = bytes.subarray(start);
  if (isTorn(rest)) return undefined;
  if (rest[0] !== 0x1f || rest[1] !== 0x8b || rest[2] !== 8 || rest[3] !== 0) throw damaged(place, start);
  const inflated = inflate(rest.subarray(HEADER_BYTES), place, start);
  if (inflated === undefined) return undefined;
  const end = HEADER_BYTES + inflated.consumed;
  if (rest.length < end + TRAILER_BYTES) return undefined;
  if (rest.readUInt32LE(end) !== crc32(inflated.bytes)) throw damaged(place, start);
  return { text: inflated.bytes.toString("utf8"), end: start + end + TRAILER_BYTES };
}

function isTorn(rest: Buffer): boolean {
  return rest.length < HEADER_BYTES || rest.every((byte) => byte === 0);
}

/** With `info`, which the types do not know, zlib says how far it read. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function inflate(
  deflated: Buffer,
  place: string,
  start: number,
): { bytes: Buffer; consumed: number } | undefined {
  try {
    const { buffer, engine } = inflateRawSync(deflated, { info: true }) as unknown as Inflated;
    return { bytes: buffer, consumed: engine.bytesWritten };
  } catch (error) {
    if (systemCode(error) === "Z_BUF_ERROR") return undefined;
    throw damaged(place, start, error);
  }
}

function damaged(place: string, start: number, cause?: unknown): StoreError {
  return new StoreError({
    code: "exchanges-damaged",
    message: `${place}: damaged from byte ${start} on`,
    hint: "Restore the file from a copy; what stands before that byte can still be read with zcat.",
    fields: { file: place, byte: start },
    cause,
  });
}
