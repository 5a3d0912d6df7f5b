/**
 * How fast patches are graded, against a Python program that does the same with git and CPython's `ast`: 1, 100 and 1,000
 * patches, half of them right, in a new process each time (ours is the command `grade`), and one verdict in a process that stays.
 *
 * Both sides must agree on every patch; the one difference allowed is comments that steer tools, which the peer does not know.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { runProgram } from "../../src/base/process.ts";
import { build } from "../../src/commands/build.ts";
import { type Figure, median, spread } from "../figure.ts";
import { benchSource, COMMAND } from "../source.ts";
import { makePatches, type Patch } from "./patches.ts";

const RUNS = 3;
const INSTANCES = 40;
const SIZES = [1, 100, 1000];
const WARM_UP = 100;
const STEERING = new Set(["right-edit-and-tool-directive", "right-edit-and-lost-directive"]);

const PEER = fileURLToPath(new URL("./peer.py", import.meta.url));
const OURS = fileURLToPath(new URL("./ours.ts", import.meta.url));
const batchSchema = z.object({ verdicts: z.array(z.boolean()), milliseconds: z.array(z.number()) });
type Batch = z.infer<typeof batchSchema>;

export async function bench(runs: number = RUNS): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-grading-"));
  try {
    const dataset = path.join(folder, "data");
    await build({
      repositories: [await benchSource()],
      task: "func-localize",
      perRepository: INSTANCES,
      out: dataset,
      cache: path.join(folder, "cache"),
    });
    const patches = (count: number, round: string) =>
      makePatches(dataset, path.join(folder, "scratch"), count, round);
    const all = await patches(Math.max(...SIZES), "measured");
    const warmUp = await save(path.join(folder, "warm-up.jsonl"), await patches(WARM_UP, "warm-up"));
    const figures: Figure[] = [];
    for (const size of SIZES) {
      const file = await save(path.join(folder, `${size}.jsonl`), all.slice(0, size));
      const times = { ours: [] as number[], peer: [] as number[] };
      for (let run = 0; run < runs; run++) {
        times.ours.push(await seconds(() => gradeCommand(dataset, file, size)));
        times.peer.push(await seconds(() => batches("python3", [PEER, file])));
      }
      figures.push(rate(`new process, ${size} ${size === 1 ? "patch" : "patches"}`, size, times));
    }
    figures.push(...(await warm(dataset, all, warmUp, path.join(folder, "all.jsonl"), runs)));
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same patches in processes that have graded others before. */
async function warm(
  dataset: string,
  patches: readonly Patch[],
  warmUp: string,
  file: string,
  runs: number,
): Promise<Figure[]> {
  await save(file, patches);
  const each = { ours: [] as number[], peer: [] as number[] };
  const whole = { ours: [] as number[], peer: [] as number[] };
  for (let run = 0; run < runs; run++) {
    const [, ours] = await batches(process.execPath, [OURS, dataset, warmUp, file]);
    const [, peer] = await batches("python3", [PEER, warmUp, file]);
    if (ours === undefined || peer === undefined) throw new Error("a side graded nothing");
    compare(patches, ours, peer);
    for (const [side, batch] of [
      ["ours", ours],
      ["peer", peer],
    ] as const) {
      each[side].push(median(batch.milliseconds));
      whole[side].push(batch.milliseconds.reduce((sum, one) => sum + one, 0) / 1000);
    }
  }
  return [
    rate(`process that stays, ${patches.length} patches`, patches.length, whole),
    {
      name: "process that stays, one verdict (p50)",
      ours: median(each.ours),
      peer: median(each.peer),
      ratio: median(each.peer) / median(each.ours),
      unit: "ms",
      runs,
      spread: Math.max(spread(each.ours), spread(each.peer)),
    },
  ];
}

function compare(patches: readonly Patch[], ours: Batch, peer: Batch): void {
  let allowed = 0;
  patches.forEach((patch, place) => {
    if ((patch.made_from === "docstring") !== ours.verdicts[place])
      throw new Error(`${patch.instance_id}: a wrong verdict on ${patch.made_from}`);
    if (ours.verdicts[place] === peer.verdicts[place]) return;
    if (!STEERING.has(patch.made_from))
      throw new Error(`${patch.instance_id}: no agreement on ${patch.made_from}\n${patch.model_patch}`);
    allowed++;
  });
  console.error(`${patches.length - allowed} equal verdicts, ${allowed} on comments that steer tools differ`);
}

async function gradeCommand(dataset: string, file: string, size: number): Promise<void> {
  const [node = "node", main = ""] = COMMAND;
  const result = await runProgram(node, [main, "grade", dataset, "--predictions", file, "--json"]);
  const lines = Buffer.from(result.stdout).toString("utf8").trim().split("\n");
  if (result.exitCode !== 0 || lines.length !== size) throw new Error(`grade failed: ${result.stderr}`);
}

async function batches(program: string, args: readonly string[]): Promise<Batch[]> {
  const { stdout, stderr, exitCode } = await runProgram(program, args);
  if (exitCode !== 0) throw new Error(`${program} failed: ${stderr.slice(-2000)}`);
  const lines = Buffer.from(stdout).toString("utf8").trim().split("\n");
  return lines.map((line) => batchSchema.parse(JSON.parse(line)));
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function save(file: string, patches: readonly Patch[]): Promise<string> {
  await writeFile(file, patches.map((patch) => `${JSON.stringify(patch)}\n`).join(""));
  return file;
}

function rate(
  name: string,
  size: number,
  times: { readonly ours: readonly number[]; readonly peer: readonly number[] },
): Figure {
  return {
    name,
    ours: size / median(times.ours),
    peer: size / median(times.peer),
    ratio: median(times.peer) / median(times.ours),
    unit: "patches/s",
    runs: times.ours.length,
    spread: Math.max(spread(times.ours), spread(times.peer)),
  };
}

if (import.meta.main) console.log(JSON.stringify(await bench(), undefined, 2));
