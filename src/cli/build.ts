import { Command } from "commander";
import { stat } from "node:fs/promises";
import { readLines } from "../base/files.ts";
import type { Json } from "../base/json.ts";
import type { DatasetManifest } from "../dataset.ts";
import { nonNegativeNumber, positiveInteger, setting } from "./options.ts";
import { countRows, formatTable, share } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags {
  task: string;
  out: string;
  perRepo: number;
  seed: string;
  revision?: string;
  name?: string;
  set?: Record<string, Json>;
  model?: string;
  baseUrl?: string;
  api: "openai" | "anthropic" | "replay";
  cache?: string;
  workers?: number;
  json?: true;
}

export function buildCommand(): Command {
  return new Command("build")
    .description("make task instances out of repositories")
    .argument(
      "<repository...>",
      "local work trees, bare repositories, plain folders, git URLs, or a text file that lists such, one a line",
    )
    .requiredOption("--task <family>", "the task family: func-localize")
    .requiredOption("--out <folder>", "the dataset folder to make")
    .option("--per-repo <n>", "instances wanted of each repository", positiveInteger, 20)
    .option("--seed <text>", "the same input, options and seed give the same bytes", "1")
    .option("--revision <commit>", "commit, tag or branch; the repository's own HEAD when left out")
    .option("--name <owner/name>", "what to call the repository, when there is one")
    .option(
      "--set <name=value>",
      "a knob of the task family, such as masked=false (repeatable; see docs/tasks)",
      setting,
    )
    .option("--model <name>", "a model that writes the descriptions (offline when left out)")
    .option("--base-url <url>", "its endpoint")
    .option("--api <dialect>", "its protocol: openai, anthropic or replay", "openai")
    .option("--cache <folder>", "where imported repositories are kept")
    .option("--workers <n>", "threads that read source files", nonNegativeNumber)
    .option("--json", "print the counts as one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym build ~/src/nltk --task func-localize --per-repo 30 --out data\n  $ hybrid-gym build repos.txt --task func-localize --set masked=false --seed 7 --out named",
    )
    .action((sources: string[], flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { task, out, seed, revision, name, set, cache, workers } = flags;
        const { build } = await import("../commands/build.ts");
        const { createModel } = await import("../models/create.ts");
        const manifest = await build({
          repositories: await listSources(sources),
          task,
          out,
          seed,
          perRepository: flags.perRepo,
          log: ui.log,
          ...(revision === undefined ? {} : { revision }),
          ...(name === undefined ? {} : { name }),
          ...(set === undefined ? {} : { options: set }),
          ...(cache === undefined ? {} : { cache }),
          ...(workers === undefined ? {} : { workers }),
          ...(flags.model === undefined
            ? {}
            : {
                model: await createModel({ name: flags.model, baseUrl: flags.baseUrl ?? "", api: flags.api }),
              }),
        });
        if (ui.json) ui.row(summaryOf(manifest, out));
        else ui.print(describe(manifest, out));
      }),
    );
}

/** A regular file is a list of sources; `#` starts a comment. */
async function listSources(sources: readonly string[]): Promise<string[]> {
  const result: string[] = [];
  for (const source of sources) {
    const file = await stat(source).catch(() => undefined);
    if (file?.isFile() !== true) {
      result.push(source);
      continue;
    }
    for await (const { line } of readLines(source)) {
      const entry = line.replace(/(^|\s)#.*$/, "").trim();
      if (entry !== "") result.push(entry);
    }
  }
  return result;
}

function summaryOf(manifest: DatasetManifest, out: string) {
  const { instances, eligible, examined, rejected, yield: share } = manifest;
  return { instances, eligible, examined, rejected, yield: share, out };
}

/** The counts as a person reads them. */
export function describe(manifest: DatasetManifest, out: string): string {
  const rows: [string, string | number][] = [
    ["eligible definitions", manifest.eligible],
    ["examined", manifest.examined],
    ["instances built", manifest.instances],
    ...countRows(manifest.rejected).map(([reason, count]): [string, number] => [
      `  rejected: ${reason}`,
      count,
    ]),
  ];
  return `${formatTable(rows)}\n\n${share(manifest.instances, manifest.examined)} of what was examined became instances, in ${out}`;
}
