import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateSync,
  zstdDecompressSync,
  type BrotliOptions,
  type ZlibOptions,
} from "node:zlib";

/** What broke off is read as far as it goes; what swells beyond the cap is not read. */
const decoders: Readonly<Record<string, (bytes: Buffer, maxOutputLength: number) => Buffer>> = {
  identity: (bytes) => bytes,
  gzip: (bytes, maxOutputLength) => gunzipSync(bytes, zlibOptions(maxOutputLength)),
  "x-gzip": (bytes, maxOutputLength) => gunzipSync(bytes, zlibOptions(maxOutputLength)),
  deflate: (bytes, maxOutputLength) => inflateSync(bytes, zlibOptions(maxOutputLength)),
  br: (bytes, maxOutputLength) => brotliDecompressSync(bytes, brotliOptions(maxOutputLength)),
  zstd: (bytes, maxOutputLength) =>
    zstdDecompressSync(bytes, { finishFlush: constants.ZSTD_e_flush, maxOutputLength }),
};

const zlibOptions = (maxOutputLength: number): ZlibOptions => ({
  finishFlush: constants.Z_SYNC_FLUSH,
  maxOutputLength,
});
const brotliOptions = (maxOutputLength: number): BrotliOptions => ({
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
  maxOutputLength,
});

/** Bytes before their content encodings; undefined where one is not known or does not fit. */
export function decode(bytes: Buffer, encoding: string | undefined, maxBytes: number): Buffer | undefined {
  const names = (encoding ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  let result = bytes;
  for (const name of names.filter((name) => name !== "").toReversed()) {
    const decoder = decoders[name];
    if (decoder === undefined) return undefined;
    try {
      if (result.length > 0) result = decoder(result, maxBytes);
    } catch {
      return undefined;
    }
  }
  return result;
}
