import { mkdtemp, rm, writeFile, mkdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { runProgram } from "../../src/base/process.ts";
import { writeCheckpoint } from "../../src/stores/local/checkpoint.ts";
import { attemptFolder } from "../../src/stores/local/layout.ts";
import { readLedger } from "../../src/stores/local/ledger.ts";
import { type LocalStore, openLocalStore } from "../../src/stores/local/store.ts";
import { listFolder } from "../../src/base/files.ts";
import type { Target } from "../../src/run.ts";
import { type Figure, median, spread } from "../figure.ts";
import { attemptAt, makeRun, targetAt } from "./make-run.ts";

const SIZES = [1_000, 10_000, 100_000];
const RUNS = 5;
/** Seconds, at any size. */
const LIMIT = 1;
const ROOT = path.join(import.meta.dirname, "../..");

/** How long a run of many attempts takes to open, in new processes; and how many files attempts make. */
export async function bench(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-ledger-"));
  try {
    const figures: Figure[] = [await startUp()];
    for (const size of SIZES) figures.push(...(await timesOf(path.join(folder, String(size)), size)));
    return [...figures, ...(await filesOfPacked(path.join(folder, "packed")))];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timesOf(run: string, size: number): Promise<Figure[]> {
  await makeRun(run, size);
  const open = path.join(import.meta.dirname, "open.ts");
  const inside = async (how: string) => timeSchema.parse(JSON.parse(await outputOf([open, how, run])));
  const replayed = [await inside("replay")];
  await writeCheckpoint(run, await readLedger(run));
  const named = (what: string) => `${what}, ${size.toLocaleString("en")} attempts`;
  const both = (what: string, times: readonly Time[]): Figure[] => [
    timed(
      named(what),
      times.map(({ wall }) => wall),
      LIMIT,
    ),
    timed(
      `${named(what)}: processor time`,
      times.map(({ processor }) => processor),
    ),
  ];
  const status = await repeated(() => secondsOf(["bin/hybrid-gym.js", "status", run, "--json"]));
  return [
    timed(
      named("opening without a checkpoint: processor time"),
      replayed.map(({ processor }) => processor),
    ),
    ...both("opening for reading", await repeated(() => inside("read"))),
    ...both("resuming: opening for writing, what is owed", await repeated(() => inside("resume"))),
    timed(named("status --json, the whole process"), status, LIMIT),
  ];
}

/** Seconds. */
const timeSchema = z.strictObject({ wall: z.number(), processor: z.number() });
type Time = z.infer<typeof timeSchema>;

/** What every command takes before it does anything. */
async function startUp(): Promise<Figure> {
  return timed(
    "--version, the whole process",
    await repeated(() => secondsOf(["bin/hybrid-gym.js", "--version"])),
  );
}

/** Attempts that are packed for real; the files of more follow from the rule of `stores/local/tidy.ts`, which is held against them. */
const PACKED = 1_100;
const FILES = ["steps.jsonl", "patch.diff", "attempt.json", "exchanges.jsonl.gz"];

async function filesOfPacked(run: string): Promise<Figure[]> {
  await mkdir(run, { recursive: true });
  const at = new Date();
  await using store = await openLocalStore(run);
  const targets = Array.from({ length: PACKED }, (_, index) => targetAt(index));
  await store.declare(targets, at);
  // Many at once share a flush of the disk, as in a run.
  for (let from = 0; from < PACKED; from += 50) {
    await Promise.all(targets.slice(from, from + 50).map((target) => finishOne(store, run, target, at)));
    await store.tidy(at);
  }
  const loose = (await listFolder(path.join(run, "attempts")))?.length ?? 0;
  const packs = (await listFolder(path.join(run, "attempts/packs")))?.length ?? 0;
  const files = (loose - 1) * FILES.length + packs;
  if (files !== filesByRule(PACKED)) throw new Error(`${files} files, by the rule ${filesByRule(PACKED)}`);
  const figure = (name: string, value: number) => ({ ...timed(name, [value]), unit: "files" });
  return [
    figure(`files of ${PACKED.toLocaleString("en")} attempts`, files),
    figure("files of 100,000 attempts, computed by the same rule", filesByRule(100_000)),
  ];
}

async function finishOne(store: LocalStore, run: string, target: Target, at: Date): Promise<void> {
  const claim = await store.claim(target.id, "worker", at);
  if (claim === undefined) throw new Error(`${target.id} is taken`);
  const folder = attemptFolder(run, claim.attempt);
  await mkdir(folder, { recursive: true });
  for (const name of FILES) await writeFile(path.join(folder, name), "x".repeat(5000));
  await store.finish(claim, attemptAt(target), at);
}

/** When more than 512 lie loose, the oldest 256 go into a pack. */
function filesByRule(attempts: number): number {
  const packs = Math.max(0, Math.ceil((attempts - 512) / 256));
  return packs + (attempts - packs * 256) * FILES.length;
}

async function repeated<T>(work: () => Promise<T>): Promise<T[]> {
  const values: T[] = [];
  for (let index = 0; index < RUNS; index++) values.push(await work());
  return values;
}

async function secondsOf(args: readonly string[]): Promise<number> {
  const start = performance.now();
  await outputOf(args);
  return (performance.now() - start) / 1000;
}

async function outputOf(args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runProgram(process.execPath, args, {
    cwd: ROOT,
    timeoutMs: 600_000,
  });
  if (exitCode !== 0) throw new Error(`${args.join(" ")} failed: ${Buffer.from(stderr).toString()}`);
  return Buffer.from(stdout).toString();
}

function timed(name: string, seconds: readonly number[], limit?: number): Figure {
  return {
    name,
    ours: median(seconds),
    peer: null,
    ratio: null,
    unit: "s",
    runs: seconds.length,
    spread: spread(seconds),
    ...(limit === undefined ? {} : { limit }),
  };
}
