import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { systemCode } from "../base/errors.ts";
import { describeWriteFailure } from "../base/files.ts";

const CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n[gc]\n\tauto = 0\n";

// Last word on attributes: whatever a tree's .gitattributes says, text is shown as text and nothing is converted.
const ATTRIBUTES = "* !diff !text !eol !crlf !ident !filter !merge !working-tree-encoding !whitespace\n";

/** Makes an empty bare repository without asking git, so that no template or setting takes part. */
export async function createBareRepository(folder: string, head = "ref: refs/heads/main"): Promise<void> {
  try {
    for (const part of ["objects/pack", "objects/info", "refs/heads", "refs/tags", "info"]) {
      await mkdir(path.join(folder, part), { recursive: true });
    }
    await writeFile(path.join(folder, "config"), CONFIG);
    await writeFile(path.join(folder, "info/attributes"), ATTRIBUTES);
    await writeFile(path.join(folder, "HEAD"), `${head}\n`);
  } catch (error) {
    throw describeWriteFailure(error, folder);
  }
}

/** A folder of its own in the cache that is gone when the work is done. */
export async function temporaryFolder(cache: string): Promise<{ path: string } & AsyncDisposable> {
  const folder = path.join(cache, `preparing-${process.pid}-${randomUUID()}`);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw describeWriteFailure(error, folder);
  });
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * The bare repository of a tree in the cache, filled by `fill` when it is not there yet. It appears complete or not
 * at all; of two processes that prepare the same tree, one's work is thrown away.
 */
export async function provideBareRepository(
  cache: string,
  tree: string,
  fill: (gitDirectory: string) => Promise<void>,
): Promise<string> {
  const place = path.join(path.resolve(cache), `${tree}.git`);
  if (await exists(place)) return place;
  await using temporary = await temporaryFolder(path.resolve(cache));
  const prepared = path.join(temporary.path, "repository.git");
  await createBareRepository(prepared);
  await fill(prepared);
  await rename(prepared, place).catch((error: unknown) => {
    const code = systemCode(error);
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw describeWriteFailure(error, place);
  });
  return place;
}

export async function exists(file: string | Buffer): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}
