import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LedgerEvent } from "../../run.ts";
import { targetOf } from "../testing/records.ts";
import { openLedger, readEvents, readLedger, repairLedger } from "./ledger.ts";

const declared: Extract<LedgerEvent, { type: "declared" }> = {
  type: "declared",
  schema_version: 2,
  at: "2026-01-01T00:00:00.000Z",
  targets: [targetOf("a.1")],
};

let run: string;
beforeEach(async () => {
  run = await mkdtemp(path.join(os.tmpdir(), "ledger-"));
});
afterEach(() => rm(run, { recursive: true }));

async function append(event: LedgerEvent): Promise<void> {
  await using ledger = await openLedger(run, await readLedger(run));
  await ledger.append(event);
}

const events = () => Array.fromAsync(readEvents(run));

describe("a ledger", () => {
  it("gives back what was appended", async () => {
    await append(declared);
    await append({ ...declared, targets: [targetOf("b.1")] });
    expect(await events()).toEqual([declared, { ...declared, targets: [targetOf("b.1")] }]);
  });

  it("forgets a line that a killed writer did not finish, and goes on after it", async () => {
    await append(declared);
    await appendFile(path.join(run, "ledger.jsonl"), '{"type":"started","at":"2026');
    const view = await readLedger(run);
    expect(await events()).toEqual([declared]);
    expect(view.tornBytes).toBe(28);
    await repairLedger(run, view);
    await append(declared);
    expect(await events()).toHaveLength(2);
    expect(await readFile(path.join(run, "ledger.jsonl"), "utf8")).toMatch(/\}\n$/);
  });

  it("knows a line that was changed after it was written", async () => {
    await append(declared);
    const file = path.join(run, "ledger.jsonl");
    await writeFile(file, (await readFile(file, "utf8")).replace('"a.1"', '"a.7"'));
    await expect(readLedger(run)).rejects.toThrow("checksum");
  });

  it("of format 1 is read as what it said", async () => {
    const old = [
      { type: "declared", schema_version: 1, at: declared.at, targets: ["x.y-1.1"] },
      { type: "started", at: declared.at, attempt: "x.y-1.1.1", target: "x.y-1.1", process: 7 },
    ];
    await writeFile(path.join(run, "ledger.jsonl"), old.map((row) => `${JSON.stringify(row)}\n`).join(""));
    expect(await events()).toMatchObject([
      { targets: [{ id: "x.y-1.1", instance: "x.y-1", number: 1 }] },
      { type: "claimed", attempt: "x.y-1.1.1", worker: ":7:" },
    ]);
  });

  it("is not guessed at when another line is damaged", async () => {
    await append(declared);
    await append(declared);
    const file = path.join(run, "ledger.jsonl");
    const [first = ""] = (await readFile(file, "utf8")).split("\n");
    await writeFile(file, `${first}\ngarbage\n${first}\n`);
    await expect(readLedger(run)).rejects.toMatchObject({
      code: "ledger-damaged",
      fields: { line: 2, byte: first.length + 1 },
    });
  });
});
