import type { Clock } from "../base/clock.ts";

/** Where nothing is known of a service: what gateways of a small team bear. */
const FIRST_LIMIT = 8;
const DECREASE = 3 / 4;
/** Until the first refusal the limit doubles with each clean round, as TCP starts; then a refusal may undo one doubling. */
const FIRST_GROWTH = 2;
/** Clean rounds below the ceiling before one call more is tried; doubled by each failure, so that refusals stay rare. */
const ROUNDS_BEFORE_PROBE = 32;
const MOST_ROUNDS_BEFORE_PROBE = 256;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** One call that was let through, as the limit remembers it. */
export interface Ticket {
  /** Calls under way with it, itself included, when it went. */
  readonly level: number;
  readonly epoch: number;
}

/**
 * How many calls a service bears at a time, learnt from its refusals. Congestion control as in TCP (additive increase, multiplicative
 * decrease; Chiu and Jain 1989), with two things that a service allows and a network does not: the level at which a call was refused
 * is known, so that the limit falls to just below it (by a quarter in one round at most); and that level is kept as a ceiling, which
 * is touched again only seldom. So the limit stands still at what the service bears, in place of a saw's teeth.
 *
 * Pure: no timers. Time comes from the clock.
 */
export class AdaptiveLimit {
  readonly #clock: Clock;
  #limit = FIRST_LIMIT;
  #cap: number;
  #underWay = 0;
  /** A round ends with each decrease: refusals of calls that went before it say nothing about what came of it. */
  #epoch = 0;
  /** What the refusals of one round may bring the limit down to. */
  #floor = 1;
  #isFresh = true;
  #ceiling: number | undefined;
  #clean = 0;
  #isUsed = false;
  #cleanRounds = 0;
  #roundsBeforeProbe = ROUNDS_BEFORE_PROBE;
  #overloadsInRow = 0;
  #pausedUntil = 0;

  constructor(clock: Clock, cap: number = Infinity) {
    this.#clock = clock;
    this.#cap = cap;
  }

  /** Calls that may be under way. */
  get limit(): number {
    return Math.min(this.#limit, this.#cap);
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Milliseconds until calls may go again; 0 when they may. */
  get pauseMs(): number {
    return Math.max(0, this.#pausedUntil - this.#clock.elapsed());
  }

  /** A person's word: what is learnt stays below it. */
  setCap(cap: number): void {
    this.#cap = cap;
  }

  hasRoom(): boolean {
    return this.#underWay < this.limit && this.pauseMs === 0;
  }

  /** One call goes. Ask `hasRoom` first. */
  enter(): Ticket {
    const level = ++this.#underWay;
    this.#isUsed ||= level >= this.limit;
    return { level, epoch: this.#epoch };
  }

  /** One that is under way already, let through by a governor that is gone: the service bears as many. */
  adopt(): Ticket {
    const level = ++this.#underWay;
    this.#limit = Math.max(this.#limit, level);
    return { level, epoch: this.#epoch };
  }

  /** A call came to its end with neither praise nor blame. */
  leave(): void {
    this.#underWay--;
  }

  /** The service answered. */
  answered({ epoch }: Ticket): void {
    this.leave();
    if (epoch !== this.#epoch || ++this.#clean < this.limit) return;
    this.#overloadsInRow = 0;
    // A limit that nobody ran into is not known to be borne.
    if (this.#isUsed) this.#grow();
    this.#clean = 0;
    this.#isUsed = this.#underWay >= this.limit;
  }

  /** The service had no room; it asked for `retryAfterMs`, or for nothing. */
  overloaded({ level, epoch }: Ticket, retryAfterMs?: number): void {
    this.leave();
    const isFirst = epoch === this.#epoch;
    if (isFirst) this.#beginDecrease();
    // Those that went with it are refused with it, and tell how far it is too much.
    if (epoch === this.#epoch - 1) this.#lower(level);
    this.#pause(retryAfterMs, isFirst);
  }

  #grow(): void {
    this.#cleanRounds++;
    if (this.#ceiling !== undefined && this.#limit >= this.#ceiling) {
      // The probe was borne: the service has more room than before.
      this.#ceiling = undefined;
      this.#roundsBeforeProbe = ROUNDS_BEFORE_PROBE;
    }
    if (this.#limit >= this.#cap) return;
    if (this.#ceiling === undefined || this.#limit < this.#ceiling - 1) {
      this.#limit = this.#isFresh ? this.#limit * FIRST_GROWTH : this.#limit + 1;
      this.#cleanRounds = 0;
    } else if (this.#cleanRounds >= this.#roundsBeforeProbe) {
      this.#limit = this.#ceiling;
      this.#cleanRounds = 0;
    }
  }

  #beginDecrease(): void {
    this.#epoch++;
    this.#overloadsInRow++;
    const limit = this.limit;
    this.#floor = Math.max(1, Math.floor(this.#isFresh ? limit / FIRST_GROWTH : limit * DECREASE));
    if (this.#ceiling !== undefined && limit >= this.#ceiling)
      this.#roundsBeforeProbe = Math.min(MOST_ROUNDS_BEFORE_PROBE, this.#roundsBeforeProbe * 2);
    this.#isFresh = false;
    this.#ceiling = limit;
    this.#clean = 0;
    this.#cleanRounds = 0;
    this.#isUsed = false;
  }

  #lower(level: number): void {
    this.#limit = Math.max(this.#floor, Math.min(this.limit, level - 1));
    this.#ceiling = this.#limit + 1;
  }

  /** What the service asks for, or a time that grows from round to round while it asks for nothing. */
  #pause(retryAfterMs: number | undefined, isFirst: boolean): void {
    if (retryAfterMs === undefined && !isFirst) return;
    const growing = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#overloadsInRow - 1));
    const until = this.#clock.elapsed() + (retryAfterMs ?? growing);
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }
}
