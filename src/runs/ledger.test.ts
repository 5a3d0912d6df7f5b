import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LedgerEvent } from "../run.ts";
import { openLedger, readLedger, repairLedger } from "./ledger.ts";

const declared: LedgerEvent = {
  type: "declared",
  schema_version: 1,
  at: "2026-01-01T00:00:00.000Z",
  targets: ["a.1"],
};

let run: string;
beforeEach(async () => {
  run = await mkdtemp(path.join(os.tmpdir(), "ledger-"));
});
afterEach(() => rm(run, { recursive: true }));

async function append(event: LedgerEvent): Promise<void> {
  await using ledger = await openLedger(run);
  await ledger.append(event);
}

describe("a ledger", () => {
  it("gives back what was appended", async () => {
    await append(declared);
    await append({ ...declared, targets: ["b.1"] });
    expect((await readLedger(run)).events).toEqual([declared, { ...declared, targets: ["b.1"] }]);
  });

  it("forgets a line that a killed writer did not finish, and goes on after it", async () => {
    await append(declared);
    await appendFile(path.join(run, "ledger.jsonl"), '{"type":"started","at":"2026');
    const { events, tornBytes } = await readLedger(run);
    expect(events).toEqual([declared]);
    expect(tornBytes).toBe(28);
    await repairLedger(run, tornBytes);
    await append(declared);
    expect((await readLedger(run)).events).toHaveLength(2);
    expect(await readFile(path.join(run, "ledger.jsonl"), "utf8")).toMatch(/\}\n$/);
  });

  it("is not guessed at when another line is damaged", async () => {
    await appendFile(path.join(run, "ledger.jsonl"), "garbage\n");
    await append(declared);
    await expect(readLedger(run)).rejects.toMatchObject({
      code: "ledger-damaged",
      fields: { place: expect.stringContaining(":1") },
    });
  });
});
