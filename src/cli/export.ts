import { Command, Option } from "commander";
import path from "node:path";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { ExportOptions } from "../commands/export.ts";
import type { ExportManifest } from "../exporters/manifest.ts";
import { positiveInteger, setting } from "./options.ts";
import { countRows, formatTable, share } from "./table.ts";
import { runAction, type Ui } from "./ui.ts";

type Tokens = NonNullable<ExportManifest["tokens"]>;

interface Flags {
  format: string;
  out: string;
  set?: Record<string, Json>;
  includeUnsolved?: true;
  acceptClaims?: true;
  tokenizer?: string;
  template?: string;
  context?: number;
  overLong?: "refuse" | "keep";
  tokenIds?: true;
  json?: true;
}

export function exportCommand(): Command {
  return new Command("export")
    .description(
      "write the solved samples of a run or a training set as rows that trainers read, or a dataset's instances as published rows or Harbor tasks",
    )
    .argument("<run|set|dataset>", "a run or a training set; for --format rows and harbor a dataset")
    .requiredOption("--out <folder>", "the folder to make: the rows and manifest.json")
    .option(
      "--format <name>",
      "openai: messages and tools; openhands: calls as text; sharegpt: for LLaMA-Factory; verl: a Parquet table for verl; atif; rows, harbor: instances, as published rows or as Harbor tasks",
      "openai",
    )
    .option("--set <name=value>", "an option of the format, such as arguments=object (repeatable)", setting)
    .option("--include-unsolved", "unsolved attempts too, labelled; never those without a verdict")
    .option("--accept-claims", "take for a verdict what the source of an imported sample says of itself")
    .option(
      "--tokenizer <folder>",
      "of the model to train: rows are measured in its tokens, and left out where none of them is trained",
    )
    .option("--template <file>", "the chat template that is trained with, where it is not the model's own")
    .addOption(new Option("--context <tokens>", "what the trainer takes of a row").argParser(positiveInteger))
    .addOption(
      new Option(
        "--over-long <policy>",
        "rows with more: refuse, or keep them for a trainer that cuts their end off; refuse when left out",
      ).choices(["refuse", "keep"]),
    )
    .option("--token-ids", "give each row the columns input_ids and labels")
    .option("--json", "print the manifest's counts as one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym export run1 --format openai --out sft\n  $ hybrid-gym export data --format rows --out rows\n  $ hybrid-gym export data --format harbor --out tasks",
    )
    .action((from: string, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { format, out, set } = flags;
        const { findInstanceExporter } = await import("../instance-exporters/index.ts");
        if (findInstanceExporter(format) !== undefined) return exportDataset(ui, from, flags);
        const { exportAttempts } = await import("../commands/export.ts");
        const manifest = await exportAttempts({
          run: from,
          format,
          out,
          ...(set === undefined ? {} : { options: set }),
          outcomes: flags.includeUnsolved ? ["solved", "unsolved"] : ["solved"],
          acceptClaims: flags.acceptClaims ?? false,
          ...defined({ tokens: tokensOf(flags) }),
          signal: ui.signal,
        });
        const { counts, tokens } = manifest;
        if (ui.json) return ui.row({ format, out, ...counts, ...defined({ tokens }) });
        const rows: [string, string | number][] = [
          ["samples considered", counts.considered],
          ["rows written", counts.written],
          ...leftOut(counts.refused),
          ...(tokens === undefined ? [] : tokenRows(tokens)),
        ];
        if (counts.refused["untrained-turns"] !== undefined) ui.log.warn(UNTRAINED_HINT);
        const file = Object.keys(manifest.files).find((name) => name.startsWith("train.")) ?? "";
        ui.print(`${formatTable(rows)}\n\n${path.join(out, file)}`);
      }),
    );
}

function tokensOf(flags: Flags): ExportOptions["tokens"] {
  const { tokenizer, template, context, overLong = "refuse", tokenIds = false } = flags;
  if (tokenizer !== undefined)
    return { tokenizer, overLong, withIds: tokenIds, ...defined({ template, context }) };
  if (template ?? context ?? flags.overLong ?? flags.tokenIds) throw tokenizerIsWanted();
  return undefined;
}

function tokenizerIsWanted(): InputError {
  return new InputError({
    code: "usage",
    message: "--template, --context, --over-long and --token-ids want --tokenizer",
    hint: "Name the folder of the model that is trained: it has tokenizer.json.",
  });
}

function tokenRows({ total, trained, trained_in_context, context }: Tokens): [string, string | number][] {
  return [
    ["tokens", total],
    ["  trained", share(trained, total)],
    ...(context === null
      ? []
      : [[`  trained, behind token ${context} of a row`, trained - trained_in_context] as [string, number]]),
  ];
}

const UNTRAINED_HINT =
  "some samples show turns that another one trains on: --set weights=openai (axolotl, ms-swift) says so in the rows, or fit them with overlap=0";

async function exportDataset(ui: Ui, dataset: string, { format, out, set }: Flags): Promise<void> {
  const { exportInstances } = await import("../commands/export-instances.ts");
  const options = set === undefined ? {} : { options: set };
  const { counts } = await exportInstances({ dataset, format, out, ...options, signal: ui.signal });
  if (ui.json) return ui.row({ format, out, ...counts });
  ui.print(
    `${formatTable([["instances considered", counts.considered], ["written", counts.written], ...leftOut(counts.refused)])}\n\n${out}`,
  );
}

function leftOut(refused: Readonly<Record<string, number>>): [string, number][] {
  return countRows(refused).map(([reason, count]) => [`  left out: ${reason}`, count]);
}
