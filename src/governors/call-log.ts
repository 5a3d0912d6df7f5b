import { randomUUID } from "node:crypto";
import { z } from "zod";
import { defined } from "../base/defined.ts";
import { openRowLog, readRowLog } from "../base/row-log.ts";
import type { Admit, Amount } from "../governor.ts";
import type { Usage } from "../model.ts";
import { usageSchema } from "../trajectory.ts";
import { usedBy } from "./call-size.ts";

/** A call with what it may use at most, before it is made; and again with what it did use. The last line of an id counts. */
const lineSchema = z.object({
  id: z.string(),
  at: z.string(),
  usage: usageSchema,
  /** Where its price was known. */
  dollars: z.number().nonnegative().optional(),
});

/** What tokens cost; undefined where the price is not known. */
export type DollarsOf = (usage: Usage) => number | undefined;

/** What all calls of a file used, of processes that were killed too. */
export interface CallSums extends Amount {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  /** Calls that used tokens of which no price is known; they are not in `dollars`. */
  readonly unpriced: number;
}

/** @param dollarsOf by the prices of now, for calls of which none was known. */
export async function readCallLog(file: string, dollarsOf: DollarsOf): Promise<CallSums> {
  const calls = new Map<string, z.infer<typeof lineSchema>>();
  // Half a line is nothing: its call was not let through, or counts as reserved.
  for await (const row of readRowLog(file)) {
    const call = lineSchema.safeParse(row);
    if (call.success) calls.set(call.data.id, call.data);
  }
  const sums = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, tokens: 0, dollars: 0, unpriced: 0 };
  for (const { usage, dollars = dollarsOf(usage) } of calls.values()) {
    const { inputTokens = 0, outputTokens = 0, cachedTokens = 0 } = usage;
    sums.inputTokens += inputTokens;
    sums.outputTokens += outputTokens;
    sums.cachedTokens += cachedTokens;
    sums.tokens += inputTokens + outputTokens;
    sums.dollars += dollars ?? 0;
    if (dollars === undefined && inputTokens + outputTokens > 0) sums.unpriced++;
  }
  return sums;
}

export interface CallLog extends AsyncDisposable {
  /** Leave that is on disk before it is given, and its end before that counts: what a killed process had under way counts as reserved. */
  keep(admit: Admit): Admit;
}

export async function openCallLog(file: string, dollarsOf: DollarsOf): Promise<CallLog> {
  const log = await openRowLog(file);
  const write = (id: string, usage: Usage) =>
    log.append({ id, at: new Date().toISOString(), usage, ...defined({ dollars: dollarsOf(usage) }) });
  return {
    keep: (admit) => async (size, signal) => {
      const permit = await admit(size, signal);
      const id = randomUUID();
      try {
        await write(id, { inputTokens: size.inputTokens, outputTokens: size.outputTokens });
      } catch (error) {
        await permit.settle({ kind: "unsent" });
        throw error;
      }
      return {
        async settle(end) {
          try {
            await write(id, usedBy(size, end));
          } finally {
            await permit.settle(end);
          }
        },
      };
    },
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };
}
