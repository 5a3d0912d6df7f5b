import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runProgram } from "../../base/process.ts";
import { noVerdict, solved } from "../../verdict.ts";
import { attemptOf, targetOf } from "../testing/records.ts";
import { attemptFinder } from "./attempt-files.ts";
import { attemptFolder, attemptsFolder, packsFolder } from "./layout.ts";
import { readLedger } from "./ledger.ts";
import { openLocalStore } from "./store.ts";

const AT = new Date("2026-01-01T00:00:00.000Z");
const FEW = { looseAttempts: 3, attemptsPerPack: 2 };

let run: string;
beforeEach(async () => {
  run = await mkdtemp(path.join(os.tmpdir(), "packs-"));
});
afterEach(() => rm(run, { recursive: true }));

const open = () => openLocalStore(run, FEW);
const loose = async () => (await readdir(attemptsFolder(run))).filter((name) => name !== "packs").sort();
const packs = () => readdir(packsFolder(run)).catch(() => []);
const steps = (attempt: string) => `${JSON.stringify({ attempt, text: "é".repeat(5000) })}\n`;

async function leaveFiles(attempt: string): Promise<void> {
  await mkdir(attemptFolder(run, attempt), { recursive: true });
  const write = (name: string, text: string) => writeFile(path.join(attemptFolder(run, attempt), name), text);
  await write("steps.jsonl", steps(attempt));
  await write("patch.diff", "");
  await write("exchanges.jsonl.gz", "as it is");
  await write("attempt.json", "{}\n");
}

/** Finishes targets one after the other, tidying after each as the engine does. */
async function finish(...targets: string[]): Promise<void> {
  await using store = await open();
  await store.declare(targets.map(targetOf), AT);
  for (const target of targets) {
    const claim = await store.claim(target, "w1", AT);
    if (claim === undefined) throw new Error(`${target} is taken`);
    await leaveFiles(claim.attempt);
    await store.finish(claim, attemptOf(claim.attempt, solved({})), AT);
    await store.tidy(AT);
  }
}

const filesOf = async (attempt: string) => attemptFinder(run, await readLedger(run))(attempt);
const SIX = ["a.1", "b.1", "c.1", "d.1", "e.1", "f.1"];

describe("attempts that ended long ago", () => {
  it("lie in packs, each file as it was", async () => {
    await finish(...SIX);
    expect(await packs()).toEqual(["000001.tar", "000002.tar"]);
    expect(await loose()).toEqual(["e.1.1", "f.1.1"]);
    for (const target of SIX) {
      const files = await filesOf(`${target}.1`);
      expect(await files?.list()).toEqual([
        "attempt.json",
        "exchanges.jsonl.gz",
        "patch.diff",
        "steps.jsonl",
      ]);
      expect((await files?.require("steps.jsonl"))?.toString()).toBe(steps(`${target}.1`));
      expect((await files?.require("exchanges.jsonl.gz"))?.toString()).toBe("as it is");
      expect(await files?.read("output.txt")).toBeUndefined();
    }
  });

  it("are unpacked by tar and gunzip", async () => {
    await finish(...SIX);
    const unpacked = await mkdtemp(path.join(run, "unpacked-"));
    const file = path.join(packsFolder(run), "000001.tar");
    expect(await runProgram("tar", ["xf", file, "-C", unpacked], { timeoutMs: 60_000 })).toMatchObject({
      exitCode: 0,
    });
    const gunzip = ["-c", path.join(unpacked, "a.1.1/steps.jsonl.gz")];
    const { stdout } = await runProgram("gunzip", gunzip, { timeoutMs: 60_000 });
    expect(Buffer.from(stdout).toString()).toBe(steps("a.1.1"));
  });

  it("are found by whoever looked at the run before they were moved", async () => {
    await finish(...SIX.slice(0, 3));
    const find = attemptFinder(run, await readLedger(run));
    const early = await find("a.1.1");
    await finish(...SIX.slice(3));
    expect(await packs()).toEqual(["000001.tar", "000002.tar"]);
    expect((await early?.require("steps.jsonl"))?.toString()).toBe(steps("a.1.1"));
    expect((await (await find("b.1.1"))?.require("steps.jsonl"))?.toString()).toBe(steps("b.1.1"));
  });

  it("are nowhere twice after a writer was killed before the ledger told of their pack", async () => {
    await finish("a.1", "b.1");
    await mkdir(packsFolder(run));
    await writeFile(path.join(packsFolder(run), "000001.tar"), "a pack that does not count");
    await writeFile(path.join(packsFolder(run), "000001.tar.7.tmp"), "half of one");
    await finish("c.1", "d.1");
    expect(await packs()).toEqual(["000001.tar"]);
    expect((await (await filesOf("a.1.1"))?.require("steps.jsonl"))?.toString()).toBe(steps("a.1.1"));
  });

  it("are nowhere twice after a writer was killed before it removed their folders", async () => {
    await finish(...SIX.slice(0, 3));
    await cp(attemptsFolder(run), path.join(run, "before"), { recursive: true });
    await finish("d.1");
    for (const attempt of ["a.1.1", "b.1.1"])
      await cp(path.join(run, "before", attempt), attemptFolder(run, attempt), { recursive: true });
    await finish();
    expect(await loose()).toEqual(["c.1.1", "d.1.1"]);
  });

  it("stay loose as long as their target is owed", async () => {
    await using store = await open();
    await store.declare(SIX.map(targetOf), AT);
    for (const target of SIX) {
      const claim = await store.claim(target, "w1", AT);
      if (claim === undefined) throw new Error(`${target} is taken`);
      await leaveFiles(claim.attempt);
      await store.interrupt(claim, { reason: "drained", steps: 1, usage: {} }, AT);
      await store.tidy(AT);
    }
    expect(await packs()).toEqual([]);
    expect(await loose()).toHaveLength(6);
  });

  it("include those that came to no verdict and were tried again", async () => {
    await using store = await open();
    await store.declare([targetOf("a.1")], AT);
    for (let number = 1; number <= 4; number++) {
      const claim = await store.claim("a.1", "w1", AT);
      if (claim === undefined) throw new Error("a.1 is taken");
      await leaveFiles(claim.attempt);
      await store.finish(claim, attemptOf(claim.attempt, noVerdict("sandbox")), AT);
      await store.tidy(AT);
    }
    expect(await loose()).toEqual(["a.1.3", "a.1.4"]);
  });
});

describe("an attempt whose files someone deleted", () => {
  it("is named, and keeps what the ledger has of it", async () => {
    await finish("a.1");
    const files = await filesOf("a.1.1");
    await rm(path.join(attemptFolder(run, "a.1.1"), "steps.jsonl"));
    await expect(files?.require("steps.jsonl")).rejects.toMatchObject({
      code: "attempt-missing",
      fields: { attempt: "a.1.1", file: path.join(attemptFolder(run, "a.1.1"), "steps.jsonl") },
    });
    await rm(attemptFolder(run, "a.1.1"), { recursive: true });
    expect(await filesOf("a.1.1")).toBeUndefined();
    await using store = await open();
    expect(store.state.targets.get("a.1")).toMatchObject({ last: { outcome: "solved" } });
  });

  it("gets its record back when it is packed", async () => {
    await finish("a.1", "b.1");
    await rm(path.join(attemptFolder(run, "a.1.1"), "attempt.json"));
    await finish("c.1", "d.1");
    const record = await (await filesOf("a.1.1"))?.require("attempt.json");
    expect(JSON.parse(String(record))).toEqual(attemptOf("a.1.1", solved({})));
  });

  it("is named when the whole pack is gone", async () => {
    await finish(...SIX);
    await rm(path.join(packsFolder(run), "000001.tar"));
    await expect((await filesOf("a.1.1"))?.require("steps.jsonl")).rejects.toMatchObject({
      code: "attempt-missing",
      fields: { attempt: "a.1.1" },
    });
    expect((await (await filesOf("c.1.1"))?.require("steps.jsonl"))?.toString()).toBe(steps("c.1.1"));
    expect(await readFile(path.join(run, "ledger.jsonl"), "utf8")).toContain('"packed"');
  });
});
