import { createRandom } from "../../base/random.ts";
import type { Price } from "../../governor.ts";
import { dollarsOf, type PriceTable } from "../../governors/prices.ts";
import type { AttemptSummary, RunState, Solver } from "../../run.ts";
import { bootstrap, sumOf } from "../../statistics/bootstrap.ts";
import type { Interval } from "../../statistics/interval.ts";

/** What a target of a solver cost so far, on average over those that ended; the base of every outlook. */
export interface Sample {
  /** Targets that ended, and the instances that they are of. */
  readonly attempts: number;
  readonly instances: number;
  /** Attempts begun for each of them: repeats after faults are paid for too. */
  readonly tries: number;
  readonly seconds: number;
  readonly tokens: { readonly input: number; readonly output: number; readonly cached: number };
  /** Undefined where a price is not known. */
  readonly dollars?: { readonly value: number; readonly interval: Interval };
}

/** Undefined before an attempt ended. `prices` stand in place of what the run recorded. */
export function sampleOf(
  state: RunState,
  solver: Solver,
  prices: PriceTable = new Map(),
): Sample | undefined {
  const ended = [...state.targets.values()].flatMap(({ target, tries, last }) =>
    target.solver !== solver.name || last === undefined ? [] : [{ instance: target.instance, tries, last }],
  );
  if (ended.length === 0) return undefined;
  const mean = (value: (attempt: AttemptSummary) => number) =>
    ended.reduce((sum, { last }) => sum + value(last), 0) / ended.length;
  const price = solver.model === undefined ? undefined : prices.get(solver.model.name);
  const byInstance = [...Map.groupBy(ended, ({ instance }) => instance).values()];
  const dollars = dollarsPerAttempt(
    byInstance.map((attempts) => attempts.map(({ last }) => costOf(last, price))),
    solver.name,
  );
  return {
    attempts: ended.length,
    instances: byInstance.length,
    tries: Math.max(1, ended.reduce((sum, { tries }) => sum + tries, 0) / ended.length),
    seconds: mean(({ seconds }) => seconds),
    tokens: {
      input: mean(({ usage }) => usage.inputTokens ?? 0),
      output: mean(({ usage }) => usage.outputTokens ?? 0),
      cached: mean(({ usage }) => usage.cachedTokens ?? 0),
    },
    ...(dollars === undefined ? {} : { dollars }),
  };
}

function costOf({ usage, dollars }: AttemptSummary, price: Price | undefined): number | undefined {
  if (price !== undefined) return dollarsOf(price, usage);
  return (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0) === 0 ? (dollars ?? 0) : dollars;
}

/** A ratio of sums over instances: those with more attempts weigh more, as they do on the bill. */
function dollarsPerAttempt(
  byInstance: readonly (readonly (number | undefined)[])[],
  solver: string,
): Sample["dollars"] {
  const costs = byInstance.map((attempts) => attempts.filter((cost) => cost !== undefined));
  if (costs.some((known, index) => known.length !== byInstance[index]?.length)) return undefined;
  const units = costs.map((known) => [known.reduce((sum, cost) => sum + cost, 0), known.length]);
  const mean = ([spent = 0, count = 0]: readonly number[]) => spent / count;
  const interval = bootstrap(units, mean, createRandom("cost of an attempt", solver));
  return interval && { value: mean(sumOf(units)), interval };
}
