import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { createBareRepository } from "./bare.ts";

/**
 * A bare repository of ours that sees another one's objects and keeps new ones to itself: start states
 * and agents' changes are written there, and the dataset stays as it is.
 */
export async function createScratchRepository(folder: string, source: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await createBareRepository(folder);
  await writeFile(path.join(folder, "objects/info/alternates"), `${path.resolve(source, "objects")}\n`);
  return folder;
}
