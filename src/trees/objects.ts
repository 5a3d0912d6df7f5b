import { createHash, randomUUID } from "node:crypto";
import { link, mkdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { deflateSync } from "node:zlib";
import { describeWriteFailure } from "../base/files.ts";
import { systemCode } from "../base/errors.ts";

export type ObjectKind = "blob" | "tree" | "commit";

/** An object as git stores it, with its SHA-1 id. */
export interface GitObject {
  readonly id: string;
  readonly kind: ObjectKind;
  readonly data: Uint8Array;
}

export function gitObject(kind: ObjectKind, data: Uint8Array): GitObject {
  const id = createHash("sha1").update(`${kind} ${data.byteLength}\0`).update(data).digest("hex");
  return { id, kind, data };
}

/** What a folder holds, by name: a file with its mode, or another folder (mode `40000`). */
export interface FolderItem {
  readonly mode: string;
  readonly id: string;
}

/** The tree object of one folder. Git sorts by bytes, folders as if their names ended in `/`. */
export function treeObject(items: ReadonlyMap<string, FolderItem>): GitObject {
  const rows = [...items].map(([name, item]) => ({
    item,
    name: Buffer.from(name),
    key: Buffer.from(item.mode === "40000" ? `${name}/` : name),
  }));
  rows.sort((a, b) => Buffer.compare(a.key, b.key));
  return gitObject(
    "tree",
    Buffer.concat(
      rows.flatMap(({ item, name }) => [
        Buffer.from(`${item.mode} `),
        name,
        Buffer.of(0),
        Buffer.from(item.id, "hex"),
      ]),
    ),
  );
}

/**
 * Stores an object as a file of its own, unless it is there. Complete or absent: several processes may
 * store the same object at once.
 */
export async function writeLooseObject(gitDirectory: string, object: GitObject): Promise<void> {
  const folder = path.join(gitDirectory, "objects", object.id.slice(0, 2));
  const file = path.join(folder, object.id.slice(2));
  if ((await stat(file).catch(() => undefined)) !== undefined) return;
  const header = Buffer.from(`${object.kind} ${object.data.byteLength}\0`);
  const temporary = path.join(gitDirectory, "objects", `tmp_obj_${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, deflateSync(Buffer.concat([header, object.data])), {
      mode: 0o444,
      flush: true,
    });
    await link(temporary, file).catch((error: unknown) => {
      if (systemCode(error) !== "EEXIST") throw error;
    });
  } catch (error) {
    throw describeWriteFailure(error, file);
  } finally {
    await rm(temporary, { force: true });
  }
}
