import { createHash } from "node:crypto";
import { open, rename } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import { describeWriteFailure } from "../base/files.ts";
import type { GitObject, ObjectKind } from "../trees/objects.ts";
import { git } from "./git.ts";

/** An object to pack: its size is known before it is loaded, which bounds how much is in memory at once. */
export interface PackItem {
  /** Bytes. */
  readonly size: number;
  load(): Promise<GitObject>;
}

const KINDS: Readonly<Record<ObjectKind, number>> = { commit: 1, tree: 2, blob: 3 };
const WINDOW_ITEMS = 8;
const WINDOW_BYTES = 32 << 20;

/**
 * Writes objects, whole and in the given order, as one pack of a bare repository; the same objects give the same
 * pack. Git then indexes it, which reads every byte back.
 */
export async function writePack(gitDirectory: string, items: readonly PackItem[]): Promise<void> {
  const folder = path.join(gitDirectory, "objects", "pack");
  const temporary = path.join(folder, "incoming.pack");
  const id = await writePackFile(temporary, items).catch((error: unknown) => {
    throw describeWriteFailure(error, temporary);
  });
  const file = path.join(folder, `pack-${id}.pack`);
  await rename(temporary, file);
  await git(gitDirectory, ["index-pack", "--threads=1", file]);
}

async function writePackFile(file: string, items: readonly PackItem[]): Promise<string> {
  await using handle = await open(file, "w");
  const hash = createHash("sha1");
  const write = async (bytes: Uint8Array) => {
    hash.update(bytes);
    await handle.writeFile(bytes);
  };
  const start = Buffer.from("PACK\0\0\0\x02\0\0\0\0", "latin1");
  start.writeUInt32BE(items.length, 8);
  await write(start);
  for await (const bytes of encodeAhead(items)) await write(bytes);
  const sum = hash.digest();
  await handle.writeFile(sum);
  await handle.sync();
  return sum.toString("hex");
}

/** Loads and deflates a few objects ahead, in order. */
async function* encodeAhead(items: readonly PackItem[]): AsyncGenerator<Uint8Array> {
  const window: { size: number; bytes: Promise<Uint8Array> }[] = [];
  let held = 0;
  let next = 0;
  try {
    while (next < items.length || window.length > 0) {
      const item = items[next];
      const room =
        window.length === 0 || (window.length < WINDOW_ITEMS && held + (item?.size ?? 0) < WINDOW_BYTES);
      if (item !== undefined && room) {
        window.push({ size: item.size, bytes: encode(item) });
        held += item.size;
        next++;
        continue;
      }
      const first = window.shift();
      if (first === undefined) return;
      yield await first.bytes;
      held -= first.size;
    }
  } finally {
    // What was started is waited for, so that no failure goes unheard after the first one.
    await Promise.allSettled(window.map((item) => item.bytes));
  }
}

const deflateAsync = promisify(deflate);

async function encode(item: PackItem): Promise<Uint8Array> {
  const object = await item.load();
  const packed = await deflateAsync(object.data, { level: 3 });
  return Buffer.concat([packHeader(object), packed]);
}

/** The kind in three bits and the size in groups of 4, 7, 7… bits, least significant first. */
function packHeader(object: GitObject): Uint8Array {
  const bytes: number[] = [];
  let size = object.data.byteLength;
  let byte = (KINDS[object.kind] << 4) | (size & 0x0f);
  size = Math.floor(size / 16);
  while (size > 0) {
    bytes.push(byte | 0x80);
    byte = size & 0x7f;
    size = Math.floor(size / 128);
  }
  bytes.push(byte);
  return Uint8Array.from(bytes);
}
