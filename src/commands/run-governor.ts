import { existsSync } from "node:fs";
import path from "node:path";
import type { Amount, Governor } from "../governor.ts";
import { createGovernor, type GovernorOptions } from "../governors/index.ts";
import { dollarsOf, type PriceTable } from "../governors/prices.ts";
import type { RolloutSettings } from "./rollout-request.ts";
import { finishedAttempts, openRun } from "../runs/open.ts";
import { RUN } from "../stores/local/layout.ts";

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

/** As the ledger has it; attempts that were made before there was a price are counted by the one of now. */
async function spentBy(folder: string, prices: PriceTable): Promise<Amount> {
  const run = await openRun(folder);
  const { inputTokens, outputTokens, dollars, unpriced } = run.state.spent;
  const tokens = inputTokens + outputTokens;
  if (unpriced === 0) return { tokens, dollars };
  let unpricedDollars = 0;
  for (const { dollars: known, usage, model } of (await finishedAttempts(run)).values()) {
    const price = prices.get(model ?? "");
    if (known === undefined && price !== undefined) unpricedDollars += dollarsOf(price, usage);
  }
  return { tokens, dollars: dollars + unpricedDollars };
}
