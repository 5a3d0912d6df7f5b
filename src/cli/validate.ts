import { Command } from "commander";
import { defined } from "../base/defined.ts";
import { type JudgingFlags, positiveInteger, withJudgingFlags } from "./options.ts";
import { progressOf } from "./progress.ts";
import { share } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags extends JudgingFlags {
  repeat: number;
  concurrency?: number;
  leaks?: true;
  json?: true;
}

export function validateCommand(): Command {
  const command = new Command("validate")
    .description(
      "prove each instance again: the reference solution solves it, nothing and known cheats do not",
    )
    .argument("<dataset>", "a dataset folder")
    .option("--repeat <n>", "rounds, in shuffled order; all must agree", positiveInteger, 1)
    .option("--concurrency <n>", "instances at a time; as many as there are processors", positiveInteger)
    .option("--leaks", "look in each instance's sandbox for anything that gives its answer away")
    .option("--json", "print one JSON object per instance");
  return withJudgingFlags(command)
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym validate data --repeat 3\n  $ hybrid-gym validate data --leaks\n\nAn instance that fails is in quarantine (validation.jsonl): rollout leaves it out. Exit code 1 then.",
    )
    .action((dataset: string, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { validate } = await import("../commands/validate.ts");
        const results = await validate({
          dataset,
          repeat: flags.repeat,
          ...defined({ concurrency: flags.concurrency }),
          leaks: flags.leaks ?? false,
          isolation: flags.isolation,
          allowUnsafe: flags.allowUnsafe,
          environments: flags.environments,
          log: ui.log,
          signal: ui.signal,
          onProgress: progressOf(ui.log, "checks"),
        });
        const bad = results.filter((result) => !result.valid);
        if (ui.json) for (const result of results) ui.row(result);
        else {
          for (const { id, reasons } of bad) ui.print(`not valid: ${id}: ${reasons.join(", ")}`);
          ui.print(`${share(results.length - bad.length, results.length)} instances are valid`);
        }
        return bad.length === 0 ? 0 : 1;
      }),
    );
}
