import { createReadStream, readFileSync, statSync } from "node:fs";
import type { Readable } from "node:stream";
import * as zlib from "node:zlib";
import { InputError, messageOf } from "../base/errors.ts";
import { describeReadFailure } from "../base/files.ts";

/** Of a line, and of a file that is one document: more is no text of V8's any more. */
export const MOST_BYTES = 256 * 1024 * 1024;

export type SourceLine =
  | {
      readonly kind: "line";
      readonly number: number;
      readonly bytes: Uint8Array;
      /** The file ends within it. */
      readonly isLast: boolean;
    }
  | { readonly kind: "too-long"; readonly number: number }
  /** The packed data ends or breaks here; what came before was whole. */
  | { readonly kind: "damaged"; readonly number: number; readonly detail: string };

/** The lines of a file, unpacked by its name; never more than one is held. */
export async function* linesOf(file: string): AsyncGenerator<SourceLine> {
  const line = new LineBuffer();
  let number = 1;
  try {
    for await (const chunk of chunksOf(file)) {
      let from = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
        line.add(chunk.subarray(from, end));
        yield line.take(number++, false);
        from = end + 1;
      }
      line.add(chunk.subarray(from));
    }
  } catch (error) {
    if (!(error instanceof DamagedData)) throw error;
    yield { kind: "damaged", number, detail: messageOf(error.cause) };
    return;
  }
  if (line.length > 0) yield line.take(number, true);
}

/** @throws InputError `import-too-large` too. */
export async function wholeOf(file: string): Promise<Buffer> {
  const small = PACKED.test(file) ? undefined : readSmallFile(file);
  if (small !== undefined) return small;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of chunksOf(file)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MOST_BYTES) throw tooLarge(file);
    }
  } catch (error) {
    throw error instanceof DamagedData ? unreadable(file, error.cause) : error;
  }
  return Buffer.concat(chunks);
}

const PACKED = /\.(gz|zst)$/i;
const SMALL_BYTES = 1 << 20;

/**
 * Of a folder with a file for each attempt, most of the time would go into waiting for streams. Undefined for a large file, what is no plain one,
 * and one that cannot be read: reading it as a stream says why.
 */
export function readSmallFile(file: string): Buffer | undefined {
  try {
    const stats = statSync(file);
    return stats.isFile() && stats.size <= SMALL_BYTES ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}

class LineBuffer {
  length = 0;
  #chunks: Buffer[] = [];

  add(chunk: Buffer): void {
    this.length += chunk.length;
    if (this.length > MOST_BYTES) this.#chunks = [];
    else if (chunk.length > 0) this.#chunks.push(chunk);
  }

  take(number: number, isLast: boolean): SourceLine {
    const isTooLong = this.length > MOST_BYTES;
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.length = 0;
    return isTooLong ? { kind: "too-long", number } : { kind: "line", number, bytes, isLast };
  }
}

/** Packed data that broke after some of it was good. */
class DamagedData extends Error {}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  const unpacked = unpackerOf(file);
  let sourceError: unknown;
  source.once("error", (error) => {
    sourceError = error;
    unpacked?.destroy(error);
  });
  const stream: Readable = unpacked === undefined ? source : source.pipe(unpacked);
  let isBegun = false;
  try {
    for await (const chunk of stream) {
      isBegun = true;
      yield Buffer.from(chunk);
    }
  } catch (error) {
    if (sourceError !== undefined) {
      const described = describeReadFailure(sourceError, file);
      throw described === sourceError ? unreadable(file, sourceError) : described;
    }
    throw isBegun ? new DamagedData("", { cause: error }) : unreadable(file, error);
  } finally {
    source.destroy();
  }
}

function unpackerOf(file: string): (NodeJS.ReadWriteStream & Readable) | undefined {
  if (/\.gz$/i.test(file)) return zlib.createGunzip();
  if (!/\.zst$/i.test(file)) return undefined;
  // Node has it from 22.15 on.
  if (typeof zlib.createZstdDecompress === "function") return zlib.createZstdDecompress();
  throw new InputError({
    code: "zstd-missing",
    message: `${file} is packed with Zstandard, which this version of Node cannot unpack`,
    hint: "Unpack it (zstd -d), or use Node 22.15 or newer.",
    fields: { file },
  });
}

function tooLarge(file: string): InputError {
  return new InputError({
    code: "import-too-large",
    message: `${file} is one document of more than ${MOST_BYTES} bytes`,
    hint: "Write its rows as JSON Lines, which are read one by one.",
    fields: { file },
  });
}

/** A file with which nothing can be done, whatever its rows. */
function unreadable(file: string, cause: unknown): InputError {
  return new InputError({
    code: "unreadable-file",
    message: `${file} cannot be read: ${messageOf(cause)}`,
    hint: "Check that the file is complete and packed as its name says.",
    fields: { file },
    cause,
  });
}
