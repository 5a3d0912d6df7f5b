import { Command } from "commander";
import { runAction } from "./ui.ts";

export function reportCommand(): Command {
  return new Command("report")
    .description(
      "write one HTML page about a run, or about a dataset before any rollout (shows ground truth)",
    )
    .argument("<run|dataset>", "a run or dataset folder")
    .requiredOption("--out <file>", "the HTML file to write")
    .option("--title <text>", "the page's title")
    .option("--json", "print the file's name as one JSON object")
    .addHelpText("after", "\nExample:\n  $ hybrid-gym report run1 --out run1.html")
    .action((subject: string, flags: { out: string; title?: string; json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { report } = await import("../commands/report.ts");
        const { out, title } = flags;
        await report({ subject, out, ...(title === undefined ? {} : { title }) });
        if (ui.json) ui.row({ report: out });
        else ui.print(out);
      }),
    );
}
