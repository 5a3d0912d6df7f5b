import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { describeReadFailure } from "../base/files.ts";
import { exportedFiles, MANIFEST_FILE } from "../exporters/export.ts";
import { ROWS_FILE } from "../exporters/row-format.ts";
import { readSmallFile } from "../importers/source-bytes.ts";

/** Of files that are looked for in folders. A file that is named is read whatever its name. */
const KNOWN = /\.(jsonl|ndjson|json|traj)(\.gz|\.zst)?$/i;

export interface FileToImport {
  readonly path: string;
  /** Its path below the folder that all files have in common: what tells `a/output.jsonl` from `b/output.jsonl` on any machine. */
  readonly name: string;
}

/** The files that are named, and those in the folders that are, at any depth, in the order of their paths. @throws InputError `no-such-file`, `nothing-to-import` */
export async function filesToImport(places: readonly string[]): Promise<FileToImport[]> {
  const found: string[] = [];
  for (const place of places) {
    const stats = await stat(place).catch((error: unknown) => {
      throw describeReadFailure(error, place);
    });
    found.push(...(stats.isDirectory() ? await filesIn(place) : [place]));
  }
  const files = [...new Set(found)];
  const common = commonFolder(files.map((file) => path.dirname(path.resolve(file)).split(path.sep)));
  return files.map((file) => ({
    path: file,
    name: path.resolve(file).split(path.sep).slice(common.length).join("/"),
  }));
}

/** The parts that all begin with. */
function commonFolder([first = [], ...others]: readonly string[][]): string[] {
  const end = first.findIndex((part, place) => others.some((other) => other[place] !== part));
  return end === -1 ? first : first.slice(0, end);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && KNOWN.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
  const attempts = await withoutDescriptions(files);
  if (attempts.length > 0) return attempts.sort();
  throw new InputError({
    code: "nothing-to-import",
    message: `${folder} has no file that could hold attempts`,
    hint: "Files are looked for by their endings: .jsonl, .ndjson, .json, .traj, each also with .gz or .zst. One that is named is read whatever its name.",
    fields: { folder },
  });
}

/** Of an export of ours the rows alone: its manifest, and what tells trainers of them, are no attempts. */
async function withoutDescriptions(files: readonly string[]): Promise<string[]> {
  const left = new Set(files);
  for (const manifest of files.filter((file) => path.basename(file) === MANIFEST_FILE)) {
    const beside = await exportedFiles(manifest);
    if (beside === undefined) continue;
    left.delete(manifest);
    for (const name of beside) if (name !== ROWS_FILE) left.delete(path.join(path.dirname(manifest), name));
  }
  return [...left];
}

/** SHA-256 of a file of any size. */
export async function hashOfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  const small = readSmallFile(file);
  if (small !== undefined) return hash.update(small).digest("hex");
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk);
  } catch (error) {
    throw describeReadFailure(error, file);
  }
  return hash.digest("hex");
}
