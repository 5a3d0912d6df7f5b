import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";

/** A file by its content, as a manifest and as the hub name it. */
export interface FileSums {
  readonly bytes: number;
  readonly sha256: string;
  /** Git's id of the file as a blob, by which the hub names small files. */
  readonly blob: string;
}

/** Read once, whatever its size. */
export async function sumsOf(file: string): Promise<FileSums> {
  const { size } = await stat(file);
  const [sha256, blob] = [createHash("sha256"), createHash("sha1").update(`blob ${size}\0`)];
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    sha256.update(chunk);
    blob.update(chunk);
    bytes += chunk.byteLength;
  }
  return { bytes, sha256: sha256.digest("hex"), blob: blob.digest("hex") };
}

/** Of what a file compressed with zstd holds. Undefined where it is damaged. */
export async function sha256Inside(file: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file), createZstdDecompress(), hash);
    return hash.digest("hex");
  } catch {
    return undefined;
  }
}
