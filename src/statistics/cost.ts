import type { Random } from "../base/random.ts";
import { bootstrap, sumOf } from "./bootstrap.ts";
import type { Interval } from "./interval.ts";

/** What was spent at one instance, on attempts of every outcome, and how many of them solved it. */
export interface InstanceCost {
  readonly spent: number;
  readonly solved: number;
}

export interface CostPerSuccess {
  /** Null without a success. */
  readonly value: number | null;
  readonly interval: Interval;
}

/**
 * All that was spent over all successes, failures paid for: a ratio of sums, since a mean of ratios has no value for an instance without
 * success. Its interval by bootstrap over instances; no upper bound where samples without a success are not rare. Undefined without instances.
 */
export function costPerSuccess(
  instances: readonly InstanceCost[],
  random: Random,
): CostPerSuccess | undefined {
  const units = instances.map(({ spent, solved }) => [spent, solved]);
  const ratio = ([spent = 0, solved = 0]: readonly number[]) => (solved === 0 ? undefined : spent / solved);
  const value = ratio(sumOf(units));
  const interval = bootstrap(units, ratio, random);
  if (interval === undefined) return undefined;
  // Without a success, the next one costs at least what was spent.
  if (value === undefined) return { value: null, interval: { low: sumOf(units)[0] ?? 0, high: null } };
  return { value, interval };
}
