import type { RunState, TargetState } from "../run.ts";
import { survey, type Surveyor } from "./survey.ts";

export interface RunCounts {
  readonly targets: number;
  readonly solved: number;
  readonly unsolved: number;
  /** By cause. */
  readonly no_verdict: Readonly<Record<string, number>>;
  /** Targets that will not be tried, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly running: number;
  /** Targets without a finished attempt that nobody is working on. */
  readonly owed: number;
  /** Attempts begun, repeats included. */
  readonly attempts: number;
  /** Of all attempts, repeats and interrupted ones too. */
  readonly tokens: { readonly input: number; readonly output: number; readonly cached: number };
  /** US dollars of all attempts; null where some attempt's price is not known. */
  readonly cost: number | null;
}

/**
 * `targets = solved + unsolved + Σ no_verdict + Σ skipped + running + owed`, always. `isAlive` says which workers still work on
 * the run.
 */
export function countRun(state: RunState, isAlive: (worker: string) => boolean): RunCounts {
  const counter = counterOf(state, isAlive);
  survey(state, counter);
  return counter.result();
}

/** The same, for who looks at the targets for more than that. */
export function counterOf(state: RunState, isAlive: (worker: string) => boolean): Surveyor<RunCounts> {
  const counts = { solved: 0, unsolved: 0, running: 0, owed: 0, attempts: 0 };
  const causes: Record<string, number> = {};
  const skipped: Record<string, number> = {};
  return {
    look(target) {
      counts.attempts += target.tries;
      const place = placeOf(target, isAlive);
      if (typeof place === "string") counts[place]++;
      else if ("cause" in place) causes[place.cause] = (causes[place.cause] ?? 0) + 1;
      else skipped[place.reason] = (skipped[place.reason] ?? 0) + 1;
    },
    result() {
      const { inputTokens, outputTokens, cachedTokens, dollars, unpriced } = state.spent;
      return {
        targets: state.targets.size,
        ...counts,
        no_verdict: causes,
        skipped,
        tokens: { input: inputTokens, output: outputTokens, cached: cachedTokens },
        cost: unpriced > 0 ? null : dollars,
      };
    },
  };
}

type Place =
  | "solved"
  | "unsolved"
  | "running"
  | "owed"
  | { readonly cause: string }
  | { readonly reason: string };

function placeOf({ open, last, skipped }: TargetState, isAlive: (worker: string) => boolean): Place {
  if (open !== undefined && isAlive(open.worker)) return "running";
  if (last?.outcome === "solved" || last?.outcome === "unsolved") return last.outcome;
  // One that failed until it was given up says more by its cause than by the row that ends it.
  if (last !== undefined) return { cause: last.cause ?? "unknown" };
  return skipped === undefined ? "owed" : { reason: skipped };
}
