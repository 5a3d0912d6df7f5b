import type { Attempt } from "../../attempt.ts";
import type { Json } from "../../base/json.ts";
import type { RunState } from "../../run.ts";
import { rateOf, type Rate } from "../../statistics/interval.ts";
import type { Gate, GateStop } from "../gate.ts";
import { measuresWith, type Measure, type Thresholds } from "./measures.ts";
import { tallyAttempt, type Tally } from "./tally.ts";

export interface GateOptions {
  /** Attempts of each solver that are looked at; 10 when left out. */
  readonly attempts?: number;
  readonly thresholds?: Thresholds;
  /** What a solver's service may call the model besides (`served_as` of its configuration). */
  servedAs?(solver: string): readonly string[] | undefined;
  /** A solver whose tokens nobody pays for: that none are counted is nothing against it. No solver when left out. */
  isFree?(solver: string): boolean;
  /** Solvers that a gate has let through before. */
  readonly passed?: ReadonlySet<string>;
  /** Keeps what was found, once a solver has been let through: `store.note(GATE_NOTE, facts, …)`. */
  note(facts: Readonly<Record<string, Json>>): Promise<void>;
}

/** The kind of note in a run's ledger. */
export const GATE_NOTE = "gate";
const USUAL_ATTEMPTS = 10;

/**
 * Watches each solver's first attempts. It stops the run where the lower bound of the 95 % interval of a measure's share of bad attempts is above
 * what is allowed: never by the first attempt or two, and a solver of whose attempts one in ten is bad is stopped in fewer than one run of
 * a hundred (`gate.test.ts`).
 */
export function createGate(options: GateOptions): Gate {
  const { attempts = USUAL_ATTEMPTS, thresholds, passed = new Set(), note } = options;
  const measures = measuresWith(thresholds);
  const seen = new Map<string, Tally[]>();
  return {
    async after(attempt, events) {
      const { solver } = attempt;
      const tallies = seen.get(solver) ?? [];
      if (passed.has(solver) || tallies.length >= attempts) return undefined;
      seen.set(solver, tallies);
      tallies.push(
        await tallyAttempt(attempt, events(), {
          servedAs: options.servedAs?.(solver),
          isFree: options.isFree?.(solver),
        }),
      );
      const facts = factsOf(solver, measures, tallies);
      for (const measure of measures) {
        const rate = badAttempts(measure, tallies);
        if (rate.low > measure.share) return stopOf(measure, rate, attempt, tallies, facts);
      }
      if (tallies.length === attempts) await note({ ...facts, passed: true });
      return undefined;
    },
  };
}

/** Solvers that a run's notes say have been let through: `passed` of a gate for the same run, continued. */
export function solversPassed({ notes }: Pick<RunState, "notes">): Set<string> {
  const gates = notes.filter(({ kind, facts }) => kind === GATE_NOTE && facts["passed"] === true);
  return new Set(gates.map(({ facts }) => String(facts["solver"])));
}

function badAttempts(measure: Measure, tallies: readonly Tally[]): Rate {
  const counted = tallies.map((tally) => measure.count(tally)).filter(([, whole]) => whole > 0);
  return rateOf(counted.filter(([part, whole]) => part / whole > measure.limit).length, counted.length);
}

/** For each measure: bad attempts of those that count, and the events behind them. */
function factsOf(
  solver: string,
  measures: readonly Measure[],
  tallies: readonly Tally[],
): Record<string, Json> {
  const rates = measures.map((measure): [string, Json] => {
    const counts = tallies.map((tally) => measure.count(tally));
    const sum = (index: 0 | 1) => counts.reduce((total, count) => total + count[index], 0);
    const { part, of } = badAttempts(measure, tallies);
    return [measure.name, { bad_attempts: part, attempts: of, part: sum(0), of: sum(1) }];
  });
  return { solver, attempts: tallies.length, ...Object.fromEntries(rates) };
}

function stopOf(
  { code, name, meaning, hint }: Measure,
  { part, of, low }: Rate,
  attempt: Attempt,
  tallies: readonly Tally[],
  facts: Record<string, Json>,
): GateStop {
  const served = tallies.find(({ servedModel }) => servedModel !== undefined)?.servedModel;
  const asked =
    name === "other_model" && served !== undefined ? ` (asked: ${attempt.model}; served: ${served})` : "";
  return {
    code,
    message: `${part} of ${of} attempts of ${attempt.solver} ${meaning}${asked}`,
    hint,
    facts: { ...facts, stopped_by: name, low: Number(low.toFixed(4)) },
  };
}
