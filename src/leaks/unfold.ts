import * as zlib from "node:zlib";

/** Bytes that one compressed stream may grow to; a bigger one is looked at up to there only. */
const MOST_INFLATED = 256 * 1024 * 1024;

/**
 * Some bytes and what is compressed in them: gzip, zstd, the members of a zip archive, and zlib streams wherever they start
 * (git's loose objects, packs and their remains, data bases). With `quick`, only what the first bytes announce.
 */
export function unfold(content: Uint8Array, depth: "quick" | "everywhere"): Uint8Array[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const result: Uint8Array[] = [content];
  if (startsWith(bytes, [0x1f, 0x8b, 0x08]))
    add(
      result,
      attempt(() => zlib.gunzipSync(bytes, LIMITS)),
    );
  if (startsWith(bytes, [0x28, 0xb5, 0x2f, 0xfd])) {
    add(
      result,
      attempt(() => zlib.zstdDecompressSync(bytes, { maxOutputLength: MOST_INFLATED })),
    );
  }
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) result.push(...zipMembers(bytes));
  else if (depth === "everywhere") result.push(...zlibStreams(bytes));
  return result;
}

const LIMITS = { maxOutputLength: MOST_INFLATED, finishFlush: zlib.constants.Z_SYNC_FLUSH };

function startsWith(bytes: Buffer, start: readonly number[]): boolean {
  return start.every((byte, place) => bytes[place] === byte);
}

function add(result: Uint8Array[], bytes: Uint8Array | undefined): void {
  if (bytes !== undefined && bytes.length > 0) result.push(bytes);
}

function attempt<T>(inflate: () => T): T | undefined {
  try {
    return inflate();
  } catch {
    return undefined;
  }
}

function* zipMembers(bytes: Buffer): Generator<Uint8Array> {
  const signature = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
  for (let at = bytes.indexOf(signature); at >= 0; at = bytes.indexOf(signature, at + 4)) {
    if (at + 30 > bytes.length || bytes.readUInt16LE(at + 8) !== 8) continue;
    const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    const member = attempt(() => zlib.inflateRawSync(bytes.subarray(start), LIMITS));
    if (member !== undefined) yield member;
  }
}

function* zlibStreams(bytes: Buffer): Generator<Uint8Array> {
  for (let at = bytes.indexOf(0x78); at >= 0;) {
    const stream = isZlibHeader(bytes, at) ? inflateAt(bytes, at) : undefined;
    if (stream !== undefined) yield stream.content;
    at = bytes.indexOf(0x78, at + (stream?.consumed ?? 1));
  }
}

/** The second byte makes the pair a multiple of 31 (RFC 1950); no preset dictionary. */
function isZlibHeader(bytes: Buffer, at: number): boolean {
  const second = bytes[at + 1];
  return second === 0x01 || second === 0x5e || second === 0x9c || second === 0xda;
}

function inflateAt(
  bytes: Buffer,
  at: number,
): { readonly content: Uint8Array; readonly consumed: number } | undefined {
  // With `info`, which the type does not know, Node says how much of its input a stream took.
  const result: unknown = attempt(() => zlib.inflateSync(bytes.subarray(at), { ...LIMITS, info: true }));
  if (typeof result !== "object" || result === null || !("buffer" in result && "engine" in result))
    return undefined;
  const { buffer, engine } = result;
  if (!(buffer instanceof Uint8Array) || buffer.length < 8) return undefined;
  const consumed =
    typeof engine === "object" && engine !== null && "bytesWritten" in engine ? engine.bytesWritten : 1;
  return { content: buffer, consumed: typeof consumed === "number" && consumed > 0 ? consumed : 1 };
}
