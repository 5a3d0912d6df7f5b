import { sha256 } from "../base/hash.ts";
import type { Sandbox } from "../sandbox.ts";
import { DIGEST, LIST_GIT, LIST_SYSTEM, READ, READ_GIT, SIZES, SURVEY } from "./programs.ts";

/** One thing that can be read inside. Names and links hold one character per byte (Latin-1). */
export interface Found {
  readonly kind: string;
  readonly name: string;
  readonly value: Buffer;
}

/** What a sandbox shows; each question runs a program in it. */
export interface Inside {
  survey(mode: "all" | "own", harnessPaths: readonly string[]): Promise<Found[]>;
  /** The distribution's files that are wanted by name. */
  systemFiles(isWanted: (path: string) => boolean): Promise<SizedFile[]>;
  /** SHA-256 by path; files that cannot be read are absent. */
  digests(paths: readonly string[]): Promise<Map<string, string>>;
  /** The files' bytes, by path, piece by piece so that memory is bounded. Absent when a file cannot be read whole. */
  read(files: readonly SizedFile[]): AsyncGenerator<{ readonly path: string; readonly content?: Buffer }>;
  gitFolders(folders: readonly string[]): Promise<Found[]>;
  /** The contents of git objects, without their headers. */
  gitObjects(folder: string, ids: readonly string[]): Promise<Buffer>;
}

export interface SizedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256, where known: another content is not taken for this file's. */
  readonly digest?: string;
}

const MOST_OUTPUT = 768 * 1024 * 1024;
const BATCH_BYTES = 64 * 1024 * 1024;
const BATCH_FILES = 20_000;
const PATIENCE_MS = 300_000;
/** Values that are base64; the others are as they stand. */
const ENCODED = new Set(["environment", "mounts", "process", "descriptor", "objects", "index"]);

/** What ran inside did not say all that it was asked. */
export class IncompleteScan extends Error {}

export function lookInside(sandbox: Sandbox): Inside {
  const run = async (program: string, input: readonly string[]): Promise<Buffer> => {
    const result = await sandbox.exec(["bash", "--noprofile", "--norc", "-c", program], {
      stdin: Buffer.from(input.map((field) => `${field}\0`).join(""), "latin1"),
      maxOutputBytes: MOST_OUTPUT,
      timeoutMs: PATIENCE_MS,
    });
    if (result.timedOut || result.droppedBytes > 0) throw new IncompleteScan("more than can be looked at");
    return Buffer.from(result.stdout.buffer, result.stdout.byteOffset, result.stdout.byteLength);
  };
  const records = async (program: string, input: readonly string[]): Promise<Found[]> => {
    const found = parseRecords(await run(program, input));
    if (found.pop()?.kind !== "end") throw new IncompleteScan("the program that looks around was cut off");
    return found;
  };
  const contents = async (files: readonly SizedFile[]): Promise<Map<string, Buffer>> => {
    const bytes = await run(
      READ,
      files.map((file) => file.path),
    );
    const found = new Map<string, Buffer>();
    let at = 0;
    for (const { path, size, digest } of files) {
      const content = bytes.subarray(at, (at += size));
      if (digest === undefined || sha256(content) === digest) found.set(path, content);
    }
    return at === bytes.length ? found : new Map();
  };
  return {
    survey: (mode, harnessPaths) => records(SURVEY, [mode, ...harnessPaths]),
    async systemFiles(isWanted) {
      const names = (await run(LIST_SYSTEM, [])).toString("latin1").split("\0");
      const rows = (
        await run(
          SIZES,
          names.filter((name) => name !== "" && isWanted(name)),
        )
      ).toString("latin1");
      return [...rows.matchAll(/(\d+)\0([^\0]+)\0/g)].map(([, size, path = ""]) => ({
        path,
        size: Number(size),
      }));
    },
    async digests(paths) {
      const rows = (await run(DIGEST, paths)).toString("latin1").split("\0");
      return new Map(rows.filter((row) => row !== "").map((row) => [row.slice(66), row.slice(0, 64)]));
    },
    async *read(files) {
      for (const batch of batchesOf(files)) {
        const found = await contents(batch);
        for (const file of batch) {
          // One file that changed or ended early shifts all after it: those are asked for again, one by one.
          const content = found.get(file.path) ?? (await contents([file])).get(file.path);
          yield { path: file.path, ...(content === undefined ? {} : { content }) };
        }
      }
    },
    gitFolders: (folders) => records(LIST_GIT, folders),
    gitObjects: (folder, ids) => run(READ_GIT, [folder, ...ids]),
  };
}

function parseRecords(bytes: Buffer): Found[] {
  const records: Found[] = [];
  let at = 0;
  const field = () => {
    const end = bytes.indexOf(0, at);
    if (end < 0) throw new IncompleteScan("a record is cut off");
    const value = bytes.subarray(at, end);
    at = end + 1;
    return value;
  };
  while (at < bytes.length) {
    const kind = field().toString("latin1");
    const name = field().toString("latin1");
    const value = field();
    const content = ENCODED.has(kind) ? Buffer.from(value.toString("latin1"), "base64") : value;
    records.push({ kind, name, value: content });
  }
  return records;
}

function* batchesOf(files: readonly SizedFile[]): Generator<SizedFile[]> {
  let batch: SizedFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length > 0 && (bytes + file.size > BATCH_BYTES || batch.length === BATCH_FILES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.size;
  }
  if (batch.length > 0) yield batch;
}
