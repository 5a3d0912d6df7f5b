import { existsSync } from "node:fs";
import path from "node:path";
import { attemptFinder, type AttemptFiles } from "../stores/local/attempt-files.ts";
import { attemptFolder, EXCHANGES, LEDGER, packsFolder, STEPS } from "../stores/local/layout.ts";
import { readLedger, readPacked } from "../stores/local/ledger.ts";

/** A file with its bytes, and those of the exchanges beside it. */
export interface RecordFile {
  readonly file: string;
  readonly bytes: Buffer;
  readonly exchanges?: { readonly file: string; readonly bytes: Buffer } | undefined;
}

/**
 * What a place in a run would hold if nothing were packed: `RUN/attempts/ID` and its files of an attempt that lies in a pack, and
 * all packed attempts for `RUN/attempts/packs`, so that `RUN/attempts/*` means every attempt. Nothing for any other place.
 */
export async function* packedFilesAt(place: string): AsyncGenerator<RecordFile> {
  const whole = path.resolve(place);
  const wanted = [STEPS, EXCHANGES].find((name) => path.basename(whole) === name);
  const folder = wanted === undefined ? whole : path.dirname(whole);
  const run = path.dirname(path.dirname(folder));
  if (folder !== attemptFolder(run, path.basename(folder)) || !existsSync(path.join(run, LEDGER))) return;
  const all = folder === packsFolder(run);
  if (existsSync(folder) && !all) return;
  const ledger = await readLedger(run);
  const find = attemptFinder(run, ledger);
  const packs = all ? await readPacked(run, ledger) : [];
  const ids = all ? packs.flatMap(({ attempts }) => attempts.map(([id]) => id)) : [path.basename(folder)];
  for (const id of ids)
    for (const record of await recordsOf(attemptFolder(run, id), await find(id)))
      if (wanted === undefined || path.basename(record.file) === wanted) yield record;
}

async function recordsOf(folder: string, files: AttemptFiles | undefined): Promise<RecordFile[]> {
  const [steps, bytes] = [await files?.read(STEPS), await files?.read(EXCHANGES)];
  const exchanges = bytes === undefined ? undefined : { file: path.join(folder, EXCHANGES), bytes };
  return [
    ...(steps === undefined ? [] : [{ file: path.join(folder, STEPS), bytes: steps, exchanges }]),
    ...(exchanges === undefined ? [] : [exchanges]),
  ];
}
