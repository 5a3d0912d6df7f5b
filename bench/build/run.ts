/**
 * Building a dataset of many repositories: memory of the whole at 10 and at 100 of them (each the sample code base under names of its own, so that
 * none is a copy of another), and instances a minute and core, by family, out of one real code base.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fetchDemoSource } from "../../src/commands/demo-source.ts";
import { openDataset } from "../../src/datasets/open.ts";
import { writeSampleVariant } from "../../src/testing/sample-repository.ts";
import { type Figure, median, spread } from "../figure.ts";
import { measure, type Usage } from "../usage.ts";

const COUNTS = [10, 100];
const FAMILIES = ["func-localize", "dep-search"];
const RUNS = 3;
const PER_REPOSITORY = 30;
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
  const source = await fetchDemoSource(path.join(folder, "cache"));
  const figures: Figure[] = [];
  for (const family of FAMILIES) {
    const rates: number[] = [];
    for (let run = -1; run < RUNS; run++) {
      const out = path.join(folder, `${family}-${run}`);
      const used = await build([source], family, PER_REPOSITORY, out, folder);
      const { manifest } = await openDataset(out);
      // The first imports the repository.
      if (run >= 0) rates.push((manifest.instances / used.processorSeconds) * 60);
    }
    figures.push(figure(`${family}, instances a minute and core`, rates, "instances"));
  }
  return figures;
}

function build(
  sources: readonly string[],
  family: string,
  perRepository: number,
  out: string,
  folder: string,
): Promise<Usage> {
  const flags = ["--task", family, "--per-repo", `${perRepository}`, "--allow-contaminated", "--json"];
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
