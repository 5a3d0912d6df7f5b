import { rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { claimOutputFolder, readTextFile, writeFileDurably } from "../base/files.ts";
import { MANIFEST } from "./manifest.ts";

/** There while files come: a folder with it is none that any command reads. */
export const PULL_MARKER = "pull.json";

const markerSchema = z.strictObject({ files: z.array(z.string().regex(/^\w[\w.-]*$/)) });

/**
 * Takes a folder for a pull: absent, empty, or of a pull that was cut off, whose files that are not wanted any more are removed.
 * @throws InputError `output-folder-in-use`
 */
export async function claimPullFolder(folder: string, wanted: readonly string[]): Promise<void> {
  const marker = path.join(folder, PULL_MARKER);
  if ((await claimOutputFolder(folder, PULL_MARKER)) === "existing") {
    const earlier = markerSchema.safeParse(parsed(await readTextFile(marker)));
    const left = earlier.success ? earlier.data.files.filter((name) => !wanted.includes(name)) : [];
    for (const name of left) await rm(path.join(folder, name), { force: true });
    // A kill between the last two steps of another pull.
    await rm(path.join(folder, MANIFEST), { force: true });
  }
  await writeFileDurably(marker, `${JSON.stringify({ files: wanted })}\n`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
