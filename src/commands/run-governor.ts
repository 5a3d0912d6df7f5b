import { existsSync } from "node:fs";
import path from "node:path";
import type { Amount, Governor } from "../governor.ts";
import { createGovernor, type GovernorOptions } from "../governors/index.ts";
import { dollarsOf, type PriceTable } from "../governors/prices.ts";
import type { RolloutSettings } from "./rollout-request.ts";
import type { Usage } from "../model.ts";
import { leftBy } from "../runs/left-by.ts";
import { openRun } from "../runs/open.ts";
import { RUN } from "../stores/local/layout.ts";
import { readEvents } from "../stores/local/ledger.ts";

/** The governor of one run, which goes on from what its ledger says was spent. */
export async function openRunGovernor(
  run: string,
  options: Omit<GovernorOptions, "spent"> & { readonly prices: PriceTable },
): Promise<Governor> {
  const spent = existsSync(path.join(run, RUN)) ? await spentBy(run, options.prices) : undefined;
  return createGovernor({
    ...options,
    ...(spent === undefined ? {} : { spent: new Map([[path.resolve(run), spent]]) }),
  });
}

/** Whether some solver's model is a service. */
export function asksService({ model, solvers = [] }: Pick<RolloutSettings, "model" | "solvers">): boolean {
  const models = [model, ...solvers.map((solver) => solver.model)];
  return models.some((asked) => asked !== undefined && asked.api !== "replay");
}

/**
 * As the ledger has it, with what attempts under way had used when their process was killed, which is entered once the run goes on. What
 * was used while there was no price is counted by the one of now.
 */
async function spentBy(folder: string, prices: PriceTable): Promise<Amount> {
  const run = await openRun(folder);
  const { inputTokens, outputTokens, unpriced } = run.state.spent;
  let tokens = inputTokens + outputTokens;
  let { dollars } = run.state.spent;
  const models = new Map(run.manifest.config.solvers.map(({ name, model }) => [name, model?.name]));
  const add = (target: string, usage: Usage) => {
    const solver = run.state.targets.get(target)?.target.solver ?? "";
    const price = prices.get(models.get(solver) ?? "");
    if (price !== undefined) dollars += dollarsOf(price, usage);
  };
  if (unpriced > 0)
    for await (const event of readEvents(folder)) {
      if (event.type === "finished" && event.attempt.dollars === undefined)
        add(event.attempt.target, event.attempt.usage);
      if (event.type === "interrupted" && event.dollars === undefined) add(event.target, event.usage);
    }
  for (const { target, open } of run.state.targets.values()) {
    if (open === undefined) continue;
    const { usage } = await leftBy(folder, open.attempt);
    tokens += (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
    add(target.id, usage);
  }
  return { tokens, dollars };
}
