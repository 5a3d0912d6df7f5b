import { Command } from "commander";
import { defined } from "../base/defined.ts";
import type { Imported } from "../commands/import.ts";
import type { FormatCounts } from "../commands/import-counts.ts";
import { printable } from "../trajectories/printable.ts";
import { countRows, formatTable } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags {
  out: string;
  format?: string;
  json?: true;
}

export function importCommand(): Command {
  return new Command("import")
    .description("read attempts that others recorded into a training set")
    .argument("<files...>", "files, and folders whose files are taken, at any depth")
    .requiredOption("--out <folder>", "the training set to make")
    .option("--format <name>", "take every document for one of this format; else each is recognised")
    .option("--json", "print the counts of each format as a JSON object, then the set's")
    .addHelpText("after", "\nExample:\n  $ hybrid-gym import output.jsonl trajectories/ --out theirs")
    .action((from: string[], flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { importSamples } = await import("../commands/import.ts");
        const { out, format } = flags;
        const imported = await importSamples({ from, out, signal: ui.signal, ...defined({ format }) });
        if (!ui.json) return ui.print(`${describe(imported)}\n\n${out}`);
        for (const [name, counts] of Object.entries(imported.formats)) ui.row({ format: name, ...counts });
        const { id, counts } = imported.manifest;
        ui.row({ out, id, ...counts });
      }),
    );
}

function describe({ formats, manifest }: Imported): string {
  const blocks = Object.entries(formats).map(([name, counts]) => `${name}\n${formatCounts(counts)}`);
  const { considered, written } = manifest.counts;
  const total: [string, number][] = [
    ["documents read", considered],
    ["samples written", written],
  ];
  // Names of fields are whatever somebody wrote into a file.
  return printable([...blocks, formatTable(total)].join("\n\n"));
}

function formatCounts({ read, written, refused, lost, repaired }: FormatCounts): string {
  const named = (what: string, counts: Readonly<Record<string, number>>) =>
    countRows(counts).map(([name, count]): [string, number] => [`${what}: ${name}`, count]);
  return formatTable(
    [
      ["read", read],
      ["written", written],
      ...named("refused", refused),
      ...named("lost", lost),
      ...named("repaired", repaired),
    ],
    "  ",
  );
}
