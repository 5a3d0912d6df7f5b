import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { describeWriteFailure, syncFolder } from "../base/files.ts";

export interface RowFile {
  /** One line of JSON. */
  write(row: unknown): Promise<void>;
  /** Puts the file in its place, on disk. */
  finish(): Promise<{ bytes: number; sha256: string }>;
  /** Removes what was written, unless `finish` was reached. */
  discard(): Promise<void>;
}

/** Rows are gathered into writes of about this many characters: one write per row is slow on network disks. */
const WRITE_CHARACTERS = 1 << 20;

/** A JSONL file that appears when it is complete: the name never holds half of the rows. */
export async function openRowFile(file: string): Promise<RowFile> {
  const temporary = `${file}.${process.pid}.tmp`;
  const hash = createHash("sha256");
  const failWell = (error: unknown) => {
    throw describeWriteFailure(error, file);
  };
  const handle = await open(temporary, "w").catch(failWell);
  let bytes = 0;
  let waiting: string[] = [];
  let waitingCharacters = 0;
  let finished = false;
  const flush = async () => {
    const block = Buffer.from(waiting.join(""));
    waiting = [];
    waitingCharacters = 0;
    hash.update(block);
    bytes += block.byteLength;
    await handle.writeFile(block).catch(failWell);
  };
  return {
    async write(row) {
      const line = `${JSON.stringify(row)}\n`;
      waiting.push(line);
      waitingCharacters += line.length;
      if (waitingCharacters >= WRITE_CHARACTERS) await flush();
    },
    async finish() {
      await flush();
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
