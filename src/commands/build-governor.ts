import path from "node:path";
import { Disposals } from "../base/disposals.ts";
import type { Log } from "../base/log.ts";
import { SPEND } from "../datasets/layout.ts";
import type { Admit } from "../governor.ts";
import { askerOf } from "../governors/admit-for.ts";
import { openCallLog, readCallLog, type DollarsOf } from "../governors/call-log.ts";
import { createGovernor, type GovernorOptions } from "../governors/index.ts";
import { dollarsOf } from "../governors/prices.ts";
import type { ModelSettings } from "../models/create.ts";
import type { PartSettings } from "./part-options.ts";

/** What a build may spend on its descriptions. */
export type Spending = Pick<GovernorOptions, "budgets" | "prices" | "limits">;

/** What the descriptions of a dataset have cost until now, by everybody who built it. */
export interface BuildSpent {
  readonly tokens: { readonly input: number; readonly output: number; readonly cached: number };
  /** US dollars; null where a price is not known. */
  readonly cost: number | null;
}

/** Who asks: the model of a dataset's folder. */
export interface Spender extends Pick<PartSettings, "describer" | "out"> {
  /** The file of the folder in which calls are noted; that of builds when left out. */
  readonly spend?: string;
}

/** The governor of one build, for the calls of all its parts. */
export interface BuildGovernor extends AsyncDisposable {
  readonly admit: Admit;
}

/**
 * Goes on from what was spent before. Nothing where no service is asked.
 * @throws BudgetError when nothing is left, or a price is not known.
 */
export async function openBuildGovernor(
  { describer, out, spend = SPEND }: Spender,
  spending: Spending,
  log: Log,
): Promise<BuildGovernor | undefined> {
  const model = modelOf(describer);
  const asker = askerOf(model, out);
  if (asker === undefined) return undefined;
  const file = path.join(out, spend);
  const price = priceOf(describer, spending);
  const spent = await readCallLog(file, price);
  await using stack = new Disposals();
  const governor = stack.use(createGovernor({ ...spending, log, spent: new Map([[asker.run, spent]]) }));
  await governor.ready(asker);
  const calls = stack.use(await openCallLog(file, price));
  const open = stack.move();
  return {
    // Nothing is capped by part, so to the governor all of it is one attempt.
    admit: calls.keep((size, signal) => governor.admit({ ...asker, attempt: "build", ...size }, signal)),
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}

/** @returns nothing where no service was asked. */
export async function spentOfBuild(
  { describer, out, spend = SPEND }: Spender,
  spending: Spending,
): Promise<BuildSpent | undefined> {
  if (askerOf(modelOf(describer), out) === undefined) return undefined;
  const sums = await readCallLog(path.join(out, spend), priceOf(describer, spending));
  const { inputTokens, outputTokens, cachedTokens, dollars, unpriced } = sums;
  return {
    tokens: { input: inputTokens, output: outputTokens, cached: cachedTokens },
    cost: unpriced > 0 ? null : dollars,
  };
}

function modelOf(describer: ModelSettings | undefined) {
  if (describer === undefined) return undefined;
  const { name, api, baseUrl } = describer;
  return { name, api, base_url: baseUrl };
}

function priceOf(describer: ModelSettings | undefined, { prices }: Spending): DollarsOf {
  const price = prices?.get(describer?.name ?? "");
  return (usage) => (price === undefined ? undefined : dollarsOf(price, usage));
}
