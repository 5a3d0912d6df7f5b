import type { Random } from "../base/random.ts";
import { bootstrap, sumOf } from "./bootstrap.ts";
import { rateOf, type Interval } from "./interval.ts";

/** The attempts of one solver at one instance that came to a verdict, in the order of their numbers: whether each solved it. */
export type Outcomes = readonly boolean[];

/** How likely at least one of `k` attempts at an instance solves it. */
export interface PassAt {
  readonly k: number;
  readonly value: number;
  readonly interval: Interval;
  /** Instances that it rests on. */
  readonly instances: number;
  readonly method: "unbiased" | "life-table";
}

/**
 * Of attempts whose number does not depend on what came out: the unbiased estimator 1 − C(n−c, k) / C(n, k) of M. Chen et al.,
 * "Evaluating large language models trained on code" (2021), averaged over instances. Instances with fewer than `k` attempts say nothing of
 * `k` and are left out. Undefined where there is none.
 */
export function passAt(k: number, instances: readonly Outcomes[], random: Random): PassAt | undefined {
  const values = instances
    .filter((outcomes) => outcomes.length >= k)
    .map((outcomes) => solvedByOne(k, outcomes.length, outcomes.filter(Boolean).length));
  if (values.length === 0) return undefined;
  const units = values.map((value) => [value, 1]);
  const mean = ([sum = 0, count = 0]: readonly number[]) => sum / count;
  const value = mean(sumOf(units));
  return {
    k,
    value,
    interval: intervalOf(value, units, mean, random),
    instances: values.length,
    method: "unbiased",
  };
}

/** 1 − C(n−c, k) / C(n, k), as a product, which does not overflow. */
function solvedByOne(k: number, attempts: number, solved: number): number {
  if (attempts - solved < k) return 1;
  let missed = 1;
  for (let left = attempts - solved + 1; left <= attempts; left++) missed *= 1 - k / left;
  return 1 - missed;
}

/**
 * Of attempts that stop at the first success, where the estimator above counts an early success as a rate of 1. Then as a life table
 * (E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", JASA 53, 1958): 1 − Π (1 − solved in attempt j / made attempt
 * j) for j up to `k`. Instances whose next attempt is not made yet count in those that they made. Undefined where no instance came to attempt `k`
 * and some were left unsolved before it.
 */
export function passByAttempt(k: number, instances: readonly Outcomes[], random: Random): PassAt | undefined {
  const units = instances.filter((outcomes) => outcomes.length > 0).map((outcomes) => lifeOf(k, outcomes));
  if (units.length === 0) return undefined;
  const value = passOf(sumOf(units));
  if (value === undefined) return undefined;
  // A sample that happens to hold nobody who came so far says the same as one attempt less.
  const statistic = (sums: readonly number[]) => passOf(sums) ?? passSeen(sums);
  return {
    k,
    value,
    interval: intervalOf(value, units, statistic, random),
    instances: units.length,
    method: "life-table",
  };
}

/** For each number up to `k`: whether that attempt was made, and whether it solved. */
function lifeOf(k: number, outcomes: Outcomes): number[] {
  const first = outcomes.indexOf(true);
  const made = first === -1 ? outcomes.length : first + 1;
  return Array.from({ length: k }, (_, index) => [index < made ? 1 : 0, index === first ? 1 : 0]).flat();
}

function passOf(sums: readonly number[]): number | undefined {
  let unsolved = 1;
  for (let index = 0; index < sums.length; index += 2) {
    const made = sums[index] ?? 0;
    if (unsolved === 0) return 1;
    if (made === 0) return undefined;
    unsolved *= 1 - (sums[index + 1] ?? 0) / made;
  }
  return 1 - unsolved;
}

function passSeen(sums: readonly number[]): number | undefined {
  return sums.length <= 2 ? undefined : (passOf(sums.slice(0, -2)) ?? passSeen(sums.slice(0, -2)));
}

/** Where all instances are alike a sample of them has no width; their number bounds the rate all the same. */
function intervalOf(
  value: number,
  units: readonly (readonly number[])[],
  statistic: (sums: readonly number[]) => number | undefined,
  random: Random,
): Interval {
  if (value > 0 && value < 1) return bootstrap(units, statistic, random) ?? { low: 0, high: 1 };
  const { low, high } = rateOf(value * units.length, units.length);
  return { low, high };
}
