import { benchSource } from "../source.ts";
/**
 * How fast every documented definition of a folder of Python files is found, against CPython's own `ast`: the same
 * files, the same records (compared before anything is timed), a new process each time (cold) and its second
 * pass (warm), on one core and on two.
 *
 * Usage: node bench/outline/run.ts [FOLDER]; without a folder, the code that all benches take.
 */
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { runProgram } from "../../src/base/process.ts";
import { siblingModule } from "../../src/base/sibling.ts";
import { type DefinitionRecord, pythonFiles, recordsOf } from "./records.ts";

export interface Figure {
  readonly name: string;
  /** Median over the runs. */
  readonly ours: number;
  readonly peer: number;
  /** Ours by the peer's: above 1 is faster. */
  readonly ratio: number;
  readonly unit: string;
  readonly runs: number;
  /** The wider of both sides' (maximum - minimum) / median. */
  readonly spread: number;
}

const RUNS = 5;
const PEER = fileURLToPath(new URL("./peer.py", import.meta.url));
const timesSchema = z.object({ found: z.number(), milliseconds: z.array(z.number()) });
const recordsSchema = z.record(z.string(), z.array(z.array(z.union([z.string(), z.number()]))).nullable());

/** Milliseconds of one run: the whole process (cold) and the second pass in it (warm). */
interface Times {
  readonly cold: number;
  readonly warm: number;
  /** Documented definitions found; the same on one core and on two. */
  readonly found: number;
}

type Side = (workers: number, passes: number) => Promise<{ wall: number } & z.infer<typeof timesSchema>>;

/** @throws Error when the two sides do not find the same records. */
export async function bench(folder?: string, runs: number = RUNS): Promise<Figure[]> {
  const corpus = folder ?? (await benchSource());
  const files = pythonFiles(corpus);
  const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
  await compareRecords(corpus, files);
  const ours: Side = (workers, passes) =>
    timed(process.execPath, [siblingModule(import.meta.url, "./ours"), corpus, `${workers}`, `${passes}`]);
  const peer: Side = (workers, passes) => timed("python3", [PEER, corpus, `${workers}`, `${passes}`]);
  const measured = { ours1: [], ours2: [], peer1: [], peer2: [] } as Record<string, Times[]>;
  // Side by side within each run, so that a busy machine is busy for both.
  for (let run = 0; run < runs; run++) {
    for (const workers of [1, 2]) {
      measured[`ours${workers}`]?.push(await times(ours, workers));
      measured[`peer${workers}`]?.push(await times(peer, workers));
    }
  }
  for (const side of ["ours", "peer"]) {
    const found = new Set(
      [1, 2].flatMap((workers) => (measured[`${side}${workers}`] ?? []).map((time) => time.found)),
    );
    if (found.size > 1)
      throw new Error(`${side}: not the same on one core and two: ${[...found].join(", ")}`);
  }
  const figure = (name: string, kind: "cold" | "warm", mine: string, other: string) =>
    figureOf(
      name,
      megabytes,
      (measured[mine] ?? []).map((time) => time[kind]),
      (measured[other] ?? []).map((time) => time[kind]),
    );
  return [
    figure("outline, cold, 1 core", "cold", "ours1", "peer1"),
    figure("outline, warm, 1 core", "warm", "ours1", "peer1"),
    figure("outline, cold, 2 cores", "cold", "ours2", "peer2"),
    figure("outline, warm, 2 cores", "warm", "ours2", "peer2"),
    figure("outline, cold, 2 cores against the peer on 1", "cold", "ours2", "peer1"),
    figure("outline, warm, 2 cores against the peer on 1", "warm", "ours2", "peer1"),
  ];
}

async function times(side: Side, workers: number): Promise<Times> {
  const cold = await side(workers, 1);
  const warm = await side(workers, 2);
  if (cold.found !== warm.found) throw new Error(`${cold.found} definitions, then ${warm.found}`);
  return { cold: cold.wall, found: cold.found, warm: warm.milliseconds[1] ?? Number.NaN };
}

async function timed(program: string, args: readonly string[]): ReturnType<Side> {
  const start = performance.now();
  const { stdout, stderr, exitCode } = await runProgram(program, args);
  const wall = performance.now() - start;
  if (exitCode !== 0) throw new Error(`${program} failed: ${stderr}`);
  return { wall, ...timesSchema.parse(JSON.parse(Buffer.from(stdout).toString("utf8"))) };
}

/** Files that the peer does not take (Python 2, broken on purpose) have no records to compare. */
async function compareRecords(folder: string, files: readonly string[]): Promise<void> {
  const { stdout, stderr, exitCode } = await runProgram("python3", [PEER, folder, "1", "1", "--records"]);
  if (exitCode !== 0) throw new Error(`python3 failed: ${stderr}`);
  const expected = recordsSchema.parse(JSON.parse(Buffer.from(stdout).toString("utf8")));
  let compared = 0;
  for (const file of files) {
    const records = expected[file];
    if (records === null) continue;
    if (records === undefined) throw new Error(`the peer did not read ${file}`);
    const mine = recordsOf(file).map((record: DefinitionRecord) => JSON.stringify(record));
    const theirs = records.map((record) => JSON.stringify(record));
    const difference = mine.findIndex((record, index) => record !== theirs[index]);
    if (difference !== -1 || mine.length !== theirs.length) {
      throw new Error(`${file}: ${mine[difference]} against ${theirs[difference]}`);
    }
    compared += mine.length;
  }
  console.error(`${compared} equal records in ${files.length} files`);
}

function figureOf(name: string, megabytes: number, ours: readonly number[], peer: readonly number[]): Figure {
  const rate = (milliseconds: number) => (megabytes * 1000) / milliseconds;
  return {
    name,
    ours: rate(median(ours)),
    peer: rate(median(peer)),
    ratio: median(peer) / median(ours),
    unit: "MB/s",
    runs: ours.length,
    spread: Math.max(spread(ours), spread(peer)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

if (import.meta.main) console.log(JSON.stringify(await bench(process.argv[2]), undefined, 2));
