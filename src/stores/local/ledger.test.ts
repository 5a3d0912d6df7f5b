import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LedgerEvent } from "../../run.ts";
import { noVerdict, solved, type Verdict } from "../../verdict.ts";
import { attemptOf, targetOf } from "../testing/records.ts";
import { CHECKPOINT } from "./layout.ts";
import { openLedger, readEvents, readLedger, repairLedger } from "./ledger.ts";
import { writeLine } from "./lines.ts";

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

  it("cut at any byte of its last line is what was there before that line", async () => {
    const file = path.join(run, "ledger.jsonl");
    await append(declared);
    const before = (await readFile(file)).length;
    await append({ type: "noted", at: declared.at, kind: "remark", facts: { text: "é€🜲" } });
    const whole = await readFile(file);
    for (let length = before; length < whole.length; length++) {
      await writeFile(file, whole.subarray(0, length));
      const view = await readLedger(run);
      expect([view.tornBytes, view.fold.notes.length]).toEqual([length - before, 0]);
      await repairLedger(run, view);
      expect((await readFile(file)).length).toBe(before);
    }
  });

  it("is read in the same way with a checkpoint of any part of it, and with none", async () => {
    const all = [declared, ...history()];
    for (const event of all.slice(0, 5)) await append(event);
    const early = await readFile(path.join(run, CHECKPOINT));
    for (const event of all.slice(5)) await append(event);
    const late = await readLedger(run);
    await writeFile(path.join(run, CHECKPOINT), early);
    const stale = await readLedger(run);
    await rm(path.join(run, CHECKPOINT));
    const replayed = await readLedger(run);
    for (const view of [late, stale]) {
      expect([...view.fold.targets]).toEqual([...replayed.fold.targets]);
      expect([view.fold.notes, view.fold.spent]).toEqual([replayed.fold.notes, replayed.fold.spent]);
      expect([view.toFinishedColumns(), view.packed, view.sha256, view.lines]).toEqual([
        replayed.toFinishedColumns(),
        replayed.packed,
        replayed.sha256,
        replayed.lines,
      ]);
    }
  });

  it("is believed where its checkpoint says something else, whatever was done to that", async () => {
    await append(declared);
    await append({ ...declared, targets: [targetOf("b.1")] });
    const checkpoint = path.join(run, CHECKPOINT);
    const text = await readFile(checkpoint, "latin1");
    const file = path.join(run, "ledger.jsonl");
    const other = writeLine({ ...declared, targets: [targetOf("c.1")] });
    for (const spoiled of [
      "",
      "{",
      text.replace("b.1", "z.1"),
      text.slice(0, -9),
      `${text.slice(0, -1)}\u0001`,
      text.replace(/"bytes":\d+/, '"bytes":1'),
    ]) {
      await writeFile(checkpoint, spoiled, "latin1");
      expect([...(await readLedger(run)).fold.targets.keys()]).toEqual(["a.1", "b.1"]);
    }
    await writeFile(checkpoint, text, "latin1");
    await writeFile(file, `${other}\n`);
    expect([...(await readLedger(run)).fold.targets.keys()]).toEqual(["c.1"]);
  });

  it("is read by others while it is written", async () => {
    await using ledger = await openLedger(run, await readLedger(run), { eventsPerCheckpoint: 3 });
    const appended = Promise.all(history().map((event) => ledger.append(event)));
    let seen = 0;
    for (let reads = 0; reads < 20; reads++) {
      const { lines } = await readLedger(run);
      expect(lines).toBeGreaterThanOrEqual(seen);
      seen = lines;
    }
    await appended;
    expect((await readLedger(run)).lines).toBe(history().length);
  });
});

/** One of each kind. */
function history(): LedgerEvent[] {
  const at = "2026-01-02T00:00:00.000Z";
  const claimed = (target: string, number: number): LedgerEvent => ({
    type: "claimed",
    at,
    attempt: `${target}.${number}`,
    target,
    worker: "w1",
  });
  const finished = (attempt: string, verdict: Verdict): LedgerEvent => ({
    type: "finished",
    at,
    attempt: { ...attemptOf(attempt, verdict), dollars: 0.1, usage: { inputTokens: 3, cachedTokens: 1 } },
  });
  return [
    { ...declared, targets: ["b.1", "c.1", "d.1"].map(targetOf) },
    claimed("a.1", 1),
    finished("a.1.1", noVerdict("model:model-overloaded")),
    claimed("a.1", 2),
    finished("a.1.2", solved({})),
    claimed("b.1", 1),
    { type: "interrupted", at, attempt: "b.1.1", target: "b.1", reason: "drained", steps: 2, usage: {} },
    { type: "packed", at, pack: "000001.tar", attempts: [["a.1.1", 0, 512]] },
    claimed("b.1", 2),
    { type: "skipped", at, target: "c.1", reason: "solved-already" },
    { type: "noted", at, kind: "gate", facts: { rate: 0.5 } },
  ];
}
