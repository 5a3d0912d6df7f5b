/** What follows when an attempt came to no verdict: data, in order of precedence. Interruptions are no faults, and count for none of it. */
export type RetryRule = {
  /** A verdict's cause, or `error:` with the code of an error that cut an attempt off. One that ends in `:` stands for all that begin so. */
  readonly cause: string;
  /** For whoever reads how the run ended. */
  readonly hint?: string;
} & (
  | { readonly then: "retry"; readonly tries: number; readonly backoff: Backoff }
  /**
   * For endpoints that start again: where the run had an answer before, its attempts there wait, for so many seconds in all, and then the
   * run stops; where it never had one, at once. No try is used up.
   */
  | { readonly then: "wait"; readonly seconds: number; readonly backoff: Backoff }
  | { readonly then: "give-up" }
  /** What every attempt would meet: none is begun any more. */
  | { readonly then: "stop-run"; readonly interruption?: string }
);

/** Seconds: `first`, then `factor` times as much after each further failure, up to `longest`. */
export interface Backoff {
  readonly first: number;
  readonly longest: number;
  readonly factor: number;
}

export type RuleThat<Then extends RetryRule["then"]> = Extract<RetryRule, { readonly then: Then }>;

const SOON: Backoff = { first: 5, longest: 300, factor: 4 };
const AGAIN = "then run the same command again.";

export const RETRY_RULES: readonly RetryRule[] = [
  {
    cause: "model:model-unauthorized",
    then: "stop-run",
    hint: `Set the API key that the endpoint wants; ${AGAIN}`,
  },
  {
    cause: "model:model-not-found",
    then: "stop-run",
    hint: "Check --model against the names that the endpoint serves.",
  },
  { cause: "model:model-redirected", then: "stop-run", hint: `Make that place --base-url; ${AGAIN}` },
  {
    cause: "model:model-unreachable",
    then: "wait",
    seconds: 1800,
    backoff: { first: 5, longest: 120, factor: 2 },
    hint: `Check --base-url and that the server runs; ${AGAIN}`,
  },
  { cause: "model:", then: "retry", tries: 3, backoff: SOON },
  { cause: "sandbox:", then: "retry", tries: 3, backoff: SOON },
  { cause: "internal:", then: "retry", tries: 3, backoff: SOON },
  // Causes from before there were codes.
  ...["model", "sandbox", "internal"].map((cause): RetryRule => ({
    cause,
    then: "retry",
    tries: 3,
    backoff: SOON,
  })),
  {
    cause: "error:disk-full",
    then: "stop-run",
    interruption: "disk-full",
    hint: `Free some space; ${AGAIN}`,
  },
  {
    cause: "error:not-writable",
    then: "stop-run",
    interruption: "disk-full",
    hint: `Make the run's folder writable; ${AGAIN}`,
  },
  {
    cause: "error:run-budget-spent",
    then: "stop-run",
    interruption: "budget",
    hint: "Raise the run's budget; then run the same command again.",
  },
  {
    cause: "error:day-budget-spent",
    then: "stop-run",
    interruption: "budget",
    hint: "The day ends at midnight UTC: run the same command again then, or raise the day's budget.",
  },
];

/** Agents that we wrote fail the same way again, and so does what nobody knows. */
const GIVE_UP: RetryRule = { cause: "", then: "give-up" };

/** The first rule that fits. */
export function ruleFor(cause: string, rules: readonly RetryRule[] = RETRY_RULES): RetryRule {
  const fits = (rule: RetryRule) =>
    rule.cause === cause || (rule.cause.endsWith(":") && cause.startsWith(rule.cause));
  return rules.find(fits) ?? GIVE_UP;
}

/** Milliseconds to wait after the `failures`-th failure, from 1. */
export function waitAfter(failures: number, { first, longest, factor }: Backoff): number {
  return Math.min(longest, first * factor ** Math.max(0, failures - 1)) * 1000;
}
