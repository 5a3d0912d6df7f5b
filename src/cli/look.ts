import { Command } from "commander";
import { defined } from "../base/defined.ts";
import { writeFileDurably } from "../base/files.ts";
import type { Accepted, Look, Rejected } from "../commands/look.ts";
import type { Distribution } from "../datasets/facts.ts";
import { printable } from "../trajectories/printable.ts";
import { positiveInteger } from "./options.ts";
import { markdownTable } from "./markdown-table.ts";
import { countRows, share } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags {
  count?: number;
  task?: string;
  seed?: string;
  out?: string;
  json?: true;
}

export function lookCommand(): Command {
  return new Command("look")
    .description(
      "a dataset to read: its figures, and some of what was kept and of what was rejected, with the answers",
    )
    .argument("<dataset>", "a folder that build made")
    .option("--count <n>", "instances and rejections to show; 20 of each when left out", positiveInteger)
    .option("--task <family>", "of one family only")
    .option("--seed <text>", "which ones; the same seed shows the same")
    .option("--out <file>", "write it as Markdown to a file")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym look data --count 5\n  $ hybrid-gym look data --task dep-search --out look.md",
    )
    .action((dataset: string, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { look } = await import("../commands/look.ts");
        const { count, task, seed, out } = flags;
        const result = await look({ dataset, ...defined({ count, task, seed }) });
        if (ui.json) ui.row(result);
        else if (out === undefined) ui.print(render(result));
        else await writeFileDurably(out, `${render(result)}\n`);
      }),
    );
}

function render(look: Look): string {
  return [
    ...figures(look),
    ...distributions(look.facts),
    ...memorised(look),
    `## ${look.accepted.length} of ${look.manifest.instances} instances`,
    ...look.accepted.map(acceptedText),
    `## ${look.rejected.length} of ${totalRejected(look)} rejected candidates, each reason in turn`,
    ...look.rejected.map(rejectedText),
  ].join("\n\n");
}

function figures({ manifest }: Look): string[] {
  const tasks = Object.entries(manifest.tasks).map(([name, task]) => [
    name,
    task.eligible,
    task.examined,
    share(task.instances, task.examined),
  ]);
  const repositories = manifest.repositories.map((repository) => [
    repository.name,
    repository.cluster === repository.name ? "" : repository.cluster,
    repository.eligible,
    repository.examined,
    repository.instances,
    Object.entries(repository.tasks)
      .filter(([, task]) => task.abandoned)
      .map(([name]) => name)
      .join(", "),
  ]);
  return [
    `# ${manifest.instances} instances of ${manifest.repositories.length} repositories`,
    `Spread as ${manifest.effective_repositories ?? "no"} repositories of equal share. ${manifest.contaminated ? "Benchmarks' repositories were let in." : "Benchmarks' repositories and functions were left out."}`,
    markdownTable(["family", "eligible", "examined", "instances"], tasks),
    markdownTable(
      ["repository", "cluster", "eligible", "examined", "instances built", "given up"],
      repositories,
    ),
    ...(manifest.refused.length === 0
      ? []
      : [
          markdownTable(
            ["left out", "reason", "detail"],
            manifest.refused.map((one) => [one.repository, one.reason, one.detail]),
          ),
        ]),
    ...Object.entries(manifest.tasks).map(([name, task]) =>
      markdownTable([`rejected, ${name}`, "candidates"], countRows(task.rejected)),
    ),
    ...(manifest.splits === null
      ? []
      : [markdownTable(["split", "instances"], countRows(manifest.splits.instances))]),
  ];
}

function totalRejected({ manifest }: Look): number {
  return Object.values(manifest.rejected).reduce((sum, count) => sum + count, 0);
}

function distributions(facts: readonly Distribution[]): string[] {
  const numbers = facts.flatMap(({ task, fact, known, unknown, quantiles }) =>
    quantiles === undefined ? [] : [[task, fact, known, unknown, ...quantiles.map(rounded)]],
  );
  const others = facts.flatMap(({ task, fact, known, values }) =>
    values === undefined || values.length === 0
      ? []
      : [[task, fact, known, values.map(([value, count]) => `${value}: ${count}`).join(", ")]],
  );
  return [
    ...(numbers.length === 0
      ? []
      : [
          markdownTable(
            ["family", "fact", "known", "unknown", "least", "quarter", "middle", "three quarters", "most"],
            numbers,
          ),
        ]),
    ...(others.length === 0 ? [] : [markdownTable(["family", "fact", "known", "values"], others)]),
  ];
}

function memorised({ memorised: shares }: Look): string[] {
  if (shares.length === 0) return [];
  const rows = shares.map((one) => [one.task, one.model, share(one.memorised, one.asked), one.unknown]);
  return [markdownTable(["family", "model", "solved without the repository", "not judged"], rows)];
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function acceptedText({ instance, secret, solution, validation, memorisedBy }: Accepted): string {
  const checked =
    validation === undefined
      ? ""
      : validation.valid
        ? " · valid"
        : ` · in quarantine: ${validation.reasons.join(", ")}`;
  const known = memorisedBy.length === 0 ? "" : ` · memorised by ${memorisedBy.join(", ")}`;
  return [
    `### ${instance.id}${checked}${known}`,
    `${instance.repository.name} at ${instance.repository.commit.slice(0, 12)}`,
    quoted(instance.instruction),
    "Reference solution:",
    fenced(cut(solution, SOLUTION_LINES), "diff"),
    `Facts: ${JSON.stringify(instance.facts)}`,
    `Hidden facts: ${JSON.stringify(secret.facts)}`,
  ].join("\n\n");
}

function rejectedText({ repository, task, reason, path, line, name, detail, code }: Rejected): string {
  return [
    `### ${reason}${task === undefined ? "" : ` (${task})`}`,
    `${repository}: ${path}:${line} ${name}`,
    ...(detail === undefined ? [] : [printable(detail)]),
    ...(code === "" ? [] : [fenced(code, "")]),
  ].join("\n\n");
}

const SOLUTION_LINES = 60;

function cut(text: string, lines: number): string {
  const all = text.split("\n");
  return all.length <= lines ? text : `${all.slice(0, lines).join("\n")}\n… ${all.length - lines} more lines`;
}

function quoted(text: string): string {
  return printable(text)
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

/** A fence longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${printable(text)}\n${fence}`;
}
