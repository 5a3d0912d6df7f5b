/**
 * The memory that `build` needs at its peak (resident set) and its processor time, on a repository of 5,000 Python files made out of
 * a small one, with one and with two worker threads. There is no peer; what counts is the limit.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type Figure, median, spread } from "../figure.ts";
import { benchSource, COMMAND } from "../source.ts";
import { writeManyFiles } from "./many-files.ts";

const FILES = 5000;
const LIMIT_MEGABYTES = 500;
const RUNS = 3;

export async function bench(runs: number = RUNS): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-memory-"));
  try {
    const source = path.join(folder, "many");
    writeManyFiles(await benchSource(), source, FILES);
    const figures: Figure[] = [];
    for (const workers of [1, 2]) {
      const measured: Usage[] = [];
      for (let run = 0; run < runs; run++) measured.push(await buildOnce(folder, source, workers));
      const figure = (name: string, unit: string, values: readonly number[]): Figure => ({
        name: `build, ${FILES} files, ${workers === 1 ? "1 worker" : `${workers} workers`}: ${name}`,
        ours: median(values),
        peer: null,
        ratio: null,
        unit,
        runs,
        spread: spread(values),
      });
      const peaks = measured.map((usage) => usage.peakMegabytes);
      figures.push({ ...figure("peak resident set", "MB", peaks), limit: LIMIT_MEGABYTES });
      const seconds = measured.map((usage) => usage.processorSeconds);
      figures.push(figure("processor time", "s", seconds));
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Usage {
  readonly peakMegabytes: number;
  readonly processorSeconds: number;
}

/** Set before the command starts; its own usage is read when it ends, from within. */
const REPORT = `process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write("\\nusage " + JSON.stringify([maxRSS / 1024, (userCPUTime + systemCPUTime) / 1e6]) + "\\n");
});`;

async function buildOnce(folder: string, source: string, workers: number): Promise<Usage> {
  const out = path.join(folder, "out");
  const cache = path.join(folder, "cache");
  await rm(out, { recursive: true, force: true });
  const [node = "node", main = ""] = COMMAND;
  const preload = `data:text/javascript,${encodeURIComponent(REPORT)}`;
  const build = [main, "build", source, "--task", "func-localize", "--out", out, "--cache", cache];
  const stderr = await run(node, ["--import", preload, ...build, "--workers", String(workers)]);
  const usage = /^usage \[([\d.]+),([\d.]+)\]$/m.exec(stderr);
  if (usage === null) throw new Error(`build failed: ${stderr.slice(-2000)}`);
  return { peakMegabytes: Number(usage[1]), processorSeconds: Number(usage[2]) };
}

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve(text) : reject(new Error(text.slice(-2000)))));
  });
}

if (import.meta.main) console.log(JSON.stringify(await bench(), undefined, 2));
