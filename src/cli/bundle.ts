import { Command } from "commander";
import { defined } from "../base/defined.ts";
import { formatTable } from "./table.ts";
import { runAction } from "./ui.ts";

export function bundleCommand(): Command {
  return new Command("bundle")
    .description("one archive with all there is about an attempt, to report or reproduce it")
    .argument("<run>", "a run folder")
    .argument("<attempt>", "an attempt's id, or a target's for its last attempt")
    .option("--out <file>", "<attempt>.tar.gz here when left out")
    .option("--with-truth", "put the hidden half of the instance in too")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym bundle run1 func-localize-nltk-0123456789ab.1.1 --out report.tar.gz\n\nKeys and passwords are taken out. Look through it before you hand it on.",
    )
    .action((run: string, attempt: string, flags: { out?: string; withTruth?: true; json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { bundle } = await import("../commands/bundle.ts");
        const { out, withTruth } = flags;
        const result = await bundle({ run, attempt, ...defined({ out, withTruth }) });
        if (ui.json) return ui.row(result);
        const rows = result.files.map(({ name, bytes, secrets_hidden: hidden }) => [
          name,
          bytes,
          hidden === 0 ? "" : `${hidden} secrets taken out`,
        ]);
        const left = result.omitted.map(({ name, reason }) => `${name} is not in it: ${reason}`);
        ui.print([result.out, "", formatTable(rows), "", ...left].join("\n"));
      }),
    );
}
