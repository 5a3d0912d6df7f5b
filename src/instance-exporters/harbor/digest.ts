import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { WrittenFile } from "../../instance-exporter.ts";

/** The digest by which Harbor's datasets name a task: over the sorted relative paths and the SHA-256 of each file. */
export async function taskDigest(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  const digest = createHash("sha256");
  for (const file of files)
    digest.update(`${file}\0${(await describeFile(path.join(folder, file))).sha256}\n`);
  return `sha256:${digest.digest("hex")}`;
}

export async function describeFile(file: string): Promise<WrittenFile> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return { bytes: (await stat(file)).size, sha256: hash.digest("hex") };
}
