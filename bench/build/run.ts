/**
 * Building a dataset of many repositories: memory of the whole at 10 and at 100 of them (each the sample code base under names of its own, so that
 * none is a copy of another), and instances a minute and core, by family, out of one real code base each.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fetchDemoSource } from "../../src/commands/demo-source.ts";
import { openDataset } from "../../src/datasets/open.ts";
import { writeSampleVariant } from "../../src/testing/sample-repository.ts";
import { type Figure, median, spread } from "../figure.ts";
import { fetchSource } from "../../tests/scale-build/sources.ts";
import { measure, type Usage } from "../usage.ts";

const COUNTS = [10, 100];
const RUNS = 3;
const PER_REPOSITORY = 30;

interface Work {
  readonly family: string;
  /** As figures name it. */
  readonly code: string;
  /** Fetches it, or finds it fetched. */
  source(folder: string): Promise<string>;
  readonly flags?: readonly string[];
  /** `PER_REPOSITORY` when left out. */
  readonly instances?: number;
}

/** Issues need a history, and functions to write need doctests or plain tests: not every code base has each. */
const WORK: readonly Work[] = [
  { family: "func-localize", code: "dask", source: fetchDemoSource },
  { family: "dep-search", code: "dask", source: fetchDemoSource },
  {
    family: "issue-localize",
    code: "25 releases of coverage",
    source: (folder) => fetchSource(folder, "coverage"),
    // A release fixes several things.
    flags: ["max_issues=12", "max_files=8", "max_definitions=30", "max_hunks=50", "max_lines=400"].flatMap(
      (option) => ["--set", option],
    ),
  },
  {
    family: "func-gen",
    code: "boltons",
    source: (folder) => fetchSource(folder, "boltons"),
    // Each takes seconds in sandboxes, and most candidates come to nothing.
    instances: 6,
  },
];
const PROGRAM = path.join(import.meta.dirname, "../../bin/hybrid-gym.js");

export async function bench(): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-build-"));
  try {
    return [...(await measureMemory(folder)), ...(await measureRates(folder))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureMemory(folder: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of COUNTS) {
    const sources: string[] = [];
    for (let index = 0; index < count; index++) {
      const place = path.join(folder, `code-${count}`, `orchard${index}`);
      sources.push(await writeSampleVariant(place, `_${index}x`));
    }
    const used = await build(sources, "func-localize", 2, path.join(folder, `data-${count}`), folder);
    figures.push(figure(`memory of the largest process, ${count} repositories`, [used.peakMegabytes], "MiB"));
    figures.push(
      figure(`processor time of each of ${count} repositories`, [used.processorSeconds / count], "s"),
    );
  }
  return figures;
}

async function measureRates(folder: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { family, code, source, flags, instances = PER_REPOSITORY } of WORK) {
    const place = await source(path.join(folder, "cache"));
    const rates: number[] = [];
    for (let run = -1; run < RUNS; run++) {
      const out = path.join(folder, `${family}-${run}`);
      const used = await build([place], family, instances, out, folder, flags);
      const { manifest } = await openDataset(out);
      // The first imports the repository.
      if (run >= 0) rates.push((manifest.instances / used.processorSeconds) * 60);
    }
    figures.push(figure(`${family}, instances a minute and core, of ${code}`, rates, "instances"));
  }
  return figures;
}

function build(
  sources: readonly string[],
  family: string,
  perRepository: number,
  out: string,
  folder: string,
  more: readonly string[] = [],
): Promise<Usage> {
  const flags = [
    ...more,
    "--task",
    family,
    "--per-repo",
    `${perRepository}`,
    "--allow-contaminated",
    "--json",
  ];
  const places = ["--out", out, "--cache", path.join(folder, "cache")];
  return measure([process.execPath, PROGRAM, "build", ...sources, ...flags, ...places]);
}

function figure(name: string, values: readonly number[], unit: string): Figure {
  return {
    name,
    ours: median(values),
    peer: null,
    ratio: null,
    unit,
    runs: values.length,
    spread: spread(values),
  };
}
