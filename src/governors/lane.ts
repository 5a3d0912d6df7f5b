import type { TimedClock } from "../base/clock.ts";
import type { EndpointHealth, EndpointLimits } from "../governor.ts";
import { AdaptiveLimit, type Ticket } from "./adaptive.ts";
import { TokenBucket } from "./bucket.ts";
import { budgetSpent, type GateCall, type GateEnd } from "./gate.ts";
import { FairQueue } from "./queue.ts";
import { dayOf, type Entry, type SpendBook } from "./spend-book.ts";

interface Waiting {
  readonly call: GateCall;
  /** The day on which it went, and its ticket. */
  go(passage: Passage): void;
  refuse(error: unknown): void;
}

/** One call on its way. */
export interface Passage {
  readonly call: GateCall;
  readonly entry: Entry;
  readonly ticket: Ticket;
}

/** The way to one endpoint: a limit that is learnt, buckets, the day's account, and those who wait. */
export class Lane {
  readonly endpoint: string;
  readonly #clock: TimedClock;
  readonly #book: SpendBook;
  readonly #adaptive: AdaptiveLimit;
  readonly #requests: TokenBucket;
  readonly #tokens: TokenBucket;
  readonly #queue = new FairQueue<Waiting>();
  readonly #counts = { answered: 0, overloaded: 0, failed: 0, tokens: 0, dollars: 0 };
  #limits: EndpointLimits = {};
  #callOff: (() => void) | undefined;

  constructor(endpoint: string, clock: TimedClock, book: SpendBook) {
    this.endpoint = endpoint;
    this.#clock = clock;
    this.#book = book;
    this.#adaptive = new AdaptiveLimit(clock);
    this.#requests = new TokenBucket(clock);
    this.#tokens = new TokenBucket(clock);
  }

  enter(call: GateCall, signal?: AbortSignal): Promise<Passage> {
    return new Promise<Passage>((resolve, reject) => {
      signal?.throwIfAborted();
      const giveUp = () => {
        if (!this.#queue.remove(call.run, waiting)) return;
        reject(signal?.reason);
        this.#pump();
      };
      const done = () => signal?.removeEventListener("abort", giveUp);
      const waiting: Waiting = {
        call,
        go(passage) {
          done();
          resolve(passage);
        },
        refuse(error) {
          done();
          reject(error);
        },
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      this.#queue.push(call.run, waiting);
      this.#pump();
    });
  }

  /** One that is under way already, let through by a governor that is gone. */
  adopt(call: GateCall, day: string): Passage {
    const entry = { ...this.#entryOf(call), day };
    this.#book.adopt(entry);
    this.#queue.began(call.run);
    return { call, entry, ticket: this.#adaptive.adopt() };
  }

  leave({ call, entry, ticket }: Passage, { kind, spent, retryAfterMs }: GateEnd): void {
    if (kind === "answered") this.#adaptive.answered(ticket);
    else if (kind === "overloaded") this.#adaptive.overloaded(ticket, retryAfterMs);
    else this.#adaptive.leave();
    if (kind !== "unsent") this.#counts[kind]++;
    this.#counts.tokens += spent.tokens;
    this.#counts.dollars += spent.dollars;
    this.#queue.ended(call.run);
    this.#tokens.giveBack(call.reserved.tokens - spent.tokens);
    if (kind === "unsent") this.#requests.giveBack(1);
    try {
      this.#book.settle(entry, spent);
    } finally {
      this.#pump();
    }
  }

  adjust(limits: EndpointLimits): void {
    this.#limits = limits;
    this.#adaptive.setCap(limits.concurrency ?? Infinity);
    this.#requests.setRate(limits.requestsPerMinute ?? Infinity);
    this.#tokens.setRate(limits.tokensPerMinute ?? Infinity);
    this.#pump();
  }

  get limits(): EndpointLimits {
    return this.#limits;
  }

  health(): EndpointHealth {
    const pause = this.#adaptive.pauseMs;
    const until = new Date(this.#clock.now().getTime() + pause).toISOString();
    return {
      endpoint: this.endpoint,
      limit: this.#adaptive.limit,
      underWay: this.#adaptive.underWay,
      waiting: this.#queue.length,
      ...(pause === 0 ? {} : { pausedUntil: until, pausedBecause: "the service had no room" }),
      ...this.#counts,
      today: this.#book.account(this.#today(), this.endpoint).spent,
      limits: this.#limits,
    };
  }

  /** Lets go who may, and sees to it that it is asked again when time alone changes the answer. */
  #pump(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    while (this.#adaptive.hasRoom()) {
      const next = this.#next();
      if (next === undefined) return;
      const { tokens } = next.call.reserved;
      const wait = Math.max(this.#requests.waitMs(1), this.#tokens.waitMs(tokens));
      if (wait > 0) return this.#wakeAfter(wait);
      this.#letGo(next);
    }
    const { pauseMs } = this.#adaptive;
    if (pauseMs > 0 && this.#queue.length > 0) this.#wakeAfter(pauseMs);
  }

  #wakeAfter(milliseconds: number): void {
    this.#callOff = this.#clock.after(milliseconds, () => this.#pump());
  }

  #next(): Waiting | undefined {
    const account = this.#book.account(this.#today(), this.endpoint);
    for (let refused = true; refused;) {
      refused = false;
      for (const waiting of this.#queue.heads()) {
        const { call } = waiting;
        const standing = account.standing(call.caps);
        if (standing === "go") return waiting;
        if (standing === "wait") continue;
        refused = this.#queue.remove(call.run, waiting);
        waiting.refuse(budgetSpent("day", standing.spent, account.spent, call.caps));
      }
    }
    return undefined;
  }

  #letGo(waiting: Waiting): void {
    const { call } = waiting;
    this.#queue.remove(call.run, waiting);
    const entry = this.#entryOf(call);
    try {
      this.#book.reserve(entry, this.#clock.now());
    } catch (error) {
      return waiting.refuse(error);
    }
    this.#requests.take(1);
    this.#tokens.take(call.reserved.tokens);
    this.#queue.began(call.run);
    waiting.go({ call, entry, ticket: this.#adaptive.enter() });
  }

  #entryOf({ id, endpoint, reserved }: GateCall): Entry {
    return { id, endpoint, reserved, day: this.#today() };
  }

  #today(): string {
    return dayOf(this.#clock.now());
  }
}
