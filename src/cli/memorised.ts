import { Command, Option } from "commander";
import { defined } from "../base/defined.ts";
import type { MemorisedResult } from "../commands/memorised.ts";
import { MODEL_APIS, type ModelApi } from "../models/settings.ts";
import { type GovernorFlags, governorSettings, spendingOptions } from "./governor-options.ts";
import { type JudgingFlags, positiveInteger, several, withJudgingFlags } from "./options.ts";
import { progressOf } from "./progress.ts";
import { spentLine } from "./spent.ts";
import { formatTable, share } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags extends JudgingFlags, Omit<GovernorFlags, "maxCostPerAttempt"> {
  model: string;
  baseUrl: string;
  servedModel?: string[];
  api: ModelApi;
  concurrency?: number;
  json?: true;
}

export function memorisedCommand(): Command {
  const command = new Command("memorised")
    .description("ask a model about each instance without its repository: what it solves, it knows by heart")
    .argument("<dataset>", "a dataset folder")
    .requiredOption("--model <name>", "the model, as its endpoint knows it")
    .requiredOption("--base-url <url>", "its endpoint; a file for --api replay")
    .option("--served-model <name>", "what the endpoint calls it in its answers (repeatable)", several)
    .addOption(new Option("--api <dialect>", "its protocol").choices(MODEL_APIS).default("openai"))
    .option("--concurrency <n>", "instances asked about at a time (4)", positiveInteger)
    .option("--json", "print the counts as one JSON object");
  for (const option of spendingOptions("command")) command.addOption(option);
  return withJudgingFlags(command)
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym memorised data --model qwen3-coder --base-url http://localhost:8000/v1\n  $ hybrid-gym rollout data --run run1 --without-memorised --agent loop --model qwen3-coder --base-url http://localhost:8000/v1\n\nThe same command goes on where it was; what was answered is not asked again (memorised.jsonl).",
    )
    .action((dataset: string, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { memorised } = await import("../commands/memorised.ts");
        const result = await memorised({
          dataset,
          model: defined({
            name: flags.model,
            baseUrl: flags.baseUrl,
            servedAs: flags.servedModel,
            api: flags.api,
          }),
          ...defined({ concurrency: flags.concurrency }),
          spending: await governorSettings(flags),
          isolation: flags.isolation,
          allowUnsafe: flags.allowUnsafe,
          environments: flags.environments,
          log: ui.log,
          signal: ui.signal,
          onProgress: progressOf(ui.log, "instances"),
        });
        if (ui.json) ui.row(summaryOf(result));
        else ui.print(describe(result));
        return result.tasks.every(({ unknown }) => unknown === 0) ? 0 : 1;
      }),
    );
}

function summaryOf({ model, tasks, spent }: MemorisedResult) {
  const byTask = tasks.map(({ task, memorised, asked, unknown }) => [task, { memorised, asked, unknown }]);
  return { model, tasks: Object.fromEntries(byTask), ...spent };
}

function describe({ tasks, model, spent }: MemorisedResult): string {
  const rows = tasks.map(({ task, memorised, asked, unknown }): [string, string] => [
    task,
    `${share(memorised, asked)} solved by ${model} without the repository${unknown === 0 ? "" : `; ${unknown} not judged`}`,
  ]);
  return [formatTable(rows), ...spentLine("answers", spent)].join("\n");
}
