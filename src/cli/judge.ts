import { Command, Option } from "commander";
import { defined } from "../base/defined.ts";
import type { JudgeResult } from "../commands/judge.ts";
import { MODEL_APIS, type ModelApi } from "../models/settings.ts";
import { type GovernorFlags, governorSettings, spendingOptions } from "./governor-options.ts";
import { positiveInteger, several } from "./options.ts";
import { progressOf } from "./progress.ts";
import { spentLine } from "./spent.ts";
import { formatTable, share } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags extends Omit<GovernorFlags, "maxCostPerAttempt"> {
  out: string;
  judge?: string;
  model: string;
  baseUrl: string;
  servedModel?: string[];
  api: ModelApi;
  repeats?: number;
  concurrency?: number;
  json?: true;
}

export function judgeCommand(): Command {
  const command = new Command("judge")
    .description(
      "ask a model what a reader would think of each attempt, several times; an opinion, never a verdict",
    )
    .argument("<from>", "a run or a training set")
    .requiredOption("--out <folder>", "where its judgements are kept")
    .requiredOption("--model <name>", "the model, as its endpoint knows it")
    .requiredOption("--base-url <url>", "its endpoint; a file for --api replay")
    .option("--served-model <name>", "what the endpoint calls it in its answers (repeatable)", several)
    .addOption(new Option("--api <dialect>", "its protocol").choices(MODEL_APIS).default("openai"))
    .option("--judge <name>", "what is asked (answer_quality)")
    .option("--repeats <n>", "times that each attempt is asked about (3)", positiveInteger)
    .option("--concurrency <n>", "attempts asked about at a time (4)", positiveInteger)
    .option("--json", "print the counts as one JSON object");
  for (const option of spendingOptions("command")) command.addOption(option);
  return command
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym judge run1 --model qwen3-coder --base-url http://localhost:8000/v1 --out judged\n  $ hybrid-gym select run1 --judged judged --where 'judged.answer_quality >= 4' --out good\n\nThe same command goes on where it was; what was answered is not asked again.",
    )
    .action((from: string, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { judge } = await import("../commands/judge.ts");
        const { model: name, baseUrl, servedModel, api, repeats, concurrency, out } = flags;
        const result = await judge({
          from,
          out,
          model: defined({ name, baseUrl, servedAs: servedModel, api }),
          ...defined({ judge: flags.judge, repeats, concurrency }),
          spending: await governorSettings(flags),
          log: ui.log,
          signal: ui.signal,
          onProgress: progressOf(ui.log, "attempts"),
        });
        const { spent, ...counts } = result;
        if (ui.json) ui.row({ ...counts, ...spent });
        else ui.print(describe(result));
      }),
    );
}

function describe({
  judge,
  judge_version,
  model,
  samples,
  scored,
  scores,
  agreement,
  spent,
}: JudgeResult): string {
  const rows: [string, string][] = [
    [`${judge} (version ${judge_version}) by ${model}`, `${share(scored, samples)} have a score`],
    ...Object.entries(scores).map(([score, count]): [string, string] => [`  ${score}`, share(count, scored)]),
    ["answers about one attempt that all agree", share(agreement.same, agreement.compared)],
    ["pairs of answers at most one apart", share(agreement.within_one, agreement.pairs)],
  ];
  return [formatTable(rows), ...spentLine("answers", spent)].join("\n");
}
