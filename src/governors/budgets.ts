import type { Amount, Budgets, Caps } from "../governor.ts";
import { Account } from "./account.ts";
import { budgetSpent } from "./gate.ts";

/** What a call may cost, held at its attempt and its run until it is known what it did cost. */
export interface Reservation {
  settle(spent: Amount): void;
}

/** The accounts of the attempts and the runs of this process. */
export class RunBudgets {
  readonly #budgets: Budgets;
  readonly #spent: ReadonlyMap<string, Amount>;
  readonly #accounts = new Map<string, Account>();
  #settled = Promise.withResolvers<void>();

  /** @param spent by each run before, as its ledger says. */
  constructor(budgets: Budgets, spent: ReadonlyMap<string, Amount> = new Map()) {
    this.#budgets = budgets;
    this.#spent = spent;
  }

  /**
   * Waits while what is under way may reach a cap, for it may cost less.
   * @throws BudgetError `attempt-budget-spent`, `run-budget-spent` · what `signal` was aborted with.
   */
  async reserve(run: string, attempt: string, amount: Amount, signal?: AbortSignal): Promise<Reservation> {
    while (this.#mustWait("attempt", attemptKey(run, attempt)) || this.#mustWait("run", run)) {
      await unlessAborted(this.#settled.promise, signal);
    }
    const accounts = [this.#account(run), this.#account(attemptKey(run, attempt))];
    for (const account of accounts) account.reserve(amount);
    return {
      settle: (spent) => {
        for (const account of accounts) account.settle(amount, spent);
        this.#settled.resolve();
        this.#settled = Promise.withResolvers();
      },
    };
  }

  /** @throws BudgetError `run-budget-spent`. */
  check(run: string): void {
    this.#mustWait("run", run);
  }

  /** @throws BudgetError when the cap is reached. */
  #mustWait(scope: "attempt" | "run", key: string): boolean {
    const caps: Caps = this.#budgets[scope] ?? {};
    const account = this.#account(key);
    const standing = account.standing(caps);
    if (typeof standing === "object") throw budgetSpent(scope, standing.spent, account.spent, caps);
    return standing === "wait";
  }

  #account(key: string): Account {
    let account = this.#accounts.get(key);
    if (account === undefined) this.#accounts.set(key, (account = new Account(this.#spent.get(key))));
    return account;
  }
}

/** No path holds the separator. */
const attemptKey = (run: string, attempt: string) => `${run}\0${attempt}`;

async function unlessAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
