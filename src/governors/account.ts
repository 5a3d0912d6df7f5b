import type { Amount, Caps } from "../governor.ts";

export const NOTHING: Amount = { dollars: 0, tokens: 0 };

export function add(a: Amount, b: Amount, sign: 1 | -1 = 1): Amount {
  return { dollars: a.dollars + sign * b.dollars, tokens: a.tokens + sign * b.tokens };
}

/** What an account says to one call more; `wait`: what is under way may reach the cap, or may not. */
export type Standing = "go" | "wait" | { readonly spent: keyof Caps };

/** What was spent, and what is reserved for calls under way. */
export class Account {
  #spent: Amount;
  #reserved: Amount = NOTHING;
  #open = 0;

  constructor(spent: Amount = NOTHING) {
    this.#spent = spent;
  }

  get spent(): Amount {
    return this.#spent;
  }

  standing(caps: Caps): Standing {
    const all = add(this.#spent, this.#reserved);
    let standing: Standing = "go";
    for (const cap of ["dollars", "tokens"] as const) {
      const most = caps[cap] ?? Infinity;
      if (this.#spent[cap] >= most) return { spent: cap };
      if (all[cap] >= most && this.#open > 0) standing = "wait";
    }
    return standing;
  }

  reserve(amount: Amount): void {
    this.#open++;
    this.#reserved = add(this.#reserved, amount);
  }

  settle(reserved: Amount, spent: Amount): void {
    // Sums of fractions leave crumbs, which nobody would ever settle.
    this.#reserved = --this.#open === 0 ? NOTHING : add(this.#reserved, reserved, -1);
    this.#spent = add(this.#spent, spent);
  }

  /** What was counted as spent and is not. */
  takeBack(amount: Amount): void {
    this.#spent = add(this.#spent, amount, -1);
  }
}
