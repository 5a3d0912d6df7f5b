import { createHash } from "node:crypto";
import type { Folders } from "../trees/folders.ts";
import type { Tree, TreeEntry } from "../tree.ts";
import { START_DATE } from "./git-folder.ts";

/**
 * Git's index of a tree whose files all carry the start date (format 2 with the cached tree extension,
 * gitformat-index(5)). Inode numbers and the like are zero: `core.checkStat=minimal` looks at time and size only.
 * @param base a tree that shares most of its entries, such as the one that it is an edit of.
 */
export function indexOf(tree: Tree, folders: Folders, base: Tree): Uint8Array {
  const header = Buffer.alloc(12);
  header.write("DIRC");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(tree.entries.length, 8);
  const cached = Buffer.concat(cachedTree(tree.id, "", "", folders).rows);
  const extension = Buffer.alloc(8);
  extension.write("TREE");
  extension.writeUInt32BE(cached.length, 4);
  const body = Buffer.concat([header, ...rowsOf(tree, base), extension, cached]);
  return Buffer.concat([body, createHash("sha1").update(body).digest()]);
}

interface Rows {
  readonly bytes: Buffer;
  /** Where each entry's row begins and ends. */
  readonly places: ReadonlyMap<TreeEntry, readonly [start: number, end: number]>;
}

/** Rows of whole trees; kept, since every start state of a base has most of them. */
const known = new WeakMap<Tree, Rows>();

const NOWHERE = [-1, -1] as const;

/** The rows of a tree: runs of the base's, and new ones between them. */
function rowsOf(tree: Tree, base: Tree): Buffer[] {
  const kept = known.get(base) ?? makeRows(base.entries);
  known.set(base, kept);
  const parts: Buffer[] = [];
  let [from, to] = [0, 0];
  for (const entry of tree.entries) {
    const [start, end] = kept.places.get(entry) ?? NOWHERE;
    if (start === to) {
      to = end;
      continue;
    }
    parts.push(kept.bytes.subarray(from, to));
    if (start < 0) parts.push(makeRows([entry]).bytes);
    [from, to] = start < 0 ? [0, 0] : [start, end];
  }
  return [...parts, kept.bytes.subarray(from, to)];
}

function makeRows(entries: readonly TreeEntry[]): Rows {
  // One buffer for all: some thousand small ones took longer than everything else about a seed.
  const sizes = entries.map((entry) => Buffer.byteLength(entry.path));
  const bytes = Buffer.alloc(sizes.reduce((sum, size) => sum + ((62 + size + 8) & ~7), 0));
  const places = new Map<TreeEntry, readonly [number, number]>();
  let at = 0;
  for (const [index, entry] of entries.entries()) {
    const size = sizes[index] ?? 0;
    const end = at + ((62 + size + 8) & ~7);
    bytes.writeUInt32BE(START_DATE.getTime() / 1000, at + 8);
    bytes.writeUInt32BE(Number.parseInt(entry.mode, 8), at + 24);
    bytes.writeUInt32BE(entry.size % 2 ** 32, at + 36);
    bytes.write(entry.blob, at + 40, "hex");
    bytes.writeUInt16BE(Math.min(size, 0xfff), at + 60);
    bytes.write(entry.path, at + 62);
    places.set(entry, [at, end]);
    at = end;
  }
  return { bytes, places };
}

/** A folder's row and those of the folders in it; without them git would read every tree object at the first status. */
function cachedTree(
  id: string,
  name: string,
  folder: string,
  folders: Folders,
): { readonly count: number; readonly rows: readonly Buffer[] } {
  let count = 0;
  let children = 0;
  const below: Buffer[] = [];
  for (const [childName, item] of folders.get(folder) ?? []) {
    if (item.mode !== "40000") {
      count++;
      continue;
    }
    children++;
    const path = folder === "" ? childName : `${folder}/${childName}`;
    const child = cachedTree(item.id, childName, path, folders);
    count += child.count;
    for (const row of child.rows) below.push(row);
  }
  const row = Buffer.concat([Buffer.from(`${name}\0${count} ${children}\n`), Buffer.from(id, "hex")]);
  return { count, rows: [row, ...below] };
}
