import { createHash } from "node:crypto";
import type { Folders } from "../trees/folders.ts";
import type { Tree } from "../tree.ts";
import { START_DATE } from "./git-folder.ts";

/**
 * Git's index of a tree whose files all carry the start date (format 2 with the cached tree extension,
 * gitformat-index(5)). Inode numbers and the like are zero: `core.checkStat=minimal` looks at time and size only.
 */
export function indexOf(tree: Tree, folders: Folders): Uint8Array {
  const entries = tree.entries.map((entry) => {
    const path = Buffer.from(entry.path);
    const row = Buffer.alloc((62 + path.length + 8) & ~7);
    row.writeUInt32BE(START_DATE.getTime() / 1000, 8);
    row.writeUInt32BE(Number.parseInt(entry.mode, 8), 24);
    row.writeUInt32BE(entry.size % 2 ** 32, 36);
    row.write(entry.blob, 40, "hex");
    row.writeUInt16BE(Math.min(path.length, 0xfff), 60);
    path.copy(row, 62);
    return row;
  });
  const header = Buffer.alloc(12);
  header.write("DIRC");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(entries.length, 8);
  const cached = Buffer.concat(cachedTree(tree.id, "", "", folders).rows);
  const extension = Buffer.alloc(8);
  extension.write("TREE");
  extension.writeUInt32BE(cached.length, 4);
  const body = Buffer.concat([header, ...entries, extension, cached]);
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
