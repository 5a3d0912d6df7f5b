import { createHash } from "node:crypto";
import type { Folders } from "../trees/folders.ts";
import type { Tree } from "../tree.ts";
import { START_DATE } from "./git-folder.ts";

/**
 * Git's index of a tree whose files all carry the start date (format 2 with the cached tree extension,
 * gitformat-index(5)). Inode numbers and the like are zero: `core.checkStat=minimal` looks at time and size only.
 */
export function indexOf(tree: Tree, folders: Folders): Uint8Array {
  // One buffer for all rows: some thousand small ones took longer than everything else about a seed.
  const sizes = tree.entries.map((entry) => Buffer.byteLength(entry.path));
  const rows = Buffer.alloc(sizes.reduce((sum, size) => sum + ((62 + size + 8) & ~7), 0));
  let at = 0;
  for (const [index, entry] of tree.entries.entries()) {
    const size = sizes[index] ?? 0;
    rows.writeUInt32BE(START_DATE.getTime() / 1000, at + 8);
    rows.writeUInt32BE(Number.parseInt(entry.mode, 8), at + 24);
    rows.writeUInt32BE(entry.size % 2 ** 32, at + 36);
    rows.write(entry.blob, at + 40, "hex");
    rows.writeUInt16BE(Math.min(size, 0xfff), at + 60);
    rows.write(entry.path, at + 62);
    at += (62 + size + 8) & ~7;
  }
  const header = Buffer.alloc(12);
  header.write("DIRC");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(tree.entries.length, 8);
  const cached = Buffer.concat(cachedTree(tree.id, "", "", folders).rows);
  const extension = Buffer.alloc(8);
  extension.write("TREE");
  extension.writeUInt32BE(cached.length, 4);
  const body = Buffer.concat([header, rows, extension, cached]);
  return Buffer.concat([body, createHash("sha1").update(body).digest()]);
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
