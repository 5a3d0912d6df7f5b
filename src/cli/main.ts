import { setFlagsFromString } from "node:v8";
import { Command, CommanderError } from "commander";
import { InputError } from "../base/errors.ts";
import { MEMORY_FLAGS } from "../base/memory-flags.ts";
import { VERSION } from "../base/version.ts";
import { agentsCommand } from "./agents.ts";
import { attemptsCommand } from "./attempts.ts";
import { auditCommand } from "./audit.ts";
import { buildCommand } from "./build.ts";
import { bundleCommand } from "./bundle.ts";
import { demoCommand } from "./demo.ts";
import { diffCommand } from "./diff.ts";
import { doctorCommand } from "./doctor.ts";
import { endpointsCommand } from "./endpoints.ts";
import { estimateCommand } from "./estimate.ts";
import { exportCommand } from "./export.ts";
import { factsCommand } from "./facts.ts";
import { gradeCommand } from "./grade.ts";
import { importCommand } from "./import.ts";
import { recordCommand } from "./record.ts";
import { regradeCommand } from "./regrade.ts";
import { inspectCommand } from "./inspect.ts";
import { judgeCommand } from "./judge.ts";
import { lookCommand } from "./look.ts";
import { maskCommand } from "./mask.ts";
import { memorisedCommand } from "./memorised.ts";
import { pullCommand } from "./pull.ts";
import { pushCommand } from "./push.ts";
import { reportCommand } from "./report.ts";
import { rolloutCommand } from "./rollout.ts";
import { sandboxesCommand } from "./sandboxes.ts";
import { selectCommand } from "./select.ts";
import { shellCommand } from "./shell.ts";
import { statusCommand } from "./status.ts";
import { trajectoryCommand } from "./trajectory.ts";
import { collectCommand, diskUsageCommand } from "./storage.ts";
import { reportError } from "./ui.ts";
import { transformCommand } from "./transform.ts";
import { validateCommand } from "./validate.ts";

// Started by a launcher (bin/hybrid-gym.js under an older Node.js): when that is killed, so is this.
if (process.channel !== undefined) {
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
  process.channel?.unref();
}
// A reader that went away (`| head`) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
// What is said for people may go to a full disk; the work goes on.
process.stderr.on("error", () => {});

/** Those that look at runs alone, where being quick is all. */
const READS_NO_CODE = new Set(["status", "attempts", "estimate", "endpoints"]);

// Commands import what they run when they run: help and usage errors load none of it.
const program = new Command("hybrid-gym")
  .description(
    "Turns git repositories into graded training tasks for coding agents, runs agents on them, and exports what they did.",
  )
  .version(VERSION, "--version", "print the version")
  .helpOption("--help", "show this help")
  .addHelpText(
    "after",
    `
The usual order:
  $ hybrid-gym build path/to/repo --task func-localize --out data
  $ hybrid-gym validate data
  $ hybrid-gym rollout data --run run1 --agent scripted
  $ hybrid-gym status run1
  $ hybrid-gym export run1 --format openai --out sft
  $ hybrid-gym report run1 --out run1.html`,
  );

for (const command of [
  buildCommand(),
  validateCommand(),
  memorisedCommand(),
  inspectCommand(),
  lookCommand(),
  rolloutCommand(),
  recordCommand(),
  statusCommand(),
  estimateCommand(),
  attemptsCommand(),
  bundleCommand(),
  trajectoryCommand(),
  agentsCommand(),
  shellCommand(),
  gradeCommand(),
  regradeCommand(),
  auditCommand(),
  factsCommand(),
  judgeCommand(),
  importCommand(),
  selectCommand(),
  transformCommand(),
  diffCommand(),
  maskCommand(),
  exportCommand(),
  pushCommand(),
  pullCommand(),
  reportCommand(),
  endpointsCommand(),
  sandboxesCommand(),
  diskUsageCommand(),
  collectCommand(),
  doctorCommand(),
  demoCommand(),
]) {
  program.addCommand(command.helpOption("--help", "show this help").exitOverride());
}
program.exitOverride();
program.hook("preAction", (_, command) => {
  if (!READS_NO_CODE.has(command.name())) MEMORY_FLAGS.forEach((flag) => setFlagsFromString(flag));
});

/** Usage errors end with 2, as every other wrong input does; commander's own default is 1. */
async function main(): Promise<void> {
  program.configureOutput({ writeErr() {} });
  for (const command of program.commands) command.configureOutput({ writeErr() {} });
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    const json = process.argv.includes("--json");
    if (error.code === "commander.help") {
      process.stderr.write(program.helpInformation());
      process.exitCode = 2;
      return;
    }
    process.exitCode = reportError(
      { json, row: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`) },
      new InputError({
        code: "usage",
        message: error.message.replace(/^error: /, "").replaceAll(/\s+/g, " "),
        hint: 'See "hybrid-gym --help", or --help after a command.',
      }),
    );
  }
}

await main();
