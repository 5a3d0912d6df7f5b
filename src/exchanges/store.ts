import { mkdir, open, readFile, truncate, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { systemCode } from "../base/errors.ts";
import { durableAppend, describeReadFailure, describeWriteFailure, syncFolder } from "../base/files.ts";
import { EXCHANGE_FORMAT, type Exchange, type NewExchange } from "../exchange.ts";
import { readMembers, toMember } from "./members.ts";
import { redactExchange } from "./redact.ts";
import { Lines } from "./stored.ts";

/**
 * The exchanges of one attempt or session, appended as they happen: a gzip member for each line, so that `zcat` reads the file and a
 * writer that is killed loses at most what it was writing.
 */
export interface ExchangeLog extends AsyncDisposable {
  /** Durable when it returns its number. Those that wait for the disk together are flushed together. */
  append(exchange: NewExchange): Promise<number>;
  /** Bytes of a torn last exchange that were cut off when the file was opened again; 0 where all was whole. */
  readonly cutBytes: number;
  /** Exchanges that are on disk. */
  readonly count: number;
}

export interface ExchangeLogOptions {
  /** Texts that are written nowhere: keys of the service, say. Those under 8 characters are words, and stay. */
  readonly secrets?: readonly string[];
}

interface Waiting {
  readonly exchange: NewExchange;
  readonly done: (number: number) => void;
  readonly failed: (error: unknown) => void;
}

/** A new file, or one that goes on after its last whole exchange. */
export async function openExchangeLog(file: string, options: ExchangeLogOptions = {}): Promise<ExchangeLog> {
  const { lines, count, cutBytes } = await reopen(file);
  const handle = await openToAppend(file);
  const append = durableAppend(handle);
  const waiting: Waiting[] = [];
  let written = count;
  let writing: Promise<void> | undefined;
  let broken: { readonly error: unknown } | undefined;

  const writeBatch = async (batch: readonly Waiting[]) => {
    const rows = batch.map(({ exchange }, index): Exchange => {
      const number = written + index + 1;
      return { schema_version: EXCHANGE_FORMAT, number, ...redactExchange(exchange, options.secrets ?? []) };
    });
    const members: Buffer[] = [];
    for (const row of rows) members.push(await toMember(lines.write(row)));
    await append(Buffer.concat(members)).catch((error: unknown) => {
      throw describeWriteFailure(error, file);
    });
    written += rows.length;
    for (const [index, { done }] of batch.entries()) done(written - rows.length + index + 1);
  };
  const writeAll = async () => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0);
      try {
        if (broken !== undefined) throw broken.error;
        await writeBatch(batch);
      } catch (error) {
        // What was not written may be what later lines would refer to.
        broken ??= { error };
        for (const { failed } of batch) failed(error);
      }
    }
    writing = undefined;
  };
  return {
    append: (exchange) =>
      new Promise<number>((done, failed) => {
        waiting.push({ exchange, done, failed });
        writing ??= writeAll();
      }),
    cutBytes,
    get count() {
      return written;
    },
    async [Symbol.asyncDispose]() {
      await writing;
      await handle.close();
    },
  };
}

/** The exchanges of a file, oldest first; from its bytes where it is no file of its own. A torn last one is what a killed writer left, and is skipped. */
export async function* readExchanges(file: string, bytes?: Buffer): AsyncGenerator<Exchange> {
  const members =
    bytes ??
    (await readFile(file).catch((error: unknown) => {
      throw describeReadFailure(error, file);
    }));
  const lines = new Lines();
  let number = 0;
  for (const { text } of readMembers(members, file)) yield lines.read(text, `${file}:${++number}`);
}

/** What is known of the exchanges that are there already; cuts off a torn last one. */
async function reopen(file: string): Promise<{ lines: Lines; count: number; cutBytes: number }> {
  const lines = new Lines();
  const bytes = await readFile(file).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return undefined;
    throw describeReadFailure(error, file);
  });
  let count = 0;
  let end = 0;
  for (const member of readMembers(bytes ?? Buffer.alloc(0), file)) {
    count = lines.read(member.text, `${file}:${count + 1}`).number;
    end = member.end;
  }
  const cutBytes = (bytes?.length ?? 0) - end;
  if (cutBytes > 0) await truncate(file, end);
  return { lines, count, cutBytes };
}

async function openToAppend(file: string): Promise<FileHandle> {
  const folder = path.dirname(file);
  try {
    await mkdir(folder, { recursive: true });
    const handle = await open(file, "a");
    await syncFolder(folder);
    return handle;
  } catch (error) {
    throw describeWriteFailure(error, file);
  }
}
