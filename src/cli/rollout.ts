import { Command } from "commander";
import { InputError } from "../base/errors.ts";
import type { PartialSettings, RolloutSettings } from "../commands/rollout-request.ts";
import {
  addRolloutFlags,
  modelSettingsOf,
  modelsOf,
  settingsOf,
  type RolloutFlags,
} from "./rollout-flags.ts";
import { describeCounts } from "./counts.ts";
import { governorSettings } from "./governor-options.ts";
import { renderPlan } from "./plan-view.ts";
import { runAction, type Ui } from "./ui.ts";

export function rolloutCommand(): Command {
  const command = new Command("rollout")
    .description("let agents work on instances; the same command continues a run")
    .argument("[dataset]", "a dataset folder");
  return addRolloutFlags(command)
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym rollout data --run run1 --agent scripted\n  $ hybrid-gym rollout data --run run2 --agent loop --model qwen3-coder --base-url http://localhost:8000/v1\n\nKeys are read from OPENAI_API_KEY or ANTHROPIC_API_KEY. Ctrl-C, SIGTERM and SIGUSR1 let attempts under way come to their end for --grace seconds; a second one does not. Exit code 1 when a target is left without a verdict, 130 when some are left to do.",
    )
    .action((dataset: string | undefined, flags: RolloutFlags) =>
      runAction(
        flags.json ?? false,
        async (ui) => {
          const settings = await readSettings(dataset, flags);
          if (flags.dryRun === true) return showPlan(ui, settings, flags.like);
          const { rollout, asksService, openRunGovernor } = await loadRollout();
          const governed = await governorSettings(flags);
          // Who asks no service needs none.
          await using governor = asksService(settings)
            ? await openRunGovernor(settings.run, { ...governed, log: ui.log })
            : undefined;
          const counts = await rollout({
            ...settings,
            ...(governor === undefined ? {} : { governor }),
            prices: governed.prices,
            log: ui.log,
            signal: ui.signal,
            stopNow: ui.stopNow,
          });
          if (ui.json) ui.row(counts);
          else ui.print(describeCounts(counts));
          return Object.keys(counts.no_verdict).length === 0 ? 0 : 1;
        },
        { draining: "no new attempts; those under way are given their time (again to stop at once)" },
      ),
    );
}

/** Apart from `await using`: beside it TypeScript leaves the endings of imports as they are, and the built command finds nothing. */
async function loadRollout() {
  return { ...(await import("../commands/rollout.ts")), ...(await import("../commands/run-governor.ts")) };
}

async function showPlan(ui: Ui, settings: RolloutSettings, like: string | undefined): Promise<void> {
  const { dryRun } = await import("../commands/dry-run.ts");
  const plan = await dryRun({ ...settings, ...(like === undefined ? {} : { like }) });
  if (ui.json) ui.row(plan);
  else ui.print(renderPlan(plan));
}

async function readSettings(dataset: string | undefined, flags: RolloutFlags): Promise<RolloutSettings> {
  const { readRolloutSettings } = await import("../commands/rollout-request.ts");
  const file = flags.config === undefined ? {} : await readRolloutSettings(flags.config);
  const said = { ...file, ...settingsOf(flags), ...(dataset === undefined ? {} : { dataset }) };
  if (said.dataset === undefined) throw missing("the dataset");
  if (said.run === undefined) throw missing("--run");
  return { ...(await solversIn(said, flags)), dataset: said.dataset, run: said.run };
}

/** Agents and models that flags name take the place of the file's. */
async function solversIn(said: PartialSettings, flags: RolloutFlags): Promise<PartialSettings> {
  const { agent, model, solvers, ...rest } = said;
  if (flags.agent === undefined && flags.model === undefined && solvers !== undefined) {
    const beside = Object.keys(modelSettingsOf(flags));
    // Ignored, they would send the run to another service than was meant.
    if (beside.length > 0) throw (await import("../commands/run-config.ts")).solversTwice(beside);
    return said;
  }
  const { productOf } = await import("../commands/solver-names.ts");
  const agents = flags.agent ?? (agent === undefined ? [] : [agent]);
  const models = modelsOf(flags, model);
  const [only] = models;
  if (agents.length <= 1 && models.length <= 1) {
    return {
      ...rest,
      ...(agents[0] === undefined ? {} : { agent: agents[0] }),
      ...(only === undefined ? {} : { model: only }),
    };
  }
  const { command, temperature, sampling, tools, contextWindow, condense, tokenizer, ...others } = rest;
  const shared = { command, temperature, sampling, tools, contextWindow, condense, tokenizer };
  return { ...others, solvers: productOf(agents, models, shared) };
}

function missing(what: string): InputError {
  return new InputError({
    code: "usage",
    message: `${what} is missing`,
    hint: "Give it on the command line, or in the file of --config.",
  });
}
