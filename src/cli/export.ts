import { Command } from "commander";
import path from "node:path";
import type { Json } from "../base/json.ts";
import { setting } from "./options.ts";
import { countRows, formatTable } from "./table.ts";
import { runAction, type Ui } from "./ui.ts";

interface Flags {
  format: string;
  out: string;
  set?: Record<string, Json>;
  includeUnsolved?: true;
  acceptClaims?: true;
  json?: true;
}

export function exportCommand(): Command {
  return new Command("export")
    .description(
      "write the solved samples of a run or a training set as rows that trainers read, or a dataset's instances as published rows",
    )
    .argument("<run|set|dataset>", "a run or a training set; for --format rows a dataset")
    .requiredOption("--out <folder>", "the folder to make: the rows and manifest.json")
    .option(
      "--format <name>",
      "openai: messages and tools; openhands: calls as text; sharegpt: for LLaMA-Factory; verl: a Parquet table for verl; atif; rows: instances in the published shapes",
      "openai",
    )
    .option("--set <name=value>", "an option of the format, such as arguments=object (repeatable)", setting)
    .option("--include-unsolved", "unsolved attempts too, labelled; never those without a verdict")
    .option("--accept-claims", "take for a verdict what the source of an imported sample says of itself")
    .option("--json", "print the manifest's counts as one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym export run1 --format openai --out sft\n  $ hybrid-gym export data --format rows --out rows",
    )
    .action((from: string, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { format, out, set } = flags;
        if (format === "rows") return exportInstances(ui, from, out);
        const { exportAttempts } = await import("../commands/export.ts");
        const manifest = await exportAttempts({
          run: from,
          format,
          out,
          ...(set === undefined ? {} : { options: set }),
          outcomes: flags.includeUnsolved ? ["solved", "unsolved"] : ["solved"],
          acceptClaims: flags.acceptClaims ?? false,
          signal: ui.signal,
        });
        const { counts } = manifest;
        if (ui.json) return ui.row({ format, out, ...counts });
        const rows: [string, number][] = [
          ["attempts considered", counts.considered],
          ["rows written", counts.written],
          ...countRows(counts.refused).map(([reason, count]): [string, number] => [
            `  left out: ${reason}`,
            count,
          ]),
        ];
        const file = Object.keys(manifest.files).find((name) => name.startsWith("train.")) ?? "";
        ui.print(`${formatTable(rows)}\n\n${path.join(out, file)}`);
      }),
    );
}

async function exportInstances(ui: Ui, dataset: string, out: string): Promise<void> {
  const { exportRows } = await import("../commands/export-rows.ts");
  const { counts } = await exportRows({ dataset, out, signal: ui.signal });
  if (ui.json) return ui.row({ format: "rows", out, ...counts });
  ui.print(`${formatTable([["rows written", counts.written]])}\n\n${path.join(out, "rows.jsonl")}`);
}
