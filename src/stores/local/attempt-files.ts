import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { StoreError, systemCode } from "../../base/errors.ts";
import { listFolder } from "../../base/files.ts";
import { attemptFolder, LEDGER } from "./layout.ts";
import { readLedger, readPacked } from "./ledger.ts";
import { packFile, type PackPart, readPart } from "./packs.ts";
import type { LedgerView } from "./view.ts";

/** The files of one attempt, wherever they lie: in a folder of their own, or in a pack. */
export interface AttemptFiles {
  /** The attempt's folder, or the pack. */
  readonly path: string;
  /** Of the pack: where the attempt's part of it begins, and its bytes. */
  readonly part?: { readonly offset: number; readonly bytes: number };
  /** Their names, sorted, as they are in a folder. */
  list(): Promise<string[]>;
  /** Undefined where the attempt has no such file. @throws StoreError `attempt-missing` where none of its files are there. */
  read(name: string): Promise<Buffer | undefined>;
  /** @throws StoreError `attempt-missing` */
  require(name: string): Promise<Buffer>;
}

/** Undefined where there is nothing of the attempt. */
export type AttemptFinder = (attempt: string) => Promise<AttemptFiles | undefined>;

/** Finds attempts of a run by what is known of its ledger; also those that a run moves into a pack meanwhile. */
export function attemptFinder(run: string, view: LedgerView): AttemptFinder {
  let read = view;
  let parts: Promise<ReadonlyMap<string, PackPart>> | undefined;
  const packed = async (attempt: string) => {
    parts ??= partsOf(run, read);
    const part = (await parts).get(attempt);
    return part === undefined ? undefined : packedFiles(run, attempt, part);
  };
  const packedMeanwhile = async (attempt: string) => {
    const { size } = await stat(path.join(run, LEDGER));
    if (size > read.bytes) {
      read = await readLedger(run);
      parts = undefined;
    }
    return packed(attempt);
  };
  return async (attempt) => {
    const loose = looseFiles(run, attempt, () => packedMeanwhile(attempt));
    return (await packed(attempt)) ?? (existsSync(loose.path) ? loose : await packedMeanwhile(attempt));
  };
}

/** @throws StoreError `attempt-missing` */
export async function requireFiles(find: AttemptFinder, run: string, attempt: string): Promise<AttemptFiles> {
  const files = await find(attempt);
  if (files === undefined) throw attemptMissing(attempt, attemptFolder(run, attempt));
  return files;
}

async function partsOf(run: string, view: LedgerView): Promise<ReadonlyMap<string, PackPart>> {
  const parts = new Map<string, PackPart>();
  for (const { pack, attempts } of await readPacked(run, view))
    for (const [id, offset, bytes] of attempts) parts.set(id, { pack, offset, bytes });
  return parts;
}

function looseFiles(
  run: string,
  attempt: string,
  packedMeanwhile: () => Promise<AttemptFiles | undefined>,
): AttemptFiles {
  const folder = attemptFolder(run, attempt);
  const read = async (name: string) => {
    const content = await readFile(path.join(folder, name)).catch(undefinedIfAbsent);
    if (content !== undefined || existsSync(folder)) return content;
    const moved = await packedMeanwhile();
    if (moved === undefined) throw attemptMissing(attempt, folder);
    return moved.read(name);
  };
  return {
    path: folder,
    list: async () => (await listFolder(folder)) ?? (await packedMeanwhile())?.list() ?? [],
    read,
    require: required(attempt, folder, read),
  };
}

function packedFiles(run: string, attempt: string, part: PackPart): AttemptFiles {
  const file = packFile(run, part.pack);
  let files: Promise<ReadonlyMap<string, Buffer>> | undefined;
  const all = () =>
    (files ??= readPart(run, part).catch((error: unknown) => {
      throw attemptMissing(attempt, file, error);
    }));
  const read = async (name: string) => (await all()).get(name);
  return {
    path: file,
    part: { offset: part.offset, bytes: part.bytes },
    list: async () => [...(await all()).keys()].sort(),
    read,
    require: required(attempt, file, read),
  };
}

function required(attempt: string, place: string, read: AttemptFiles["read"]): AttemptFiles["require"] {
  return async (name) => {
    const content = await read(name);
    if (content === undefined) throw attemptMissing(attempt, path.join(place, name));
    return content;
  };
}

function undefinedIfAbsent(error: unknown): undefined {
  if (systemCode(error) !== "ENOENT") throw error;
}

function attemptMissing(attempt: string, file: string, cause?: unknown): StoreError {
  return new StoreError({
    code: "attempt-missing",
    message: `Of attempt ${attempt} there is no ${file}`,
    hint: "Restore it from a copy. Its verdict and what it used are still in the ledger, so that it is not owed again.",
    fields: { attempt, file },
    cause,
  });
}
