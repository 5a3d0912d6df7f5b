import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from "node:fs/promises";
import path from "node:path";
import type { z } from "zod";
import { EnvironmentError, InputError, systemCode } from "./errors.ts";
import { parseJson } from "./json.ts";

/**
 * Files that survive a crash. A file is either as it was before or complete: written beside its
 * place, flushed to disk, renamed, and the folder flushed too.
 */
export async function writeFileDurably(
  file: string,
  data: string | Uint8Array | ((handle: FileHandle) => Promise<void>),
): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, "w");
    try {
      if (typeof data === "function") await data(handle);
      else await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw describeWriteFailure(error, file);
  }
}

/** Names of such temporary files, and the process that made them. What a killed one leaves is nobody's. */
export const REMAINS = /\.(\d+)\.tmp$/;

/** Makes a rename or a new file in this folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Turns a full or read-only disk into an error that says so; anything else passes through. */
export function describeWriteFailure(error: unknown, file: string): unknown {
  const code = systemCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new EnvironmentError({
      code: "disk-full",
      message: `No space left to write ${file}`,
      hint: "Free some space and run the same command again; what was finished is kept.",
      fields: { file },
      cause: error,
    });
  }
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new InputError({
      code: "no-such-folder",
      message: `There is no folder ${path.dirname(file)} to write in`,
      hint: "Make the folder, or name another one.",
      fields: { file },
      cause: error,
    });
  }
  if (code === "EROFS" || code === "EACCES" || code === "EPERM") {
    return new EnvironmentError({
      code: "not-writable",
      message: `Cannot write ${file}: ${code}`,
      hint: "Choose a folder that you may write to.",
      fields: { file },
      cause: error,
    });
  }
  return error;
}

/** An append-only file whose lines are on disk when `append` returns. */
export interface AppendLog extends AsyncDisposable {
  /**
   * Lines that wait for the disk together are written and flushed together; each call returns after its own line, in the order of
   * the calls. A write that failed is taken back, and the next one may succeed. @throws EnvironmentError `disk-full`…
   */
  append(line: string): Promise<void>;
  /** Waits for what was appended. */
  close(): Promise<void>;
}

export async function openAppendLog(file: string): Promise<AppendLog> {
  const handle = await openToAppend(file).catch((error: unknown) => {
    throw describeWriteFailure(error, file);
  });
  const write = durableAppend(handle);
  const waiting: {
    readonly line: string;
    readonly done: () => void;
    readonly failed: (error: unknown) => void;
  }[] = [];
  let writing: Promise<void> | undefined;
  const writeAll = async () => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0);
      try {
        await write(batch.map(({ line }) => `${line}\n`).join(""));
        for (const { done } of batch) done();
      } catch (error) {
        const described = describeWriteFailure(error, file);
        for (const { failed } of batch) failed(described);
      }
    }
    writing = undefined;
  };
  const close = async () => {
    await writing;
    await handle.close();
  };
  return {
    append: (line) =>
      new Promise((done, failed) => {
        waiting.push({ line, done, failed });
        writing ??= writeAll();
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The folder is flushed too, for a new file that is in no folder after a power cut has no lines. */
async function openToAppend(file: string): Promise<FileHandle> {
  const handle = await open(file, "a");
  await syncFolder(path.dirname(file));
  return handle;
}

/**
 * Appends, durable when it returns, to a file that nobody else writes. What was written of a failed append is taken back, before
 * the next one if not at once, so that what comes after it is whole.
 */
export function durableAppend(handle: FileHandle): (data: string | Uint8Array) => Promise<void> {
  // Asked once, for nobody else writes: each question is a way to another thread and back.
  let end: number | undefined;
  let isTorn = false;
  const takeBack = async () => {
    if (isTorn) await handle.truncate(end);
    isTorn = false;
  };
  return async (data) => {
    await takeBack();
    const before = (end ??= (await handle.stat()).size);
    isTorn = true;
    try {
      await handle.appendFile(data);
      await handle.datasync();
      end = before + Buffer.byteLength(data);
      isTorn = false;
    } catch (error) {
      await takeBack().catch(() => {});
      throw error;
    }
  };
}

/** The lines of a text file as they stream in, with their 1-based numbers; empty lines are left out. */
export async function* readLines(file: string): AsyncGenerator<{ line: string; number: number }> {
  yield* linesOf(textOf(file));
}

async function* textOf(file: string): AsyncGenerator<string> {
  try {
    for await (const chunk of createReadStream(file, { encoding: "utf8" })) yield String(chunk);
  } catch (error) {
    throw describeReadFailure(error, file);
  }
}

/**
 * The same of text that comes in pieces. Only a newline (or CRLF) ends a line: `readline` would also cut at U+2028, which JSON takes
 * within its strings.
 */
export async function* linesOf(
  chunks: AsyncIterable<string>,
): AsyncGenerator<{ line: string; number: number }> {
  let number = 0;
  // Pieces, for one line may be as long as the file.
  let pieces: string[] = [];
  const takeLine = () => {
    const line = pieces.join("").replace(/\r$/, "");
    pieces = [];
    number++;
    return { line: number === 1 ? line.replace(/^\uFEFF/, "") : line, number };
  };
  for await (const chunk of chunks) {
    const [first = "", ...others] = chunk.split("\n");
    pieces.push(first);
    for (const other of others) {
      const taken = takeLine();
      if (taken.line.trim() !== "") yield taken;
      pieces.push(other);
    }
  }
  const last = takeLine();
  if (last.line.trim() !== "") yield last;
}

/** The rows of a JSONL file, checked one by one. */
export async function* readJsonl<T>(file: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  for await (const { line, number } of readLines(file)) yield parseJson(line, schema, `${file}:${number}`);
}

export async function readTextFile(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: unknown) => {
    throw describeReadFailure(error, file);
  });
}

export function describeReadFailure(error: unknown, file: string): unknown {
  const code = systemCode(error);
  if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") {
    return new InputError({
      code: "no-such-file",
      message: code === "EISDIR" ? `${file} is a folder` : `There is no file ${file}`,
      hint: "Check the path.",
      fields: { file },
      cause: error,
    });
  }
  return error;
}

/** The names in a folder, or undefined where there is no folder. */
export async function listFolder(folder: string): Promise<string[] | undefined> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Makes sure that `folder` exists and is ours to fill: absent, empty, or holding `marker` (the file
 * that says what the folder is). Anything else is refused, so that no command overwrites a stranger's files.
 */
export async function claimOutputFolder(folder: string, marker: string): Promise<"new" | "existing"> {
  const names = await listFolder(folder).catch((error: unknown) => {
    if (systemCode(error) === "ENOTDIR") return ["(a file)"];
    throw error;
  });
  if (names?.includes(marker)) return "existing";
  // A process that was killed while it wrote the marker leaves the folder as good as empty.
  const strangers = names?.filter((name) => name.replace(REMAINS, "") !== marker) ?? [];
  if (strangers.length > 0) {
    throw new InputError({
      code: "output-folder-in-use",
      message: `${folder} holds something else (no ${marker} in it)`,
      hint: "Name a new or empty folder; nothing was changed.",
      fields: { folder, marker },
    });
  }
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw describeWriteFailure(error, folder);
  });
  return "new";
}
