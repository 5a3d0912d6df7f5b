import { Command } from "commander";
import type { Stored } from "../commands/storage.ts";
import { nonNegativeNumber } from "./options.ts";
import { formatTable } from "./table.ts";
import { runAction } from "./ui.ts";

export function diskUsageCommand(): Command {
  return new Command("du")
    .description("how much the caches hold: imported repositories and shared start states")
    .option("--cache <folder>", "where imported repositories are kept")
    .option("--json", "print one JSON object per entry")
    .addHelpText("after", "\nExample:\n  $ hybrid-gym du")
    .action((flags: { cache?: string; json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { listStorage } = await import("../commands/storage.ts");
        const stored = await listStorage(flags.cache === undefined ? {} : { cache: flags.cache });
        if (ui.json) for (const entry of stored) ui.row(entry);
        else
          ui.print(
            `${tableOf(stored)}\n\n${mebibytes(totalOf(stored))} in ${stored.length} entries; "hybrid-gym gc" removes old ones`,
          );
      }),
    );
}

export function collectCommand(): Command {
  return new Command("gc")
    .description(
      "remove cached repositories and start states that were not written for a while; they are made again when needed",
    )
    .option("--older-than <days>", "0 removes all", nonNegativeNumber, 14)
    .option("--cache <folder>", "where imported repositories are kept")
    .option("--json", "print one JSON object per removed entry")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym gc --older-than 7\n\nStart states stay while any sandbox lives. Datasets and runs are never touched.",
    )
    .action((flags: { olderThan: number; cache?: string; json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { collectStorage } = await import("../commands/storage.ts");
        const { removed, inUse } = await collectStorage(
          flags.olderThan,
          flags.cache === undefined ? {} : { cache: flags.cache },
        );
        if (ui.json) {
          for (const entry of removed) ui.row({ ...entry, removed: true });
          for (const entry of inUse) ui.row({ ...entry, removed: false });
          return;
        }
        if (removed.length > 0) ui.print(tableOf(removed));
        ui.print(`${mebibytes(totalOf(removed))} in ${removed.length} entries removed`);
        if (inUse.length > 0) ui.print(`${inUse.length} start states left: sandboxes are alive`);
      }),
    );
}

function tableOf(stored: readonly Stored[]): string {
  const rows = stored.map((entry) => [
    entry.kind,
    mebibytes(entry.bytes),
    entry.files,
    `${entry.days.toFixed(1)} d`,
    entry.path,
  ]);
  return formatTable([["kind", "size", "files", "age", "path"], ...rows]);
}

const totalOf = (stored: readonly Stored[]) => stored.reduce((sum, entry) => sum + entry.bytes, 0);
const mebibytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
