import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Usage } from "../../bench/usage.ts";
import { markdownTable } from "../../src/cli/markdown-table.ts";
import { countRows, share } from "../../src/cli/table.ts";
import type { Validation } from "../../src/dataset.ts";
import { USAGE } from "../../src/datasets/layout.ts";
import { type Dataset, openDataset } from "../../src/datasets/open.ts";
import { median } from "../../bench/figure.ts";
import type { Floor } from "./floors.ts";

export interface Measured {
  readonly build: Usage;
  readonly validation: Usage;
  readonly invalid: readonly Validation[];
  readonly floors: readonly Floor[];
}

const usageSchema = z.looseObject({
  source: z.string(),
  seconds: z.number(),
  processor_seconds: z.number(),
  peak_memory: z.number(),
});

type Cell = string | number;

/** The figures of a build as Markdown, and how many repositories have instances. */
export async function renderReport(
  folder: string,
  measured: Measured,
): Promise<{ text: string; repositories: number }> {
  const dataset = await openDataset(folder);
  const { manifest } = dataset;
  const repositories = manifest.repositories.filter(({ instances }) => instances > 0).length;
  const usage = (await readFile(path.join(folder, USAGE), "utf8")).trim().split("\n");
  const parts = usage.map((line) => usageSchema.parse(JSON.parse(line)));
  const text = [
    `${manifest.instances} instances of ${repositories} repositories; spread as ${round(manifest.effective_repositories ?? 0)} of equal share.`,
    markdownTable(["family", "eligible", "examined", "instances"], familyRows(dataset)),
    ...Object.entries(manifest.tasks).map(([task, { rejected }]) =>
      markdownTable([`rejected, ${task}`, "candidates"], countRows(rejected)),
    ),
    repositoryTable(dataset, parts),
    markdownTable(
      ["what", "wall clock", "processor", "largest process"],
      [
        ["build", ...usageCells(measured.build)],
        [`validate, ${measured.invalid.length} invalid`, ...usageCells(measured.validation)],
      ],
    ),
    "Principles, measured for each instance:",
    markdownTable(["family", "principle", "values"], await principleRows(dataset)),
    "Floors, by the scripted agent:",
    floorTable(measured.floors),
  ].join("\n\n");
  return { text, repositories };
}

function familyRows({ manifest }: Dataset): Cell[][] {
  return Object.entries(manifest.tasks).map(([name, task]) => [
    name,
    task.eligible,
    task.examined,
    share(task.instances, task.examined),
  ]);
}

function repositoryTable({ manifest }: Dataset, parts: readonly z.infer<typeof usageSchema>[]): string {
  const tasks = Object.keys(manifest.tasks);
  const used = new Map(parts.map((part) => [path.basename(part.source), part]));
  const rows = manifest.repositories.map((repository) => {
    const part = used.get(path.basename(repository.name));
    return [
      repository.name,
      repository.source_files,
      ...tasks.map((task) => {
        const counts = repository.tasks[task];
        return counts === undefined ? "" : `${counts.instances} of ${counts.examined}`;
      }),
      ...(part === undefined
        ? ["", ""]
        : [`${round(part.processor_seconds)} s`, `${Math.round(part.peak_memory)} MiB`]),
    ];
  });
  return markdownTable(["repository", "source files", ...tasks, "processor", "memory"], rows);
}

function usageCells({ seconds, processorSeconds, peakMegabytes }: Usage): string[] {
  return [
    `${Math.round(seconds)} s`,
    `${Math.round(processorSeconds)} s`,
    `${Math.round(peakMegabytes)} MiB`,
  ];
}

async function principleRows(dataset: Dataset): Promise<Cell[][]> {
  const counts = new Map<string, number>();
  for await (const { instance } of dataset.pairs()) {
    for (const [name, value] of Object.entries(
      z.record(z.string(), z.json()).parse(instance.facts["principles"] ?? {}),
    )) {
      const key = JSON.stringify([instance.task, name, value]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const rows = new Map<string, string[]>();
  for (const [key, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [task, name, value] = z.tuple([z.string(), z.string(), z.json()]).parse(JSON.parse(key));
    const row = `${task}\n${name}`;
    rows.set(row, [...(rows.get(row) ?? []), `${String(value)}: ${count}`]);
  }
  return [...rows].map(([row, values]) => [...row.split("\n"), values.join(", ")]);
}

function floorTable(floors: readonly Floor[]): string {
  return markdownTable(
    [
      "family",
      "solved",
      "turns, solved (median)",
      "turns, not solved (median)",
      "lookups ≤ 3",
      "more",
      "never",
    ],
    floors.map(({ task, attempts, solved, steps, lookups }) => [
      task,
      share(solved, attempts),
      steps.solved.length === 0 ? "" : median(steps.solved),
      steps.unsolved.length === 0 ? "" : median(steps.unsolved),
      lookups.few,
      lookups.more,
      lookups.never,
    ]),
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
