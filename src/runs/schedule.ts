import type { AttemptSummary, RunConfig, RunState, Target, TargetState } from "../run.ts";
import { Heap } from "./heap.ts";
import { createLane, headOf, isWaiting, type Entry, type Group, type Lane } from "./lanes.ts";
import { Outages } from "./outages.ts";
import { ruleFor, waitAfter, type RetryRule, type Wait } from "./retry-rules.ts";
import { Rounds } from "./yield.ts";

export interface SchedulePlan {
  readonly config: Pick<RunConfig, "solvers" | "until_solved">;
  readonly rules: readonly RetryRule[];
  /** See `Rounds`; never when left out. */
  readonly minYield?: number;
}

/** Two clocks: the ledger's, which may jump, and one of this process, which does not (milliseconds). */
export interface Now {
  readonly wall: Date;
  readonly elapsed: number;
}

export type Step =
  | { readonly kind: "begin"; readonly target: Target }
  /** Nothing is due before then (`elapsed`), or before an attempt under way ends. */
  | { readonly kind: "wait"; readonly until: number }
  /** Only the end of an attempt under way can make something due. */
  | { readonly kind: "busy" }
  | { readonly kind: "done" };

export interface Skip {
  readonly target: string;
  readonly reason: "solved-already" | "yield-too-low";
}

/** Why a fault ends the run, or all that is left to do at one endpoint or with one model. */
export interface Stop {
  readonly rule: RetryRule;
  /** The endpoint or model that is given up alone, since targets of others are left: those go on. */
  readonly alone?: string;
}

export interface End extends Pick<AttemptSummary, "outcome" | "cause" | "steps"> {
  /** What `isOutage` said; false when left out. */
  readonly outage?: boolean;
}

/** A target that has not ended, as it is found. */
type Owed = Pick<Entry, "lane" | "group"> & { readonly state: TargetState; readonly index: number };

/**
 * What to do next: the first attempts of all instances before the second ones, solvers in the order of the configuration. It knows no
 * files and no time but what it is told, and finds the next target without looking at all of them.
 */
export class Schedule {
  readonly #plan: SchedulePlan;
  readonly #entries = new Map<string, Entry>();
  readonly #order: readonly Entry[];
  readonly #lanes: readonly Lane[];
  readonly #delayed = new Heap<Entry>((a, b) => a.due < b.due || (a.due === b.due && a.rank < b.rank));
  readonly #rounds: Rounds;
  readonly #outages = new Outages();
  /** Models that no attempt can work with. */
  readonly #refused = new Set<string>();
  readonly #underWay = new Map<string, number>();
  #running = 0;
  #left = 0;
  #skips: Skip[] = [];

  constructor(state: RunState, plan: SchedulePlan, now: Now) {
    this.#plan = plan;
    this.#rounds = new Rounds(plan.minYield ?? 0);
    const { solvers } = plan.config;
    const lanes = new Map(solvers.map(({ name, model }, index) => [name, createLane(model, index)]));
    this.#lanes = [...lanes.values()];
    const owed = this.#lookAt(state, lanes).sort(inOrder);
    const entered = owed.map((one, rank) => [this.#enter(one, rank), one.state] as const);
    this.#order = entered.map(([entry]) => entry);
    for (const [entry, target] of entered) this.#resume(entry, target, now);
    for (const round of this.#rounds.all()) this.#judge(round);
  }

  /** Targets that have not come to their end. */
  get left(): number {
    return this.#left;
  }

  next(now: number): Step {
    for (let entry = this.#delayed.peek(); entry !== undefined; entry = this.#delayed.peek()) {
      // What waits for an endpoint that was given up holds nothing up.
      if (entry.place === "delayed" && entry.due > now && this.#goesOn(entry)) break;
      this.#delayed.pop();
      if (entry.place === "delayed") this.#makeReady(entry);
    }
    const entry = this.#take("ready", now) ?? this.#take("held", now);
    if (entry !== undefined) return this.#begin(entry);
    const until = Math.min(this.#delayed.peek()?.due ?? Infinity, this.#nextOpening(now));
    if (until < Infinity) return { kind: "wait", until };
    return this.#running > 0 ? { kind: "busy" } : { kind: "done" };
  }

  /**
   * Whether a fault is its endpoint's, which is away, and not the attempt's: then it is entered as an interruption, so that it is no try
   * in the ledger either. To be asked once, before `finished`, which is told the answer.
   */
  isOutage(id: string, cause: string | undefined): boolean {
    const entry = this.#entries.get(id);
    const rule = ruleFor(cause ?? "", this.#plan.rules);
    if (entry?.lane.endpoint === undefined || rule.action !== "retry" || rule.outage === undefined)
      return false;
    return this.#outages.broke(entry.lane.endpoint, id, rule.outage.targets);
  }

  /** An attempt ended. Says why the run must stop, where it must. */
  finished(id: string, end: End, now: number): Stop | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    this.#leave(entry);
    if (end.outcome !== "no-verdict") {
      if (entry.lane.endpoint !== undefined && end.steps > 0) this.#outages.answered(entry.lane.endpoint);
      this.#end(entry, end.outcome === "solved");
      return undefined;
    }
    return this.#fault(entry, end, now);
  }

  /** An attempt came to no end: its target is owed again. */
  interrupted(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#leave(entry);
    this.#makeReady(entry);
  }

  /** A target that is another's, or gone. */
  forget(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (entry.place === "running") this.#leave(entry);
    this.#end(entry, undefined);
  }

  /** What is not needed any more since the last call. */
  takeSkips(): readonly Skip[] {
    const skips = this.#skips;
    this.#skips = [];
    return skips;
  }

  /** One look at each target. What has ended says what of the rest is needed, and is not kept: it may be most of 100,000. */
  #lookAt(state: RunState, lanes: ReadonlyMap<string, Lane>): Owed[] {
    const owed: Owed[] = [];
    const groups = new Map<string, Group>();
    const wins = new Map<Group, Win>();
    for (const target of state.targets.values()) {
      const { instance, solver, number } = target.target;
      const lane = lanes.get(solver);
      if (lane === undefined) continue;
      if (lane.endpoint !== undefined && (target.last?.steps ?? 0) > 0) this.#outages.know(lane.endpoint);
      let group = groups.get(instance);
      if (group === undefined) groups.set(instance, (group = { entries: [], running: 0, solved: false }));
      this.#rounds.open(number);
      const end = this.#endOf(target);
      if (end === undefined) {
        owed.push({ state: target, lane, group, index: owed.length });
        continue;
      }
      this.#rounds.close(number, end === "no-verdict" ? undefined : false);
      if (end === "solved" && isEarlier({ number, lane }, wins.get(group))) wins.set(group, { number, lane });
    }
    for (const [group, { number }] of wins) {
      group.solved = true;
      this.#rounds.win(number);
    }
    return owed;
  }

  #enter({ state: { target }, lane, group }: Owed, rank: number): Entry {
    const entry: Entry = { target, lane, group, rank, place: "new", faults: 0, due: 0 };
    group.entries.push(entry);
    this.#entries.set(target.id, entry);
    this.#left++;
    return entry;
  }

  /** How a target ended that is no more to be done here; undefined where it is. */
  #endOf(state: TargetState): AttemptSummary["outcome"] | undefined {
    const { last, skipped, open } = state;
    if (skipped !== undefined || open !== undefined) return "no-verdict";
    if (last === undefined || last.outcome !== "no-verdict") return last?.outcome;
    const rule = ruleFor(last.cause ?? "", this.#plan.rules);
    const givenUp =
      rule.action === "give-up" || (rule.action === "retry" && this.#triesUsed(state) >= rule.tries);
    return givenUp ? "no-verdict" : undefined;
  }

  /** Where a target that has not ended stands by what the ledger says of it. */
  #resume(entry: Entry, state: TargetState, now: Now): void {
    if (this.#isSpared(entry)) return;
    const { last } = state;
    entry.faults = this.#triesUsed(state);
    const rule = ruleFor(last?.cause ?? "", this.#plan.rules);
    if (last === undefined || rule.action !== "retry") return this.#makeReady(entry);
    // A clock that was set back must not make it wait longer than the rule says.
    const ago = Math.max(0, now.wall.getTime() - Date.parse(last.at));
    this.#delay(entry, now.elapsed + Math.max(0, waitAfter(entry.faults, rule.backoff) - ago));
  }

  /** Faults that were waited for, or that stopped the run, are none of the target's. */
  #triesUsed({ faults = {} }: TargetState): number {
    const used = Object.entries(faults).filter(
      ([cause]) => ruleFor(cause, this.#plan.rules).action === "retry",
    );
    return used.reduce((sum, [, count]) => sum + count, 0);
  }

  #isSpared(entry: Entry): boolean {
    if (!this.#plan.config.until_solved || !entry.group.solved) return false;
    this.#skip(entry, "solved-already");
    return true;
  }

  #fault(entry: Entry, { cause = "", steps, outage = false }: End, now: number): Stop | undefined {
    const { endpoint } = entry.lane;
    if (endpoint !== undefined && steps > 0) this.#outages.know(endpoint);
    const rule = ruleFor(cause, this.#plan.rules);
    switch (rule.action) {
      case "retry":
        if (outage && rule.outage !== undefined) return this.#wait(entry, rule, rule.outage, now);
        if (++entry.faults >= rule.tries) this.#end(entry, undefined);
        else this.#delay(entry, now + waitAfter(entry.faults, rule.backoff));
        return undefined;
      case "give-up":
        this.#end(entry, undefined);
        return undefined;
      case "wait":
        return this.#wait(entry, rule, rule, now);
      case "stop-model":
        this.#makeReady(entry);
        if (entry.lane.model === undefined) return { rule };
        this.#refused.add(entry.lane.model);
        return this.#stopOf(rule, entry.lane.model);
      case "stop-run":
        this.#makeReady(entry);
        return { rule };
    }
  }

  /** Until the endpoint is back, or it is too long. */
  #wait(entry: Entry, rule: RetryRule, wait: Wait, now: number): Stop | undefined {
    const { endpoint } = entry.lane;
    this.#makeReady(entry);
    if (endpoint === undefined) return { rule };
    if (this.#outages.failed(endpoint, wait, now)) return undefined;
    this.#outages.giveUp(endpoint);
    return this.#stopOf(rule, endpoint);
  }

  #stopOf(rule: RetryRule, alone: string): Stop {
    return this.#order.some((other) => this.#goesOn(other)) ? { rule, alone } : { rule };
  }

  #goesOn({ place, lane: { endpoint, model } }: Entry): boolean {
    if (place === "ended" || (model !== undefined && this.#refused.has(model))) return false;
    return endpoint === undefined || !this.#outages.isGivenUp(endpoint);
  }

  #begin(entry: Entry): Step {
    entry.place = "running";
    entry.group.running++;
    this.#running++;
    this.#countUnderWay(entry, 1);
    return { kind: "begin", target: entry.target };
  }

  #leave(entry: Entry): void {
    entry.group.running--;
    this.#running--;
    this.#countUnderWay(entry, -1);
    if (entry.group.running > 0) return;
    for (const other of entry.group.entries) if (other.place === "held") this.#makeReady(other);
  }

  #countUnderWay({ lane: { endpoint } }: Entry, change: number): void {
    if (endpoint !== undefined) this.#underWay.set(endpoint, (this.#underWay.get(endpoint) ?? 0) + change);
  }

  /** The first of all lanes that may be begun now. What would be a second attempt at an instance under way is held back. */
  #take(from: "ready" | "held", now: number): Entry | undefined {
    for (;;) {
      const heads = this.#lanes
        .filter((lane) => this.#isOpen(lane, now))
        .flatMap((lane) => headOf(lane, from) ?? []);
      const [first] = heads.sort((a, b) => a.rank - b.rank);
      if (first === undefined) return undefined;
      first.lane[from].pop();
      const hold = from === "ready" && this.#plan.config.until_solved === true && first.group.running > 0;
      if (!hold) return first;
      first.place = "held";
      first.lane.held.push(first);
    }
  }

  #isOpen({ endpoint, model }: Lane, now: number): boolean {
    if (model !== undefined && this.#refused.has(model)) return false;
    if (endpoint === undefined || !this.#outages.isAway(endpoint)) return true;
    return this.#outages.opensAt(endpoint) <= now && (this.#underWay.get(endpoint) ?? 0) === 0;
  }

  /** When an endpoint that is away is looked at again, where something waits for it. */
  #nextOpening(now: number): number {
    const times = this.#lanes.flatMap((lane) => {
      const waiting = headOf(lane, "ready") ?? headOf(lane, "held");
      if (waiting === undefined || lane.endpoint === undefined || !this.#goesOn(waiting)) return [];
      return [this.#outages.opensAt(lane.endpoint)];
    });
    return Math.min(Infinity, ...times.filter((time) => time > now));
  }

  #makeReady(entry: Entry): void {
    entry.place = "ready";
    entry.lane.ready.push(entry);
  }

  #delay(entry: Entry, due: number): void {
    entry.place = "delayed";
    entry.due = due;
    this.#delayed.push(entry);
  }

  #skip(entry: Entry, reason: Skip["reason"]): void {
    this.#skips.push({ target: entry.target.id, reason });
    this.#end(entry, undefined);
  }

  /** `solved` is undefined where there is no verdict. */
  #end(entry: Entry, solved: boolean | undefined): void {
    if (entry.place === "ended") return;
    const { group, target } = entry;
    const won = solved === true && !group.solved;
    entry.place = "ended";
    this.#left--;
    if (solved === true) group.solved = true;
    this.#rounds.close(target.number, solved === undefined ? undefined : won);
    if (won && this.#plan.config.until_solved === true) this.#spare(group);
    this.#judge(target.number);
  }

  #spare(group: Group): void {
    for (const entry of group.entries) if (isWaiting(entry)) this.#skip(entry, "solved-already");
  }

  #judge(round: number): void {
    if (!this.#rounds.isPoor(round)) return;
    for (const entry of this.#order)
      if (entry.target.number > round && isWaiting(entry)) this.#skip(entry, "yield-too-low");
  }
}

/** The first attempts of all instances before the second ones. */
function inOrder(a: Owed, b: Owed): number {
  return a.state.target.number - b.state.target.number || a.lane.index - b.lane.index || a.index - b.index;
}

/** The attempt that solved an instance first. */
type Win = Pick<Owed, "lane"> & { readonly number: number };

function isEarlier({ number, lane }: Win, other: Win | undefined): boolean {
  if (other === undefined || number < other.number) return true;
  return number === other.number && lane.index < other.lane.index;
}
