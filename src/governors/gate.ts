import { BudgetError } from "../base/errors.ts";
import type { Amount, Caps, EndpointHealth, EndpointLimits } from "../governor.ts";

/**
 * What all runs of a machine share of a governor: room at the endpoints and what they were paid today. It knows amounts, and no
 * models, prices or attempts. `LocalGate` holds it; `SharedGate` asks the process that does.
 */
export interface Gate extends AsyncDisposable {
  /**
   * Returns the day (UTC) to which the call is charged.
   * @throws BudgetError `day-budget-spent` · what `signal` was aborted with.
   */
  admit(call: GateCall, signal?: AbortSignal): Promise<string>;
  settle(id: string, end: GateEnd): Promise<void>;
  adjust(endpoint: string, limits: EndpointLimits): Promise<void>;
  health(): Promise<readonly EndpointHealth[]>;
  today(endpoint: string): Promise<Amount>;
}

export interface GateCall {
  /** Like no other of this machine, ever. */
  readonly id: string;
  readonly endpoint: string;
  readonly run: string;
  readonly reserved: Amount;
  /** The endpoint's day may come to this, as this call's run has it. */
  readonly caps: Caps;
}

export interface GateEnd {
  readonly kind: "answered" | "overloaded" | "failed" | "unsent";
  readonly spent: Amount;
  readonly retryAfterMs?: number | undefined;
}

const RAISE = {
  attempt: { dollars: "--max-cost-per-attempt", tokens: "--max-tokens" },
  run: { dollars: "--max-cost", tokens: "--max-run-tokens" },
  day: { dollars: "--max-cost-per-day", tokens: "the day's tokens" },
} as const;

/** A cap that is reached, and what to raise. */
export function budgetSpent(
  scope: keyof typeof RAISE,
  cap: keyof Caps,
  spent: Amount,
  caps: Caps,
): BudgetError {
  const amount = (value = 0) =>
    cap === "dollars" ? `$${value.toFixed(value < 1 ? 4 : 2)}` : `${value} tokens`;
  const details = {
    message: `The budget of the ${scope} is spent: ${amount(spent[cap])} of ${amount(caps[cap])}`,
    hint: `Raise ${RAISE[scope][cap]}${scope === "day" ? " or wait for the next day (UTC)" : ""}; then the same command goes on.`,
    fields: { scope, cap, spent: spent[cap], most: caps[cap] },
  };
  switch (scope) {
    case "attempt":
      return new BudgetError({ code: "attempt-budget-spent", ...details });
    case "run":
      return new BudgetError({ code: "run-budget-spent", ...details });
    case "day":
      return new BudgetError({ code: "day-budget-spent", ...details });
  }
}
