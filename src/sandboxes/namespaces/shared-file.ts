import { randomUUID } from "node:crypto";
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Bytes that many programs can read through a descriptor of their own, each from the start; no file has a name for them. */
export interface SharedFile {
  /** Opens them anew. */
  readonly path: string;
  close(): void;
}

export function shareBytes(bytes: Uint8Array): SharedFile {
  const file = path.join(tmpdir(), `.${randomUUID()}`);
  writeFileSync(file, bytes, { flag: "wx", mode: 0o600 });
  const handle = openSync(file, "r");
  rmSync(file);
  let isOpen = true;
  return {
    path: `/proc/self/fd/${handle}`,
    close() {
      if (isOpen) closeSync(handle);
      isOpen = false;
    },
  };
}
