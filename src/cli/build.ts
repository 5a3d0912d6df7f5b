import { Command, Option } from "commander";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { InputError } from "../base/errors.ts";
import { readLines } from "../base/files.ts";
import type { Json } from "../base/json.ts";
import type { DatasetManifest } from "../dataset.ts";
import { MODEL_APIS, type ModelApi } from "../models/settings.ts";
import {
  type JudgingFlags,
  nonNegativeNumber,
  positiveInteger,
  setting,
  several,
  withJudgingFlags,
} from "./options.ts";
import { countRows, formatTable, share } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags extends JudgingFlags {
  task: string;
  out: string;
  perRepo: number;
  seed: string;
  revision?: string;
  name?: string;
  set?: Record<string, Json>;
  model?: string;
  baseUrl?: string;
  servedModel?: string[];
  api: ModelApi;
  cache?: string;
  workers?: number;
  json?: true;
}

export function buildCommand(): Command {
  const command = new Command("build")
    .description("make task instances out of repositories")
    .argument(
      "<repository...>",
      "local work trees, bare repositories, plain folders, git URLs, or a text file that lists such, one a line",
    )
    .requiredOption("--task <family>", "the task family: func-localize, dep-search or func-gen")
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
    .option("--served-model <name>", "what the endpoint calls it in its answers (repeatable)", several)
    .addOption(new Option("--api <dialect>", "its protocol").choices(MODEL_APIS).default("openai"))
    .option("--cache <folder>", "where imported repositories are kept")
    .option("--workers <n>", "threads that read source files", nonNegativeNumber)
    .option("--json", "print the counts as one JSON object");
  return withJudgingFlags(command)
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
          signal: ui.signal,
          isolation: flags.isolation,
          allowUnsafe: flags.allowUnsafe,
          ...(revision === undefined ? {} : { revision }),
          ...(name === undefined ? {} : { name }),
          ...(set === undefined ? {} : { options: set }),
          ...(cache === undefined ? {} : { cache }),
          ...(workers === undefined ? {} : { workers }),
          ...(flags.model === undefined
            ? {}
            : {
                model: await createModel({
                  name: flags.model,
                  baseUrl: flags.baseUrl ?? "",
                  servedAs: flags.servedModel,
                  api: flags.api,
                }),
              }),
        });
        if (ui.json) ui.row(summaryOf(manifest, out));
        else ui.print(describe(manifest, out));
        return manifest.instances > 0 ? 0 : 1;
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
    for await (const { line, number } of readLines(source)) {
      const entry = line.replace(/(^|\s)#.*$/, "").trim();
      if (entry === "") continue;
      if (!/^[\w+.-]+:|^[\w.-]+@/.test(entry) && !existsSync(entry))
        throw notASource(`${source}:${number}`, entry);
      result.push(entry);
    }
  }
  if (result.length > 0) return result;
  throw new InputError({
    code: "no-sources",
    message: `No repository is listed in ${sources.join(", ")}`,
    hint: "List local paths or git URLs, one a line.",
  });
}

function notASource(place: string, entry: string): InputError {
  return new InputError({
    code: "not-a-source",
    message: `${place}: "${entry.slice(0, 80)}" is neither a local path nor a git URL`,
    hint: "A file given as a repository is a list of such, one a line; for a single project name its folder.",
    fields: { place },
  });
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
