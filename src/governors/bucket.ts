import type { Clock } from "../base/clock.ts";

/** Seconds' worth of what a minute gives that may go at once. */
const BURST_SECONDS = 10;

/**
 * So many a minute, and a burst of ten seconds' worth at once. What is larger than the burst goes when the bucket is full and leaves a
 * debt, so that nothing waits forever.
 */
export class TokenBucket {
  readonly #clock: Clock;
  #perMinute: number;
  #level: number;
  #at: number;

  constructor(clock: Clock, perMinute: number = Infinity) {
    this.#clock = clock;
    this.#perMinute = perMinute;
    this.#level = this.#burst;
    this.#at = clock.elapsed();
  }

  get #burst(): number {
    return Math.max(1, (this.#perMinute * BURST_SECONDS) / 60);
  }

  /** From now on; what is in the bucket stays, up to the new burst. */
  setRate(perMinute: number): void {
    this.#fill();
    const wasUnlimited = this.#perMinute === Infinity;
    this.#perMinute = perMinute;
    this.#level = wasUnlimited ? this.#burst : Math.min(this.#level, this.#burst);
  }

  /** Milliseconds until so many may go; 0 when they may now. */
  waitMs(amount: number): number {
    if (this.#perMinute === Infinity) return 0;
    this.#fill();
    const missing = Math.min(amount, this.#burst) - this.#level;
    return missing <= 0 ? 0 : Math.ceil((missing / this.#perMinute) * 60_000);
  }

  take(amount: number): void {
    this.#fill();
    this.#level -= amount;
  }

  /** Puts back what was taken and not used; a negative amount takes what was used beyond it. */
  giveBack(amount: number): void {
    this.#fill();
    this.#level = Math.min(this.#burst, this.#level + amount);
  }

  #fill(): void {
    const now = this.#clock.elapsed();
    const filled = this.#level + ((now - this.#at) / 60_000) * this.#perMinute;
    this.#at = now;
    this.#level = this.#perMinute === Infinity ? Infinity : Math.min(this.#burst, filled);
  }
}
