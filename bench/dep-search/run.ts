/**
 * What dep-search instances cost, against the published way: Jedi asked for every call of every public function, after
 * which instances are sampled.
 *
 * 1. Time to 20 validated instances of a repository of 750,000 lines. The peer is stopped after `HYBRID_GYM_BENCH_CAP` seconds (900); where it
 *    has not come to its end by then, its figure and the ratio are lower bounds, and the figure's name says so.
 * 2. The same functions resolved on small repositories, in processor seconds and peak memory.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { loadProject } from "../../src/projects/load.ts";
import { openRepository } from "../../src/repositories/open.ts";
import { prepareEnvironment } from "../../tests/peers/environment.ts";
import { type Figure, median, spread } from "../figure.ts";
import { measure, type Usage } from "../usage.ts";
import { largeSource, smallSources } from "./sources.ts";

const here = import.meta.dirname;
const RUNS = 3;
const FIRST_LIMIT_SECONDS = 30;

const builtSchema = z.object({
  first: z.number(),
  built: z.number(),
  validated: z.number(),
  instances: z.int(),
  valid: z.int(),
  examined: z.int(),
  eligible: z.int(),
});
const peerSchema = z.object({
  functions: z.int(),
  looked_at: z.int(),
  suitable: z.int(),
  dependencies: z.int(),
  seconds: z.number(),
  finished: z.boolean(),
});
const oursSchema = z.object({
  looked_at: z.int(),
  settled: z.int(),
  dependencies: z.int(),
  refused: z.int(),
});

export async function bench(runs: number = RUNS): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-dep-search-"));
  try {
    const python = await prepareEnvironment("bench-dep-search", {
      requirements: path.join(here, "requirements.txt"),
    });
    return [...(await large(folder, python, runs)), ...(await small(folder, python, runs))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function large(folder: string, python: string, runs: number): Promise<Figure[]> {
  const source = await largeSource();
  const results: (z.infer<typeof builtSchema> & Usage)[] = [];
  for (let run = 0; run < runs; run++) {
    const place = (name: string) => path.join(folder, `${name}-${run}`);
    const args = [path.join(here, "build.ts"), source, place("data"), place("cache")];
    const usage = await measure([process.execPath, ...args]);
    const result = builtSchema.parse(JSON.parse(usage.stdout));
    if (result.valid !== result.instances || result.valid !== 20)
      throw new Error(`not 20 valid: ${usage.stdout}`);
    results.push({ ...result, ...usage });
  }
  const cap = Number(process.env["HYBRID_GYM_BENCH_CAP"] ?? 900);
  const peerUsage = await measure([python, path.join(here, "peer.py"), "whole", source, String(cap)]);
  const peer = peerSchema.parse(JSON.parse(peerUsage.stdout));
  console.error(
    `large: the peer looked at ${peer.looked_at} of ${peer.functions} functions in ${peer.seconds} s`,
  );
  const bound = peer.finished ? "" : `, the peer stopped at ${peer.looked_at} of ${peer.functions} functions`;
  const seconds = (pick: (one: (typeof results)[number]) => number) => results.map((one) => pick(one) / 1000);
  const limited = figure(
    "large: first instance",
    seconds((one) => one.first),
    [],
    "s",
  );
  return [
    figure(
      `large: 20 validated instances${bound}`,
      seconds((one) => one.validated),
      [peer.seconds],
      "s",
    ),
    { ...limited, limit: FIRST_LIMIT_SECONDS },
    figure(
      "large: peak memory of the largest process",
      results.map((one) => one.peakMegabytes),
      [peerUsage.peakMegabytes],
      "MB",
    ),
  ];
}

/** Every public function of each repository, as the peer chooses them. */
async function small(folder: string, python: string, runs: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, source] of await smallSources()) {
    const lists = await listFunctions(source, path.join(folder, name));
    const ours: Usage[] = [];
    const peer: Usage[] = [];
    for (let run = 0; run < runs; run++) {
      ours.push(await measure([process.execPath, path.join(here, "ours.ts"), source, lists.ours]));
      peer.push(await measure([python, path.join(here, "peer.py"), "listed", source, lists.peer]));
    }
    const mine = oursSchema.parse(JSON.parse(ours[0]?.stdout ?? ""));
    const theirs = peerSchema.parse(JSON.parse(peer[0]?.stdout ?? ""));
    if (mine.looked_at !== theirs.looked_at)
      throw new Error(`${name}: ${mine.looked_at} and ${theirs.looked_at} functions`);
    console.error(`${name}: ${JSON.stringify(mine)} ${JSON.stringify(theirs)}`);
    const of = (side: readonly Usage[], pick: (usage: Usage) => number) => side.map(pick);
    const what = `${name}, ${mine.looked_at} functions`;
    figures.push(
      figure(
        `${what}: processor time`,
        of(ours, (one) => one.processorSeconds),
        of(peer, (one) => one.processorSeconds),
        "s",
      ),
      figure(
        `${what}: peak memory of the largest process`,
        of(ours, (one) => one.peakMegabytes),
        of(peer, (one) => one.peakMegabytes),
        "MB",
      ),
    );
  }
  return figures;
}

async function listFunctions(source: string, place: string): Promise<{ ours: string; peer: string }> {
  await using repository = await openRepository({ source, cache: `${place}-cache` });
  const { files } = await loadProject(repository);
  const functions = files
    .filter(({ path: file }) => file.endsWith(".py"))
    .flatMap(({ path: file, outline }) =>
      outline.definitions
        .filter((one) => one.kind !== "class" && !one.name.startsWith("_"))
        .map((one) => ({ file, definition: one })),
    );
  const lists = { ours: `${place}-ours.json`, peer: `${place}-peer.json` };
  const ours = functions.map(({ file, definition }) => [file, definition.qualifiedName, definition.ordinal]);
  await writeFile(lists.ours, JSON.stringify(ours));
  await writeFile(
    lists.peer,
    JSON.stringify(functions.map(({ file, definition }) => [file, definition.line])),
  );
  return lists;
}

function figure(name: string, ours: readonly number[], peer: readonly number[], unit: string): Figure {
  const hasPeer = peer.length > 0;
  return {
    name,
    ours: median(ours),
    peer: hasPeer ? median(peer) : null,
    ratio: hasPeer ? median(peer) / median(ours) : null,
    unit,
    runs: ours.length,
    spread: Math.max(spread(ours), hasPeer ? spread(peer) : 0),
  };
}

if (import.meta.main) for (const one of await bench()) console.log(JSON.stringify(one));
