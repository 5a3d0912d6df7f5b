import { mkdtemp, rm, writeFile, mkdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { runProgram } from "../../src/base/process.ts";
import { writeCheckpoint } from "../../src/stores/local/checkpoint.ts";
import { attemptFolder } from "../../src/stores/local/layout.ts";
import { readLedger } from "../../src/stores/local/ledger.ts";
import { openLocalStore } from "../../src/stores/local/store.ts";
import { listFolder } from "../../src/base/files.ts";
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
    return [...figures, await filesOfPacked(path.join(folder, "packed"))];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timesOf(run: string, size: number): Promise<Figure[]> {
  await makeRun(run, size);
  const open = path.join(import.meta.dirname, "open.ts");
  const inside = async (how: string) => Number(await outputOf([open, how, run])) / 1000;
  const status = () => secondsOf(["bin/hybrid-gym.js", "status", run, "--json"]);
  const replayed = [await inside("replay")];
  await writeCheckpoint(run, await readLedger(run));
  const named = (what: string) => `${what}, ${size.toLocaleString("en")} attempts`;
  return [
    timed(named("opening without a checkpoint"), replayed),
    timed(named("opening for reading"), await repeated(() => inside("read")), LIMIT),
    timed(
      named("resuming: opening for writing, what is owed"),
      await repeated(() => inside("resume")),
      LIMIT,
    ),
    timed(named("status --json, the whole process"), await repeated(status), LIMIT),
  ];
}

/** What every command takes before it does anything. */
async function startUp(): Promise<Figure> {
  return timed(
    "--version, the whole process",
    await repeated(() => secondsOf(["bin/hybrid-gym.js", "--version"])),
  );
}

/** Finishes some thousand attempts through the store, which packs them as it goes. */
async function filesOfPacked(run: string): Promise<Figure> {
  const count = 2_000;
  await mkdir(run, { recursive: true });
  const at = new Date();
  await using store = await openLocalStore(run);
  const targets = Array.from({ length: count }, (_, index) => targetAt(index));
  await store.declare(targets, at);
  for (const target of targets) {
    const claim = await store.claim(target.id, "worker", at);
    if (claim === undefined) throw new Error(`${target.id} is taken`);
    await mkdir(attemptFolder(run, claim.attempt), { recursive: true });
    for (const name of ["steps.jsonl", "patch.diff", "attempt.json", "exchanges.jsonl.gz"])
      await writeFile(path.join(attemptFolder(run, claim.attempt), name), "x".repeat(5000));
    await store.finish(claim, attemptAt(target), at);
    await store.tidy(at);
  }
  const loose = (await listFolder(path.join(run, "attempts")))?.length ?? 0;
  const packs = (await listFolder(path.join(run, "attempts/packs")))?.length ?? 0;
  const files = (loose - 1) * 4 + packs;
  return { ...timed(`files of ${count.toLocaleString("en")} attempts`, [files]), unit: "files" };
}

async function repeated(work: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
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
