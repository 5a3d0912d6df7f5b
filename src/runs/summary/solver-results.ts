import { createRandom, type Random } from "../../base/random.ts";
import type { RunConfig, RunState, TargetState } from "../../run.ts";
import { costPerSuccess, type CostPerSuccess } from "../../statistics/cost.ts";
import { rateOf, type Rate } from "../../statistics/interval.ts";
import { survey, type Surveyor } from "../../stores/survey.ts";
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

/** By solver, in the order of the configuration. */
export function solverResults(config: RunConfig, state: RunState): SolverResult[] {
  const results = resultsOf(config);
  survey(state, results);
  return results.result();
}

/** The same, for who looks at the targets for more than that. */
export function resultsOf(config: RunConfig): Surveyor<SolverResult[]> {
  const tallies = new Map(config.solvers.map(({ name }) => [name, new Map<string, Tally>()]));
  return {
    look(target) {
      const { instance, solver } = target.target;
      const byInstance = tallies.get(solver);
      if (byInstance === undefined) return;
      const known = byInstance.get(instance);
      const tally = known ?? newTally();
      if (known === undefined) byInstance.set(instance, tally);
      enter(tally, target);
    },
    result: () =>
      [...tallies].map(([solver, byInstance]) => resultOf(solver, config, [...byInstance.values()])),
  };
}

/** What came out of the targets of an instance. */
interface Tally {
  targets: number;
  /** Numbers of the attempts that solved it, and of those with another verdict. */
  readonly solved: number[];
  readonly unsolved: number[];
  /** Of those with a verdict. */
  seconds: number;
  ended: number;
  spent: number;
  /** An attempt's price is not known. */
  unpriced: boolean;
}

function newTally(): Tally {
  return { targets: 0, solved: [], unsolved: [], seconds: 0, ended: 0, spent: 0, unpriced: false };
}

function enter(tally: Tally, { target, last }: TargetState): void {
  tally.targets++;
  if (last === undefined) return;
  tally.ended++;
  tally.spent += last.dollars ?? 0;
  if (last.dollars === undefined && hasTokens(last.usage)) tally.unpriced = true;
  if (last.outcome === "no-verdict") return;
  tally[last.outcome].push(target.number);
  tally.seconds += last.seconds;
}

function resultOf(solver: string, config: RunConfig, tallies: readonly Tally[]): SolverResult {
  const random = createRandom("results", solver);
  const sum = (value: (tally: Tally) => number) => tallies.reduce((total, tally) => total + value(tally), 0);
  const solved = sum((tally) => tally.solved.length);
  const graded = solved + sum((tally) => tally.unsolved.length);
  const instances = tallies.map(outcomesOf).filter(({ length }) => length > 0);
  return {
    solver,
    targets: sum(({ targets }) => targets),
    solved: rateOf(solved, graded),
    instances_solved: rateOf(instances.filter((one) => one.includes(true)).length, instances.length),
    pass_at: passAtEach(config, instances, random),
    cost_per_success: costOf(tallies, random),
    mean_seconds: graded === 0 ? null : sum(({ seconds }) => seconds) / graded,
  };
}

/** In the order of their numbers. */
function outcomesOf({ solved, unsolved }: Tally): Outcomes {
  const all = [
    ...solved.map((number) => ({ number, isSolved: true })),
    ...unsolved.map((number) => ({ number, isSolved: false })),
  ];
  return all.sort((a, b) => a.number - b.number).map(({ isSolved }) => isSolved);
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

function costOf(tallies: readonly Tally[], random: Random): CostPerSuccess | null {
  const ended = tallies.filter((tally) => tally.ended > 0);
  if (ended.some(({ unpriced }) => unpriced) || ended.every(({ spent }) => spent === 0)) return null;
  const costs = ended.map(({ spent, solved }) => ({ spent, solved: solved.length }));
  return costPerSuccess(costs, random.scope("cost")) ?? null;
}

export function hasTokens({ inputTokens = 0, outputTokens = 0 }: NonNullable<TargetState["last"]>["usage"]) {
  return inputTokens + outputTokens > 0;
}
