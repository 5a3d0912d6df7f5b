import { waitAfter, type Wait } from "./retry-rules.ts";

interface Outage {
  readonly since: number;
  readonly failures: number;
  /** No attempt before. */
  readonly until: number;
}

/** Which endpoints are away, and when to look again. All times are milliseconds of `Clock.elapsed`. */
export class Outages {
  /** Those that answered this run before. */
  readonly #known = new Set<string>();
  readonly #outages = new Map<string, Outage>();
  readonly #givenUp = new Set<string>();
  /** Targets whose attempts failed one after the other. */
  readonly #streaks = new Map<string, Set<string>>();

  /** From when on attempts may be begun; while an endpoint is away, one at a time. */
  opensAt(endpoint: string): number {
    if (this.#givenUp.has(endpoint)) return Infinity;
    return this.#outages.get(endpoint)?.until ?? -Infinity;
  }

  isAway(endpoint: string): boolean {
    return this.#outages.has(endpoint) || this.isGivenUp(endpoint);
  }

  /** Nothing is begun there any more. An attempt under way may still have an answer, which takes it back. */
  isGivenUp(endpoint: string): boolean {
    return this.#givenUp.has(endpoint);
  }

  giveUp(endpoint: string): void {
    this.#givenUp.add(endpoint);
  }

  /** An attempt had an answer, whatever came after it. */
  know(endpoint: string): void {
    this.#known.add(endpoint);
  }

  answered(endpoint: string): void {
    this.#known.add(endpoint);
    this.#outages.delete(endpoint);
    this.#givenUp.delete(endpoint);
    this.#streaks.delete(endpoint);
  }

  /** An attempt broke on it. True when it is away, or so many targets in a row say that it is. */
  broke(endpoint: string, target: string, targets: number): boolean {
    const streak = this.#streaks.get(endpoint) ?? new Set();
    this.#streaks.set(endpoint, streak.add(target));
    return this.isAway(endpoint) || streak.size >= targets;
  }

  /** An attempt could not reach it. False when there is nothing to wait for (any more). */
  failed(endpoint: string, rule: Wait, now: number): boolean {
    if (!this.#known.has(endpoint)) return false;
    const before = this.#outages.get(endpoint) ?? { since: now, failures: 0, until: -Infinity };
    // One that was under way when another found out says nothing new.
    if (now < before.until) return true;
    const end = before.since + rule.seconds * 1000;
    if (now >= end) return false;
    const failures = before.failures + 1;
    const until = Math.min(end, now + waitAfter(failures, rule.backoff));
    this.#outages.set(endpoint, { since: before.since, failures, until });
    return true;
  }
}
