import type { Attempt } from "../attempt.ts";
import type { AttemptSummary, LedgerEvent, RunState, Spent, Target, TargetState } from "../run.ts";
import { type FoldColumns, toColumns } from "./fold-columns.ts";
import { TargetTable } from "./target-table.ts";

const NOTHING: Spent = {
  attempts: 0,
  seconds: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  dollars: 0,
  unpriced: 0,
};

/**
 * The state that a ledger describes, event by event: the same events give the same state. It does not judge whether an event
 * was allowed; stores ask `mayClaim` and `holds` before they write one.
 */
export class RunFold implements RunState {
  readonly targets: TargetTable;
  readonly notes: Extract<LedgerEvent, { type: "noted" }>[];
  #spent: Spent;
  /** Of all targets, when it was asked for: those who only read need none. */
  #keys: Set<string> | undefined;

  constructor(columns?: FoldColumns) {
    this.targets = new TargetTable(columns);
    this.notes = (columns?.rest.notes ?? []).filter((event) => event.type === "noted");
    this.#spent = columns?.rest.spent ?? NOTHING;
  }

  toCheckpoint(): FoldColumns {
    return toColumns(this);
  }

  get spent(): Spent {
    return this.#spent;
  }

  /** Those that are declared under no id yet, each once. @throws TypeError for an id that is another target's. */
  notDeclared(targets: Iterable<Target>): Target[] {
    const fresh = new Map<string, Target>();
    const ids = new Set<string>();
    for (const target of targets) {
      // All of a run that goes on; then no keys need be made.
      if (isSame(target, this.targets.targetOf(target.id))) continue;
      const key = keyOf(target);
      if (this.#known().has(key) || fresh.has(key)) continue;
      if (this.targets.has(target.id) || ids.has(target.id))
        throw new TypeError(`${target.id} is the id of another target`);
      fresh.set(key, target);
      ids.add(target.id);
    }
    return [...fresh.values()];
  }

  apply(event: LedgerEvent): void {
    switch (event.type) {
      case "declared":
        for (const target of event.targets) this.#declare(target);
        return;
      case "claimed":
        return this.#change(event.target, (state) => ({
          ...state,
          tries: state.tries + 1,
          open: { attempt: event.attempt, worker: event.worker, at: event.at },
        }));
      case "finished":
        return this.#finish(event.attempt, event.at);
      case "interrupted":
        this.#spend(event, 0);
        return this.#change(event.target, ({ open, ...state }) => ({
          ...state,
          ...(open === undefined || open.attempt === event.attempt ? {} : { open }),
          interruptions: oneMore(state.interruptions, event.reason),
        }));
      case "skipped":
        return this.#change(event.target, (state) => ({ ...state, skipped: event.reason }));
      case "noted":
        this.notes.push(event);
        return;
      case "packed":
    }
  }

  #declare(target: Target): void {
    const known = this.#known();
    if (known.has(keyOf(target)) || this.targets.has(target.id)) return;
    known.add(keyOf(target));
    this.targets.set(target.id, { target, tries: 0 });
  }

  #known(): Set<string> {
    return (this.#keys ??= new Set(this.targets.values().map(({ target }) => keyOf(target))));
  }

  #finish(attempt: Attempt, at: string): void {
    this.#spend(attempt, attempt.seconds);
    const last = summaryOf(attempt, at);
    this.#change(attempt.target, ({ open, ...state }) => ({
      ...state,
      ...(open === undefined || open.attempt === attempt.id ? {} : { open }),
      ...(last.outcome === "no-verdict" ? { faults: oneMore(state.faults, last.cause ?? "") } : {}),
      last,
    }));
  }

  #change(id: string, change: (state: TargetState) => TargetState): void {
    const state = this.targets.get(id);
    if (state !== undefined) this.targets.set(id, change(state));
  }

  #spend({ usage, dollars }: Pick<Attempt, "usage" | "dollars">, seconds: number): void {
    const { inputTokens = 0, outputTokens = 0, cachedTokens = 0 } = usage;
    const before = this.#spent;
    this.#spent = {
      attempts: before.attempts + 1,
      seconds: before.seconds + seconds,
      inputTokens: before.inputTokens + inputTokens,
      outputTokens: before.outputTokens + outputTokens,
      cachedTokens: before.cachedTokens + cachedTokens,
      dollars: before.dollars + (dollars ?? 0),
      unpriced: before.unpriced + (dollars === undefined && inputTokens + outputTokens > 0 ? 1 : 0),
    };
  }
}

function oneMore(counts: Readonly<Record<string, number>> = {}, key: string): Record<string, number> {
  return { ...counts, [key]: (counts[key] ?? 0) + 1 };
}

export function foldLedger(events: Iterable<LedgerEvent>): RunState {
  const fold = new RunFold();
  for (const event of events) fold.apply(event);
  return fold;
}

/** Whether a target may be taken at all; whether it is due is a question of retry rules. */
export function mayClaim(state: TargetState | undefined): state is TargetState {
  if (state === undefined || state.open !== undefined || state.skipped !== undefined) return false;
  return state.last === undefined || state.last.outcome === "no-verdict";
}

export function summaryOf(attempt: Attempt, at: string): AttemptSummary {
  const { id, verdict, end, seconds, steps, usage, dollars } = attempt;
  return {
    attempt: id,
    at,
    outcome: verdict.outcome,
    ...(verdict.cause === undefined ? {} : { cause: verdict.cause }),
    end,
    seconds,
    steps,
    usage,
    ...(dollars === undefined ? {} : { dollars }),
  };
}

function isSame(target: Target, other: Target | undefined): boolean {
  return other !== undefined && keyOf(target) === keyOf(other);
}

function keyOf({ instance, solver, number }: Target): string {
  return `${instance}\n${solver}\n${number}`;
}
