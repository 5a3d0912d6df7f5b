import type { Attempt } from "../attempt.ts";
import type { LedgerEvent, RunState } from "../run.ts";
import type { Usage } from "../model.ts";

/** Attempts that a target may start, interrupted ones too, while something outside the agent keeps failing. */
export const TRIES_PER_TARGET = 3;

/** The state that a ledger describes. Pure: the same events give the same state. */
export function reduceLedger(events: Iterable<LedgerEvent>): RunState {
  const targets = new Set<string>();
  const finished = new Map<string, Attempt>();
  const open = new Map<string, { attempt: string; process: number }>();
  const tries = new Map<string, number>();
  for (const event of events) {
    if (event.type === "declared") {
      for (const target of event.targets) targets.add(target);
    } else if (event.type === "started") {
      open.set(event.target, { attempt: event.attempt, process: event.process });
      tries.set(event.target, (tries.get(event.target) ?? 0) + 1);
    } else {
      const { target } = event.attempt;
      if (open.get(target)?.attempt === event.attempt.id) open.delete(target);
      finished.set(target, event.attempt);
    }
  }
  return { targets: [...targets], finished, open, tries };
}

/** Targets that still need an attempt: never finished, or ended by a fault outside the agent with tries left. */
export function owedTargets(state: RunState): string[] {
  return state.targets.filter((target) => {
    const last = state.finished.get(target);
    if (last === undefined) return true;
    return last.verdict.outcome === "no-verdict" && (state.tries.get(target) ?? 0) < TRIES_PER_TARGET;
  });
}

export interface RunCounts {
  readonly targets: number;
  readonly solved: number;
  readonly unsolved: number;
  /** By cause. */
  readonly no_verdict: Readonly<Record<string, number>>;
  readonly running: number;
  /** Targets without a finished attempt that nobody is working on. */
  readonly owed: number;
  readonly attempts: number;
  readonly tokens: { readonly input: number; readonly output: number; readonly cached: number };
  /** US dollars; null because prices are not known. */
  readonly cost: number | null;
}

/** `targets = solved + unsolved + Σ no_verdict + running + owed`, always. `alive` says which processes still work on the run. */
export function countRun(state: RunState, alive: (process: number) => boolean): RunCounts {
  let solved = 0;
  let unsolved = 0;
  let running = 0;
  let owed = 0;
  const causes: Record<string, number> = {};
  for (const target of state.targets) {
    const working = state.open.get(target);
    const last = state.finished.get(target);
    if (working !== undefined && alive(working.process)) running++;
    else if (last === undefined) owed++;
    else if (last.verdict.outcome === "solved") solved++;
    else if (last.verdict.outcome === "unsolved") unsolved++;
    else causes[last.verdict.cause ?? "unknown"] = (causes[last.verdict.cause ?? "unknown"] ?? 0) + 1;
  }
  return {
    targets: state.targets.length,
    solved,
    unsolved,
    no_verdict: causes,
    running,
    owed,
    attempts: [...state.tries.values()].reduce((sum, count) => sum + count, 0),
    tokens: countTokens([...state.finished.values()].map((attempt) => attempt.usage)),
    cost: null,
  };
}

function countTokens(usages: readonly Usage[]) {
  const sum = (of: (usage: Usage) => number | undefined) =>
    usages.reduce((total, usage) => total + (of(usage) ?? 0), 0);
  return {
    input: sum((usage) => usage.inputTokens),
    output: sum((usage) => usage.outputTokens),
    cached: sum((usage) => usage.cachedTokens),
  };
}
