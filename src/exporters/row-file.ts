import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { describeWriteFailure, syncFolder } from "../base/files.ts";
import type { Json } from "../base/json.ts";

export type FileRow = Readonly<Record<string, Json>>;

export interface RowFile {
  write(row: FileRow): Promise<void>;
  /** Puts the file in its place, on disk. */
  finish(): Promise<{ bytes: number; sha256: string }>;
  /** Removes what was written, unless `finish` was reached. */
  discard(): Promise<void>;
}

/** Rows as bytes. Made for one file; the same rows give the same bytes. */
export interface RowEncoder {
  /** What is ready to be written after this row, in large pieces: one write per row is slow on network disks. */
  add(row: FileRow): Uint8Array | undefined;
  /** The rest. */
  end(): Uint8Array;
}

/** A file of rows that appears when it is complete: the name never holds half of them. */
export async function openRowFile(file: string, encoder: RowEncoder = encodeLines()): Promise<RowFile> {
  const temporary = `${file}.${process.pid}.tmp`;
  const hash = createHash("sha256");
  const failWell = (error: unknown) => {
    throw describeWriteFailure(error, file);
  };
  const handle = await open(temporary, "w").catch(failWell);
  let bytes = 0;
  let finished = false;
  const append = async (block: Uint8Array) => {
    hash.update(block);
    bytes += block.byteLength;
    await handle.writeFile(block).catch(failWell);
  };
  return {
    async write(row) {
      const block = encoder.add(row);
      if (block !== undefined) await append(block);
    },
    async finish() {
      await append(encoder.end());
      await handle.sync().catch(failWell);
      await handle.close();
      await rename(temporary, file).catch(failWell);
      finished = true;
      await syncFolder(path.dirname(file));
      return { bytes, sha256: hash.digest("hex") };
    },
    async discard() {
      if (finished) return;
      await handle.close().catch(() => {});
      await rm(temporary, { force: true });
    },
  };
}

const BLOCK_CHARACTERS = 1 << 20;

/** One line of JSON each. */
function encodeLines(): RowEncoder {
  let waiting: string[] = [];
  let characters = 0;
  const take = () => {
    const block = Buffer.from(waiting.join(""));
    waiting = [];
    characters = 0;
    return block;
  };
  return {
    add(row) {
      const line = `${JSON.stringify(row)}\n`;
      waiting.push(line);
      characters += line.length;
      return characters >= BLOCK_CHARACTERS ? take() : undefined;
    },
    end: take,
  };
}
