import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { RepositoryError, messageOf } from "../base/errors.ts";
import { gitBlobId } from "../base/hash.ts";
import type { LeftOut } from "../repository.ts";
import { isGitFolder } from "../trees/paths.ts";
import type { ImportFile } from "./import.ts";
import { isUtf8 } from "./import.ts";

/** What is left out of a plain folder, in words for the user. */
export const FOLDER_RULE =
  "left out by rule: .git, __pycache__, *.pyc, .venv, node_modules, and what is neither a file nor a symbolic link";

const SKIPPED = new Set(["__pycache__", ".venv", "node_modules"]);

function isSkipped(name: string): boolean {
  return SKIPPED.has(name) || name.endsWith(".pyc") || isGitFolder(name);
}

/**
 * The files of a plain folder, as they are (no filter, no line ending conversion), in the order of their names'
 * bytes. Symbolic links are files that hold their target.
 * @throws RepositoryError `folder-unreadable`.
 */
export async function readFolder(
  folder: string,
): Promise<{ readonly files: readonly ImportFile[]; readonly leftOut: readonly LeftOut[] }> {
  const files: ImportFile[] = [];
  const leftOut: LeftOut[] = [];
  const visit = async (place: Buffer, prefix: string): Promise<void> => {
    const names = await readdir(place, { encoding: "buffer" });
    for (const name of names.sort((a, b) => Buffer.compare(a, b))) {
      const path = prefix + name.toString("utf8");
      if (!isUtf8(name)) leftOut.push({ path, why: "path-not-utf8" });
      else if (!isSkipped(name.toString("utf8")))
        await add(Buffer.concat([place, Buffer.from("/"), name]), path);
    }
  };
  const add = async (place: Buffer, path: string): Promise<void> => {
    const status = await lstat(place);
    if (status.isDirectory()) return visit(place, `${path}/`);
    if (!status.isFile() && !status.isSymbolicLink()) return;
    const load = () => (status.isSymbolicLink() ? readlink(place, { encoding: "buffer" }) : readFile(place));
    const content = await load();
    const regular = (status.mode & 0o100) === 0 ? "100644" : "100755";
    files.push({
      path,
      mode: status.isSymbolicLink() ? "120000" : regular,
      blob: gitBlobId(content),
      size: content.byteLength,
      load,
    });
  };
  await visit(Buffer.from(folder), "").catch((error: unknown) => {
    throw new RepositoryError({
      code: "folder-unreadable",
      message: `Cannot read the folder ${folder}: ${messageOf(error)}`,
      hint: "Make its files readable, or leave the unreadable ones out of a copy.",
      fields: { folder },
      cause: error,
    });
  });
  return { files, leftOut };
}
