import { createHash, hash } from "node:crypto";

/** SHA-256 in lower-case hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return hash("sha256", data);
}

/** The object id that git gives a blob of these bytes (SHA-1 repositories). */
export function gitBlobId(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.byteLength}\0`).update(content).digest("hex");
}
