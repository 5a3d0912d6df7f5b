import { existsSync } from "node:fs";
import path from "node:path";
import type { Amount, Governor } from "../governor.ts";
import { createGovernor, type GovernorOptions } from "../governors/index.ts";
import { dollarsOf, type PriceTable } from "../governors/prices.ts";
import { RUN } from "../runs/layout.ts";
import { readLedger } from "../runs/ledger.ts";

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

/** Of finished attempts: what an interrupted one used is in no ledger. */
async function spentBy(run: string, prices: PriceTable): Promise<Amount> {
  let [tokens, dollars] = [0, 0];
  for (const event of (await readLedger(run)).events) {
    if (event.type !== "finished") continue;
    const { usage, model } = event.attempt;
    const price = prices.get(model ?? "");
    tokens += (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
    dollars += price === undefined ? 0 : dollarsOf(price, usage);
  }
  return { tokens, dollars };
}
