import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { ownedFile } from "../../base/owned-folder.ts";

/** Bytes that many programs can read through a descriptor of their own, each from the start; no file has a name for them. */
export interface SharedFile {
  /** Opens them anew. */
  readonly path: string;
  close(): void;
}

export function shareBytes(bytes: Uint8Array): SharedFile {
  const file = ownedFile();
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
