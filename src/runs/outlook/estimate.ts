import { InputError } from "../../base/errors.ts";
import type { PriceTable } from "../../governors/prices.ts";
import type { RunConfig, RunState, Solver } from "../../run.ts";
import { expectedSolved } from "../../statistics/expected.ts";
import type { Interval } from "../../statistics/interval.ts";
import type { PassAt } from "../../statistics/pass-at.ts";
import { solverResults, type SolverResult } from "../summary/solver-results.ts";
import { sampleOf, type Sample } from "./sample.ts";

export interface EstimateOptions {
  /** As many as the run has when left out. */
  readonly instances?: number;
  /** At each instance; as the run's when left out. */
  readonly attempts?: number;
  /** Attempts at a time. */
  readonly concurrency: number;
  readonly prices?: PriceTable;
  /** For a service of one's own, which is paid by the hour. */
  readonly gpus?: { readonly count: number; readonly dollarsPerHour: number };
}

/** What a whole run would take and give, from what it has done so far; as JSON has it. */
export interface Estimate {
  readonly instances: number;
  readonly attempts: number;
  readonly concurrency: number;
  readonly solvers: readonly SolverEstimate[];
  readonly wall_seconds: number;
  /** Of the model's service; null where a price is not known. */
  readonly dollars: Valued | null;
  /** GPUs are there for the whole of the wall time. */
  readonly gpu: { readonly hours: number; readonly dollars: number } | null;
}

export interface SolverEstimate {
  readonly solver: string;
  /** What this rests on. */
  readonly sample: { readonly attempts: number; readonly instances: number; readonly graded: number };
  /** Targets to end; fewer than instances × attempts where attempts stop at a success. */
  readonly targets: number;
  /** With repeats after faults. */
  readonly tokens: { readonly input: number; readonly output: number; readonly cached: number };
  readonly attempt_seconds: number;
  readonly dollars: Valued | null;
  /** Instances solved at least once: rows, at one for each. Null where nothing has a verdict. */
  readonly solved_instances: (Valued & { readonly from_attempts: number }) | null;
}

interface Valued {
  readonly value: number;
  readonly interval: Interval;
}

/** Fewer say nothing. */
const FEWEST_ATTEMPTS = 3;

/** @throws InputError `too-few-attempts` where a solver has fewer than three that ended. */
export function estimateRun(config: RunConfig, state: RunState, options: EstimateOptions): Estimate {
  const { concurrency, gpus } = options;
  const attempts = options.attempts ?? config.attempts;
  const instances =
    options.instances ?? new Set(state.targets.values().map(({ target }) => target.instance)).size;
  // Results as they would be with that many attempts: the estimators give what the run has seen of it.
  const results = new Map(solverResults(config, state).map((result) => [result.solver, result]));
  const solvers = config.solvers.map((solver) => {
    const sample = sampleOf(state, solver, options.prices);
    const result = results.get(solver.name);
    if (sample === undefined || result === undefined || sample.attempts < FEWEST_ATTEMPTS)
      throw tooFew(solver, sample?.attempts ?? 0);
    return estimateSolver(solver, sample, result, {
      instances,
      attempts,
      stops: config.until_solved === true,
    });
  });
  const seconds = solvers.reduce((sum, solver) => sum + solver.attempt_seconds, 0) / concurrency;
  return {
    instances,
    attempts,
    concurrency,
    solvers,
    wall_seconds: Math.round(seconds),
    dollars: totalOf(solvers),
    gpu:
      gpus === undefined
        ? null
        : {
            hours: (seconds / 3600) * gpus.count,
            dollars: (seconds / 3600) * gpus.count * gpus.dollarsPerHour,
          },
  };
}

interface Extent {
  readonly instances: number;
  readonly attempts: number;
  readonly stops: boolean;
}

function estimateSolver(
  { name }: Solver,
  sample: Sample,
  result: SolverResult,
  { instances, attempts, stops }: Extent,
): SolverEstimate {
  const perInstance = stops ? attemptsUntilSolved(result, attempts) : attempts;
  const targets = instances * perInstance;
  const begun = targets * sample.tries;
  const { input, output, cached } = sample.tokens;
  return {
    solver: name,
    sample: { attempts: sample.attempts, instances: sample.instances, graded: result.solved.of },
    targets: Math.round(targets),
    tokens: {
      input: Math.round(begun * input),
      output: Math.round(begun * output),
      cached: Math.round(begun * cached),
    },
    attempt_seconds: Math.round(begun * sample.seconds),
    dollars: sample.dollars === undefined ? null : scaled(sample.dollars, begun),
    solved_instances: solvedOf(result, instances, attempts),
  };
}

/** The sum over attempts of how likely each is needed: that none before it solved. What was not seen counts as needed. */
function attemptsUntilSolved(result: SolverResult, attempts: number): number {
  let needed = 0;
  for (let made = 0; made < attempts; made++) needed += 1 - (passWithin(result, made)?.value ?? 0);
  return needed;
}

/** By at most that many attempts: the largest number of which the run says something. */
function passWithin({ pass_at: passes, instances_solved: once }: SolverResult, k: number): Seen | undefined {
  const best = passes.findLast((pass) => pass.k <= k);
  if (best !== undefined) return best;
  // With one attempt for each instance there is no table, and the rate of instances is the same.
  if (k === 0 || passes.length > 0 || once.of === 0) return undefined;
  return { k: 1, value: once.part / once.of, instances: once.of };
}
type Seen = Pick<PassAt, "k" | "value" | "instances">;

/** Those seen, and as many of the rest as the sample lets expect. */
function solvedOf(
  result: SolverResult,
  instances: number,
  attempts: number,
): SolverEstimate["solved_instances"] {
  const seen = passWithin(result, attempts);
  if (seen === undefined) return null;
  const known = Math.min(seen.instances, instances) * seen.value;
  const { value, interval } = expectedSolved(
    seen.value,
    seen.instances,
    Math.max(0, instances - seen.instances),
  );
  return {
    value: known + value,
    interval: { low: Math.floor(known + interval.low), high: Math.ceil(known + interval.high) },
    from_attempts: seen.k,
  };
}

function scaled({ value, interval: { low, high } }: Valued, by: number): Valued {
  return { value: value * by, interval: { low: low * by, high: high === null ? null : high * by } };
}

/** Bounds are added, which is wider than needed and never too narrow. */
function totalOf(solvers: readonly SolverEstimate[]): Valued | null {
  const all = solvers.flatMap(({ dollars }) => dollars ?? []);
  if (all.length < solvers.length) return null;
  const high = all.map((one) => one.interval.high);
  return {
    value: all.reduce((sum, { value }) => sum + value, 0),
    interval: {
      low: all.reduce((sum, one) => sum + one.interval.low, 0),
      high: high.includes(null) ? null : high.reduce<number>((sum, bound) => sum + (bound ?? 0), 0),
    },
  };
}

function tooFew({ name }: Solver, attempts: number): InputError {
  return new InputError({
    code: "too-few-attempts",
    message: `The solver ${name} has ${attempts} attempts that ended; an estimate needs ${FEWEST_ATTEMPTS}`,
    hint: "Run a sample first: rollout with --limit 10, and the same command later without it.",
    fields: { solver: name, attempts },
  });
}
