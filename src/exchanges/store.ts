import { createReadStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { createGunzip, gzip } from "node:zlib";
import { z } from "zod";
import { describeWriteFailure } from "../base/files.ts";
import { refuseNewer } from "../base/format-version.ts";
import { parseJson, parseValue } from "../base/json.ts";
import { EXCHANGE_FORMAT, exchangeSchema, type Exchange, type NewExchange } from "../exchange.ts";

const compress = promisify(gzip);

/**
 * The exchanges of one attempt or session, appended as they happen: a gzip member for each line, so that `zcat` reads the file and a
 * writer that is killed loses at most the exchange that it was writing.
 */
export interface ExchangeLog extends AsyncDisposable {
  /** Durable when it returns its number; one after the other. */
  append(exchange: NewExchange): Promise<number>;
}

/** A new file. */
export async function openExchangeLog(file: string): Promise<ExchangeLog> {
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, "wx").catch((error: unknown) => {
    throw describeWriteFailure(error, file);
  });
  let number = 0;
  let last: Promise<unknown> = Promise.resolve();
  const write = async (exchange: NewExchange): Promise<number> => {
    const own = number + 1;
    const row: Exchange = { schema_version: EXCHANGE_FORMAT, number: own, ...exchange };
    try {
      await handle.appendFile(await compress(`${JSON.stringify(row)}\n`));
      await handle.datasync();
    } catch (error) {
      throw describeWriteFailure(error, file);
    }
    number = own;
    return own;
  };
  return {
    append(exchange) {
      const done = last.then(() => write(exchange));
      last = done.catch(() => {});
      return done;
    },
    async [Symbol.asyncDispose]() {
      await last;
      await handle.close();
    },
  };
}

/** The exchanges of a file, oldest first. */
export async function* readExchanges(file: string): AsyncGenerator<Exchange> {
  const text = createReadStream(file).pipe(createGunzip());
  let number = 0;
  for await (const line of createInterface({ input: text, crlfDelay: Infinity })) {
    const place = `${file}:${++number}`;
    const row = parseJson(line, z.unknown(), place);
    refuseNewer(row, EXCHANGE_FORMAT, place);
    yield parseValue(row, exchangeSchema, place);
  }
}
