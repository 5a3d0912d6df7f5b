import { rm } from "node:fs/promises";
import path from "node:path";
import { listFolder, REMAINS } from "./files.ts";
import { isRunning } from "./lock.ts";

/** Removes what killed processes left of files that they were writing in a folder; those of living ones stay. */
export async function removeRemains(folder: string): Promise<void> {
  for (const name of (await listFolder(folder)) ?? []) {
    const id = Number(REMAINS.exec(name)?.[1] ?? process.pid);
    if (!isRunning(id, "")) await rm(path.join(folder, name), { force: true });
  }
}
