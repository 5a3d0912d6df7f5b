import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * A bare repository of ours that sees another one's objects and keeps new ones to itself: start states
 * and agents' changes are written there, and the dataset stays as it is.
 */
export async function createScratchRepository(folder: string, source: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, "objects/info"), { recursive: true });
  await mkdir(path.join(folder, "refs/heads"), { recursive: true });
  await mkdir(path.join(folder, "info"), { recursive: true });
  await writeFile(path.join(folder, "HEAD"), "ref: refs/heads/main\n");
  await writeFile(
    path.join(folder, "config"),
    "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[gc]\n\tauto = 0\n",
  );
  await writeFile(path.join(folder, "objects/info/alternates"), `${path.resolve(source, "objects")}\n`);
  return folder;
}
