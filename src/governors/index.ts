import { randomUUID } from "node:crypto";
import { systemTimer, type TimedClock } from "../base/clock.ts";
import { BudgetError } from "../base/errors.ts";
import { silentLog, type Log } from "../base/log.ts";
import type {
  Amount,
  Budgets,
  CallEnd,
  CallEstimate,
  EndpointHealth,
  EndpointLimits,
  Governor,
  Permit,
} from "../governor.ts";
import type { Usage } from "../model.ts";
import { RunBudgets, type Reservation } from "./budgets.ts";
import { budgetSpent, type Gate } from "./gate.ts";
import { Account, NOTHING } from "./account.ts";
import { usedBy } from "./call-size.ts";
import { LocalGate } from "./local.ts";
import { governorPlaces, type GovernorPlaces } from "./places.ts";
import { dollarsOf, isFree, type PriceTable } from "./prices.ts";
import { SharedGate } from "./shared.ts";

export interface GovernorOptions {
  readonly budgets?: Budgets;
  /** By model. A cap of dollars needs the price of each. */
  readonly prices?: PriceTable;
  /** Of each endpoint that is called; what was set before for the machine holds where nothing is said. */
  readonly limits?: EndpointLimits;
  /** What each run has spent before, by its folder. */
  readonly spent?: ReadonlyMap<string, Amount>;
  readonly clock?: TimedClock;
  readonly log?: Log;
  /** With the other runs of this user on this machine, or for this process alone; `machine` when left out. */
  readonly sharing?: "machine" | "process";
  readonly places?: GovernorPlaces;
}

/** A governor, for the runs of this process; its throughput and its days are those of the machine. */
export function createGovernor(options: GovernorOptions = {}): Governor & { readonly gate: Gate } {
  const { clock = systemTimer, log = silentLog, sharing = "machine", places = governorPlaces() } = options;
  const gate =
    sharing === "machine" ? new SharedGate(places, clock, log) : new LocalGate(clock, places.spend);
  return new RunGovernor(options, gate, log);
}

class RunGovernor implements Governor {
  readonly gate: Gate;
  readonly #options: GovernorOptions;
  readonly #log: Log;
  readonly #accounts: RunBudgets;
  /** Like no other process's, whatever its number. */
  readonly #id = randomUUID();
  readonly #limitsSet = new Map<string, Promise<void>>();
  readonly #free = new Set<string>();
  #calls = 0;

  constructor(options: GovernorOptions, gate: Gate, log: Log) {
    this.gate = gate;
    this.#options = options;
    this.#log = log;
    this.#accounts = new RunBudgets(options.budgets ?? {}, options.spent);
  }

  async admit(call: CallEstimate, signal?: AbortSignal): Promise<Permit> {
    const reserved = this.#amountOf(call.model, call);
    await this.#setLimits(call.endpoint);
    const reservation = await this.#accounts.reserve(call.run, call.attempt, reserved, signal);
    const id = `${this.#id}.${++this.#calls}`;
    const { endpoint, run } = call;
    const caps = this.#options.budgets?.day ?? {};
    try {
      await this.gate.admit({ id, endpoint, run, reserved, caps }, signal);
    } catch (error) {
      reservation.settle(NOTHING);
      throw error;
    }
    const permit = this.#permit(id, call, reservation);
    if (signal?.aborted !== true) return permit;
    await permit.settle({ kind: "unsent" });
    throw signal.reason;
  }

  async ready({ endpoint, model, run }: Parameters<Governor["ready"]>[0]): Promise<void> {
    this.#amountOf(model, {});
    this.#accounts.check(run);
    const { day } = this.#options.budgets ?? {};
    if (day === undefined) return;
    const spent = await this.gate.today(endpoint);
    const standing = new Account(spent).standing(day);
    if (typeof standing === "object") throw budgetSpent("day", standing.spent, spent, day);
  }

  health(): Promise<readonly EndpointHealth[]> {
    return this.gate.health();
  }

  adjust(endpoint: string, limits: EndpointLimits): Promise<void> {
    const set = this.gate.adjust(endpoint, limits);
    this.#limitsSet.set(endpoint, set);
    return set;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gate[Symbol.asyncDispose]();
  }

  #permit(id: string, call: CallEstimate, reservation: Reservation): Permit {
    let settled: Promise<void> | undefined;
    const settle = async (end: CallEnd) => {
      const spent = this.#amountOf(call.model, usedBy(call, end));
      reservation.settle(spent);
      const retryAfterMs = end.kind === "overloaded" ? end.retryAfterMs : undefined;
      await this.gate.settle(id, { kind: end.kind, spent, retryAfterMs });
    };
    return { settle: (end) => (settled ??= settle(end)) };
  }

  /** @throws BudgetError `price-unknown` where a cap needs it. */
  #amountOf(model: string, usage: Usage): Amount {
    const tokens = (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
    const price = this.#options.prices?.get(model);
    const { attempt, run, day } = this.#options.budgets ?? {};
    const isCapped = [attempt, run, day].some((caps) => caps?.dollars !== undefined);
    if (price === undefined && isCapped) throw priceUnknown(model);
    if (price !== undefined && isCapped && isFree(price)) this.#warnOfFree(model);
    return { tokens, dollars: price === undefined ? 0 : dollarsOf(price, usage) };
  }

  #warnOfFree(model: string): void {
    if (this.#free.has(model)) return;
    this.#free.add(model);
    this.#log.warn(`all prices of ${model} are zero: a cap of dollars will never be reached`);
  }

  /** As this run wants them; what was set since by a person stays. */
  async #setLimits(endpoint: string): Promise<void> {
    const { limits = {} } = this.#options;
    if (Object.keys(limits).length === 0) return;
    await (this.#limitsSet.get(endpoint) ?? this.adjust(endpoint, limits));
  }
}

function priceUnknown(model: string): BudgetError {
  return new BudgetError({
    code: "price-unknown",
    message: `There is a cap of dollars, and the price of ${model} is not known`,
    hint: `Add --price ${model}=INPUT,OUTPUT (US dollars for a million tokens; 0,0 where it costs nothing), or leave the cap out.`,
    fields: { model },
  });
}
