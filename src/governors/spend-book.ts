import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { describeWriteFailure } from "../base/files.ts";
import type { Amount } from "../governor.ts";
import { Account, NOTHING } from "./account.ts";

const amountSchema = z.object({ dollars: z.number().nonnegative(), tokens: z.number().nonnegative() });

/** One line: what a call may cost, before it is made; and what it did cost. */
const lineSchema = z.union([
  z.object({ id: z.string(), endpoint: z.string(), at: z.string(), reserved: amountSchema }),
  z.object({ id: z.string(), settled: amountSchema }),
]);

/** A call as the book knows it. */
export interface Entry {
  readonly id: string;
  readonly endpoint: string;
  readonly day: string;
  readonly reserved: Amount;
}

/**
 * What each endpoint was paid on each day (UTC), in one append-only file a day. A call stands in it before it is made, so that what a
 * killed process had under way counts as spent. Written at once and not flushed: a kill loses nothing, a power failure the last seconds.
 */
export class SpendBook {
  readonly #folder: string | undefined;
  readonly #days = new Map<string, Map<string, Account>>();
  /** Read from the file, reserved and not settled: spent, until somebody says that it is still under way. */
  readonly #left = new Map<string, Entry>();

  /** Without a folder, nothing is kept. */
  constructor(folder?: string) {
    this.#folder = folder;
  }

  account(day: string, endpoint: string): Account {
    let accounts = this.#days.get(day);
    if (accounts === undefined) {
      accounts = this.#read(day);
      this.#days.set(day, accounts);
    }
    let account = accounts.get(endpoint);
    if (account === undefined) accounts.set(endpoint, (account = new Account()));
    return account;
  }

  /** @throws EnvironmentError when it cannot be written; then nothing is reserved. */
  reserve(entry: Entry, at: Date): void {
    const { id, endpoint, day, reserved } = entry;
    const account = this.account(day, endpoint);
    this.#append(day, { id, endpoint, at: at.toISOString(), reserved });
    account.reserve(reserved);
  }

  /** @throws EnvironmentError when it cannot be written; the accounts are right all the same. */
  settle({ id, endpoint, day, reserved }: Entry, settled: Amount): void {
    this.account(day, endpoint).settle(reserved, settled);
    this.#append(day, { id, settled });
  }

  /** One that was reserved by a governor that is gone, and is still under way. */
  adopt(entry: Entry): void {
    const account = this.account(entry.day, entry.endpoint);
    account.reserve(entry.reserved);
    const left = this.#left.get(entry.id);
    if (left === undefined) return;
    account.takeBack(left.reserved);
    this.#left.delete(entry.id);
  }

  #append(day: string, line: z.infer<typeof lineSchema>): void {
    if (this.#folder === undefined) return;
    const file = fileOf(this.#folder, day);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      // A line of its own whatever a killed writer left before it; empty lines are nothing.
      appendFileSync(file, `\n${JSON.stringify(line)}\n`, { mode: 0o600 });
    } catch (error) {
      throw describeWriteFailure(error, file);
    }
  }

  #read(day: string): Map<string, Account> {
    const open = new Map<string, Entry>();
    const sums = new Map<string, { dollars: number; tokens: number }>();
    const endpoints = new Map<string, string>();
    for (const line of this.#lines(day)) {
      if ("reserved" in line) {
        open.set(line.id, { id: line.id, endpoint: line.endpoint, day, reserved: line.reserved });
        endpoints.set(line.id, line.endpoint);
      } else if (open.delete(line.id)) count(sums, endpoints.get(line.id) ?? "", line.settled);
    }
    for (const entry of open.values()) {
      this.#left.set(entry.id, entry);
      count(sums, entry.endpoint, entry.reserved);
    }
    return new Map([...sums].map(([endpoint, sum]) => [endpoint, new Account(sum)]));
  }

  *#lines(day: string): Generator<z.infer<typeof lineSchema>> {
    if (this.#folder === undefined) return;
    const file = fileOf(this.#folder, day);
    if (!existsSync(file)) return;
    for (const text of readFileSync(file, "utf8").split("\n")) {
      const line = text === "" ? undefined : lineSchema.safeParse(parse(text));
      if (line?.success === true) yield line.data;
    }
  }
}

const fileOf = (folder: string, day: string) => path.join(folder, `${day}.jsonl`);

/** What a killed writer left of a line is nothing: its call was not let through, or is not settled. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function count(
  sums: Map<string, { dollars: number; tokens: number }>,
  endpoint: string,
  amount: Amount,
): void {
  const sum = sums.get(endpoint) ?? { ...NOTHING };
  sum.dollars += amount.dollars;
  sum.tokens += amount.tokens;
  sums.set(endpoint, sum);
}

/** The day of a moment, as its file is named. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
