import { InvalidArgumentError, Option } from "commander";
import { defined } from "../base/defined.ts";
import { HybridGymError } from "../base/errors.ts";
import type { Budgets, EndpointLimits, Price } from "../governor.ts";
import { parsePrice, readPrices } from "../governors/prices.ts";
import { positiveInteger, positiveNumber } from "./options.ts";

/** What commander makes of `governorOptions`. */
export interface GovernorFlags {
  maxCost?: number;
  maxRunTokens?: number;
  maxCostPerAttempt?: number;
  maxCostPerDay?: number;
  price?: Map<string, Price>;
  prices?: string;
  requestsPerMinute?: number;
  tokensPerMinute?: number;
  maxCalls?: number;
}

/** Flags of commands that call a model's service for a run. */
export const governorOptions = (): Option[] => [
  ...spendingOptions("run"),
  option("--max-cost-per-attempt <dollars>", "US dollars of an attempt", positiveNumber),
];

/** Those of every command that calls a model's service. */
export const spendingOptions = (whole: "run" | "build" | "command"): Option[] => [
  option("--max-cost <dollars>", `US dollars of the ${whole}; needs the model's price`, positiveNumber),
  option("--max-run-tokens <n>", `input and output tokens of the ${whole}`, positiveInteger),
  option(
    "--max-cost-per-day <dollars>",
    "US dollars of the endpoint's day (UTC), all runs of this machine",
    positiveNumber,
  ),
  option("--price <model=in,out[,cached]>", "US dollars for a million tokens; repeatable", price),
  new Option("--prices <file>", 'a JSON table: {"model": {"input": 3, "output": 15, "cached": 0.3}}'),
  option(
    "--requests-per-minute <n>",
    "requests to the endpoint in a minute, all runs of this machine",
    positiveNumber,
  ),
  option("--tokens-per-minute <n>", "the same for input and output tokens", positiveNumber),
  option(
    "--max-calls <n>",
    "calls to the endpoint at a time; what it bears is learnt below that",
    positiveInteger,
  ),
];

function option<T>(flags: string, description: string, parse: (text: string, earlier: T) => T): Option {
  return new Option(flags, description).argParser(parse);
}

/** `--price`, repeatable. */
export function price(text: string, earlier: Map<string, Price> | undefined): Map<string, Price> {
  try {
    return new Map([...(earlier ?? []), parsePrice(text)]);
  } catch (error) {
    throw error instanceof HybridGymError ? new InvalidArgumentError(error.hint ?? error.message) : error;
  }
}

export interface GovernorSettings {
  readonly budgets: Budgets;
  readonly prices: ReadonlyMap<string, Price>;
  readonly limits: EndpointLimits;
}

/**
 * The flags as `createGovernor` takes them; a `--price` comes before the table.
 * @throws InputError when the table cannot be read.
 */
export async function governorSettings(flags: GovernorFlags): Promise<GovernorSettings> {
  const { maxCost, maxRunTokens, maxCostPerAttempt, maxCostPerDay, price = [], prices } = flags;
  const { maxCalls, requestsPerMinute, tokensPerMinute } = flags;
  return {
    budgets: defined({
      attempt: maxCostPerAttempt === undefined ? undefined : { dollars: maxCostPerAttempt },
      run: defined({ dollars: maxCost, tokens: maxRunTokens }),
      day: maxCostPerDay === undefined ? undefined : { dollars: maxCostPerDay },
    }),
    prices: new Map([...(prices === undefined ? [] : await readPrices(prices)), ...price]),
    limits: defined({ concurrency: maxCalls, requestsPerMinute, tokensPerMinute }),
  };
}
