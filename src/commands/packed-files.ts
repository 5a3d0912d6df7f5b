import { existsSync } from "node:fs";
import path from "node:path";
import { attemptFinder, type AttemptFiles } from "../stores/local/attempt-files.ts";
import { attemptFolder, EXCHANGES, LEDGER, packsFolder, STEPS } from "../stores/local/layout.ts";
import { readLedger, readPacked } from "../stores/local/ledger.ts";

/** A file of an attempt that lies in a pack, as if it still lay in the attempt's folder. */
export interface PackedFile {
  readonly attempt: string;
  readonly name: string;
  readonly file: string;
  readonly bytes: Buffer;
}

/**
 * What a place in a run would hold if nothing were packed: `RUN/attempts/ID` and its files of an attempt that lies in a pack, and
 * all packed attempts for `RUN/attempts/packs`, so that `RUN/attempts/*` means every attempt. Nothing for any other place.
 */
export async function packedFilesAt(place: string): Promise<PackedFile[]> {
  const whole = path.resolve(place);
  const wanted = [STEPS, EXCHANGES].find((name) => path.basename(whole) === name);
  const folder = wanted === undefined ? whole : path.dirname(whole);
  const run = path.dirname(path.dirname(folder));
  if (folder !== attemptFolder(run, path.basename(folder)) || !existsSync(path.join(run, LEDGER))) return [];
  const all = folder === packsFolder(run);
  if (existsSync(folder) && !all) return [];
  const ledger = await readLedger(run);
  const find = attemptFinder(run, ledger);
  const ids = all
    ? (await readPacked(run, ledger)).flatMap(({ attempts }) => attempts.map(([id]) => id))
    : [path.basename(folder)];
  const files: PackedFile[] = [];
  for (const id of ids) files.push(...(await recordsOf(id, attemptFolder(run, id), await find(id))));
  return wanted === undefined ? files : files.filter(({ name }) => name === wanted);
}

async function recordsOf(
  attempt: string,
  folder: string,
  files: AttemptFiles | undefined,
): Promise<PackedFile[]> {
  const records: PackedFile[] = [];
  for (const name of [STEPS, EXCHANGES]) {
    const bytes = await files?.read(name);
    if (bytes !== undefined) records.push({ attempt, name, file: path.join(folder, name), bytes });
  }
  return records;
}
