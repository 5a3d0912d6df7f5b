import { appendFile } from "node:fs/promises";
import { expect, it } from "vitest";
import type { Admit } from "../governor.ts";
import { temporaryFolder } from "../testing/command-line.ts";
import { openCallLog, readCallLog } from "./call-log.ts";

const SIZE = { inputTokens: 40, outputTokens: 60 };
const always: Admit = async () => ({ settle: async () => {} });
const free = () => undefined;
const dollarEach = ({ inputTokens = 0, outputTokens = 0 }) => inputTokens + outputTokens;

it("counts what was answered as it was, and what a killed process had under way as reserved", async () => {
  await using folder = await temporaryFolder();
  const file = folder.file("spend.jsonl");
  expect(await readCallLog(file, free)).toMatchObject({ tokens: 0, dollars: 0, unpriced: 0 });
  {
    await using log = await openCallLog(file, dollarEach);
    const admit = log.keep(always);
    const answered = await admit(SIZE);
    const refused = await admit(SIZE);
    await admit(SIZE);
    await answered.settle({ kind: "answered", usage: { inputTokens: 5, outputTokens: 1, cachedTokens: 2 } });
    await refused.settle({ kind: "overloaded" });
  }
  // Killed while it wrote; another one goes on.
  await appendFile(file, '\n{"id":"half');
  {
    await using log = await openCallLog(file, free);
    await (await log.keep(always)(SIZE)).settle({ kind: "answered", usage: {} });
  }
  const sums = { inputTokens: 85, outputTokens: 121, cachedTokens: 2, tokens: 206 };
  expect(await readCallLog(file, free)).toEqual({ ...sums, dollars: 106, unpriced: 1 });
  expect(await readCallLog(file, dollarEach)).toEqual({ ...sums, dollars: 206, unpriced: 0 });
});

it("gives leave back where the call cannot be written down", async () => {
  await using folder = await temporaryFolder();
  const ends: unknown[] = [];
  const log = await openCallLog(folder.file("spend.jsonl"), free);
  await log[Symbol.asyncDispose]();
  const admit = log.keep(async () => ({ settle: async (end) => void ends.push(end) }));
  await expect(admit(SIZE)).rejects.toThrow();
  expect(ends).toEqual([{ kind: "unsent" }]);
});
