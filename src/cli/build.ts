import { Command, Option } from "commander";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { InputError } from "../base/errors.ts";
import { readLines } from "../base/files.ts";
import type { DatasetManifest } from "../dataset.ts";
import { BALANCES } from "../datasets/select.ts";
import { MODEL_APIS } from "../models/settings.ts";
import {
  balances,
  byFamily,
  type Flags,
  names,
  numbersOf,
  scaleOf,
  shares,
  splitsOf,
} from "./build-flags.ts";
import { governorSettings, spendingOptions } from "./governor-options.ts";
import {
  nonNegativeNumber,
  positiveInteger,
  positiveNumber,
  setting,
  several,
  withJudgingFlags,
} from "./options.ts";
import { spentLine } from "./spent.ts";
import { countRows, formatTable, share } from "./table.ts";
import { runAction } from "./ui.ts";

export function buildCommand(): Command {
  const command = new Command("build")
    .description("make task instances out of repositories")
    .argument(
      "<repository...>",
      "local work trees, bare repositories, plain folders, git URLs, or a text file that lists such, one a line; with --repos, files of published rows",
    )
    .requiredOption(
      "--task <family[,family]>",
      "the task families: func-localize, dep-search, issue-localize, func-gen",
      names,
    )
    .requiredOption("--out <folder>", "the dataset folder to make")
    .option(
      "--per-repo <n[,family=n]>",
      "instances wanted of each repository by each family (20 when left out), or by one of them",
      byFamily,
    )
    .option(
      "--total <n>",
      "instances of the whole dataset; all that were built when left out",
      positiveInteger,
    )
    .option(
      "--balance <what[,what]>",
      `what they are spread over, where fewer are wanted: ${BALANCES.join(", ")} (repository,task when left out)`,
      balances,
    )
    .option(
      "--abandon-after <n[,family=n]>",
      "give a repository up after so many candidates in a row that were rejected (5000 when left out)",
      byFamily,
    )
    .option("--allow-contaminated", "take repositories and functions of known benchmarks too")
    .option("--split <name=share,…>", "split by clusters of repositories, such as train=0.8,test=0.2", shares)
    .option("--hold-out-task <family>", "a family whose instances are all in the split held-out")
    .option(
      "--concurrency <n>",
      "repositories at a time, each in a process of its own (default: cores)",
      positiveInteger,
    )
    .option("--repository-seconds <s>", "how long one repository may take (default: 3600)", positiveNumber)
    .option(
      "--repository-memory <mib>",
      "memory that it may take for objects (default: 2048)",
      positiveInteger,
    )
    .option("--seed <text>", "the same input, options and seed give the same bytes", "1")
    .option("--revision <commit>", "commit, tag or branch; the repository's own HEAD when left out")
    .option("--name <owner/name>", "what to call the repository, when there is one")
    .option(
      "--set <name=value>",
      "a knob of the task family, such as masked=false, or func-localize.masked=false (repeatable; see docs/tasks)",
      setting,
    )
    .option(
      "--repos <folder>",
      "issue-localize: read fixes from rows in the shape of SWE-bench; their repositories are in this folder",
    )
    .option(
      "--issues <file>",
      'issue-localize: the issues that commits name, as JSONL; or "github" (with GITHUB_TOKEN)',
    )
    .option("--model <name>", "a model that writes the descriptions (offline when left out)")
    .option("--base-url <url>", "its endpoint")
    .option("--served-model <name>", "what the endpoint calls it in its answers (repeatable)", several)
    .addOption(new Option("--api <dialect>", "its protocol").choices(MODEL_APIS).default("openai"))
    .option("--cache <folder>", "where imported repositories are kept")
    .option("--workers <n>", "threads that read source files", nonNegativeNumber)
    .option("--json", "print the counts as one JSON object");
  for (const option of spendingOptions("build")) command.addOption(option);
  return withJudgingFlags(command)
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym build ~/src/nltk --task func-localize --per-repo 30 --out data\n  $ hybrid-gym build repos.txt --task func-localize,dep-search --total 500 --split train=0.9,test=0.1 --out many\n  $ hybrid-gym build rows.jsonl --repos clones --task issue-localize --out issues",
    )
    .action((sources: string[], flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { task, out, seed, revision, name, set, repos, issues, cache, workers, split, ...rest } = flags;
        const { build } = await import("../commands/build.ts");
        const { spentOfBuild } = await import("../commands/build-governor.ts");
        const spending = await governorSettings(flags);
        const describer = describerOf(flags);
        const manifest = await build({
          spending,
          ...describer,
          repositories: repos === undefined ? await listSources(sources) : sources,
          task,
          out,
          seed,
          ...numbersOf(flags),
          log: ui.log,
          signal: ui.signal,
          isolation: flags.isolation,
          allowUnsafe: flags.allowUnsafe,
          environments: flags.environments,
          ...(revision === undefined ? {} : { revision }),
          ...(name === undefined ? {} : { name }),
          ...(set === undefined ? {} : { options: set }),
          ...(repos === undefined ? {} : { repos }),
          ...(issues === undefined ? {} : { issues }),
          ...(cache === undefined ? {} : { cache }),
          ...(workers === undefined ? {} : { workers }),
          ...scaleOf(rest),
          ...splitsOf(split, rest.holdOutTask),
        });
        const spent = await spentOfBuild({ ...describer, out }, spending);
        if (ui.json) ui.row({ ...summaryOf(manifest, out), ...spent });
        else ui.print([describe(manifest, out), ...spentLine("descriptions", spent)].join("\n"));
        return manifest.instances > 0 ? 0 : 1;
      }),
    );
}

function describerOf({ model, baseUrl = "", servedModel, api }: Flags) {
  return model === undefined ? {} : { describer: { name: model, baseUrl, servedAs: servedModel, api } };
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
  const { instances, eligible, examined, rejected, refused, splits, yield: share } = manifest;
  const tasks = Object.fromEntries(
    Object.entries(manifest.tasks).map(([name, task]) => [name, task.instances]),
  );
  const split = splits === null ? {} : { splits: splits.instances };
  return { instances, tasks, eligible, examined, rejected, refused, yield: share, ...split, out };
}

/** The counts as a person reads them. */
export function describe(manifest: DatasetManifest, out: string): string {
  const rows: [string, string | number][] = [
    ["eligible", manifest.eligible],
    ["examined", manifest.examined],
    ["instances built", manifest.instances],
    ...severalTasks(manifest),
    ...countRows(manifest.rejected).map(([reason, count]): [string, number] => [
      `  rejected: ${reason}`,
      count,
    ]),
    ...Object.entries(manifest.splits?.instances ?? {}).map(([name, count]): [string, number] => [
      `split ${name}`,
      count,
    ]),
  ];
  const { repositories, refused, effective_repositories: effective } = manifest;
  const spread = `${repositories.length} repositories, spread as ${effective?.toFixed(1) ?? 0} of equal share`;
  const lines = [
    formatTable(rows),
    "",
    ...refused.map(({ repository, reason, detail }) => `left out: ${repository} (${reason}: ${detail})`),
    ...(refused.some(({ reason }) => reason.startsWith("benchmark-"))
      ? ["--allow-contaminated takes what benchmarks are made of, for what never leaves this machine"]
      : []),
    ...(repositories.length > 1 ? [spread] : []),
    `${share(manifest.instances, manifest.examined)} of what was examined became instances, in ${out}`,
  ];
  return lines.join("\n");
}

function severalTasks({ tasks }: DatasetManifest): [string, string][] {
  const all = Object.entries(tasks);
  if (all.length < 2) return [];
  return all.map(([name, { instances, examined }]) => [`  ${name}`, `${instances} of ${examined}`]);
}
