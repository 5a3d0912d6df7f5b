import { createRandom, type Random } from "../../base/random.ts";
import type { RunConfig, RunState, TargetState } from "../../run.ts";
import { costPerSuccess, type CostPerSuccess } from "../../statistics/cost.ts";
import { rateOf, type Rate } from "../../statistics/interval.ts";
import { passAt, passByAttempt, type Outcomes, type PassAt } from "../../statistics/pass-at.ts";

/** What one solver achieved, by the last attempt at each of its targets. */
export interface SolverResult {
  readonly solver: string;
  readonly targets: number;
  /** Of targets with a verdict. */
  readonly solved: Rate;
  /** Instances solved at least once, of those with a verdict. */
  readonly instances_solved: Rate;
  /** For 1, 2, 4… attempts at an instance, where there are several. */
  readonly pass_at: readonly PassAt[];
  /** US dollars; null where a price is not known, or nothing was spent. */
  readonly cost_per_success: CostPerSuccess | null;
  /** Seconds of an attempt with a verdict, on average; null without one. */
  readonly mean_seconds: number | null;
}

/** By solver, in the order of the configuration. One pass over the targets. */
export function solverResults(config: RunConfig, state: RunState): SolverResult[] {
  const bySolver = Map.groupBy(state.targets.values(), ({ target }) => target.solver);
  return config.solvers.map(({ name }) => resultOf(name, config, bySolver.get(name) ?? []));
}

function resultOf(solver: string, config: RunConfig, targets: readonly TargetState[]): SolverResult {
  const random = createRandom("results", solver);
  const byInstance = [...Map.groupBy(targets, ({ target }) => target.instance).values()];
  const instances = byInstance.map(outcomesOf).filter(({ length }) => length > 0);
  const graded = targets.filter(isGraded);
  const seconds = graded.reduce((sum, { last }) => sum + (last?.seconds ?? 0), 0);
  return {
    solver,
    targets: targets.length,
    solved: rateOf(graded.filter(isSolved).length, graded.length),
    instances_solved: rateOf(instances.filter((one) => one.includes(true)).length, instances.length),
    pass_at: passAtEach(config, instances, random),
    cost_per_success: costOf(byInstance, random),
    mean_seconds: graded.length === 0 ? null : seconds / graded.length,
  };
}

function isGraded({ last }: TargetState): boolean {
  return last !== undefined && last.outcome !== "no-verdict";
}

function isSolved({ last }: TargetState): boolean {
  return last?.outcome === "solved";
}

function outcomesOf(targets: readonly TargetState[]): Outcomes {
  const byNumber = targets.toSorted((a, b) => a.target.number - b.target.number);
  return byNumber.filter(isGraded).map(isSolved);
}

function passAtEach(config: RunConfig, instances: readonly Outcomes[], random: Random): PassAt[] {
  if (config.attempts === 1) return [];
  const estimate = config.until_solved === true ? passByAttempt : passAt;
  return numbersUpTo(config.attempts)
    .map((k) => estimate(k, instances, random.scope(`pass@${k}`)))
    .filter((pass) => pass !== undefined);
}

/** 1, 2, 4… and the last. */
function numbersUpTo(most: number): number[] {
  const numbers: number[] = [];
  for (let k = 1; k < most; k *= 2) numbers.push(k);
  return [...numbers, most];
}

function costOf(byInstance: readonly (readonly TargetState[])[], random: Random): CostPerSuccess | null {
  const ended = byInstance
    .map((targets) => targets.flatMap(({ last }) => (last === undefined ? [] : [last])))
    .filter(({ length }) => length > 0);
  const unpriced = ended.flat().some((last) => last.dollars === undefined && hasTokens(last.usage));
  const costs = ended.map((attempts) => ({
    spent: attempts.reduce((sum, { dollars }) => sum + (dollars ?? 0), 0),
    solved: attempts.filter(({ outcome }) => outcome === "solved").length,
  }));
  if (unpriced || costs.every(({ spent }) => spent === 0)) return null;
  return costPerSuccess(costs, random.scope("cost")) ?? null;
}

export function hasTokens({ inputTokens = 0, outputTokens = 0 }: NonNullable<TargetState["last"]>["usage"]) {
  return inputTokens + outputTokens > 0;
}
