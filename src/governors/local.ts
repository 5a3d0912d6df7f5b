import type { TimedClock } from "../base/clock.ts";
import type { Amount, EndpointHealth, EndpointLimits } from "../governor.ts";
import type { Gate, GateCall, GateEnd } from "./gate.ts";
import { Lane, type Passage } from "./lane.ts";
import { dayOf, SpendBook } from "./spend-book.ts";

/** A gate within this process: for itself alone, or for all that are connected to it. */
export class LocalGate implements Gate {
  readonly #clock: TimedClock;
  readonly #book: SpendBook;
  readonly #lanes = new Map<string, Lane>();
  readonly #passages = new Map<string, { readonly lane: Lane; readonly passage: Passage }>();

  /** @param spendFolder where days are kept; nowhere when left out. */
  constructor(clock: TimedClock, spendFolder?: string) {
    this.#clock = clock;
    this.#book = new SpendBook(spendFolder);
  }

  async admit(call: GateCall, signal?: AbortSignal): Promise<string> {
    const lane = this.#lane(call.endpoint);
    const passage = await lane.enter(call, signal);
    this.#passages.set(call.id, { lane, passage });
    return passage.entry.day;
  }

  async settle(id: string, end: GateEnd): Promise<void> {
    const found = this.#passages.get(id);
    if (!this.#passages.delete(id)) return;
    found?.lane.leave(found.passage, end);
  }

  /** Whoever had it under way is gone: it has room again, and what it may have cost is spent. */
  async takeBack(id: string): Promise<void> {
    const reserved = this.#passages.get(id)?.passage.call.reserved;
    if (reserved !== undefined) await this.settle(id, { kind: "failed", spent: reserved });
  }

  /** What a governor that is gone let through, and when (ISO 8601 day). */
  adopt(call: GateCall, day: string): void {
    const lane = this.#lane(call.endpoint);
    if (!this.#passages.has(call.id)) this.#passages.set(call.id, { lane, passage: lane.adopt(call, day) });
  }

  async adjust(endpoint: string, limits: EndpointLimits): Promise<void> {
    this.#lane(endpoint).adjust(limits);
  }

  limitsOf(endpoint: string): EndpointLimits {
    return this.#lane(endpoint).limits;
  }

  async health(): Promise<readonly EndpointHealth[]> {
    return [...this.#lanes.values()].map((lane) => lane.health());
  }

  async today(endpoint: string): Promise<Amount> {
    return this.#book.account(dayOf(this.#clock.now()), endpoint).spent;
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #lane(endpoint: string): Lane {
    let lane = this.#lanes.get(endpoint);
    if (lane === undefined) this.#lanes.set(endpoint, (lane = new Lane(endpoint, this.#clock, this.#book)));
    return lane;
  }
}
