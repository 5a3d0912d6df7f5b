/** What follows when an attempt came to no verdict: data, in order of precedence. Interruptions are no faults, and count for none of it. */
export type RetryRule = {
  /** A verdict's cause, or `error:` with the code of an error that cut an attempt off. One that ends in `:` stands for all that begin so. */
  readonly cause: string;
  /** For whoever reads how the run ended. */
  readonly hint?: string;
} & (
  | {
      readonly action: "retry";
      readonly tries: number;
      readonly backoff: Backoff;
      /** After faults of so many targets in a row their endpoint is taken to be away: a service that is down must not use up the tries of a whole run. */
      readonly outage?: Wait & { readonly targets: number };
    }
  | ({ readonly action: "wait" } & Wait)
  | { readonly action: "give-up" }
  /** What every attempt with its model would meet: none is begun with it any more. Those with other models go on. */
  | { readonly action: "stop-model" }
  /** What every attempt would meet: none is begun any more. */
  | { readonly action: "stop-run"; readonly interruption?: string }
);

/**
 * For endpoints that come back: where the run had an answer before, its attempts there wait, for so many seconds in all, and then the
 * run stops; where it never had one, at once. No try is used up.
 */
export interface Wait {
  readonly seconds: number;
  readonly backoff: Backoff;
}

/** Seconds: `first`, then `factor` times as much after each further failure, up to `longest`. */
export interface Backoff {
  readonly first: number;
  readonly longest: number;
  readonly factor: number;
}

const SOON: Backoff = { first: 5, longest: 300, factor: 4 };
const UNTIL_BACK: Wait = { seconds: 1800, backoff: { first: 5, longest: 120, factor: 2 } };
const AGAIN = "then run the same command again.";

export const RETRY_RULES: readonly RetryRule[] = [
  {
    cause: "model:model-unauthorized",
    action: "stop-model",
    hint: `Set the API key that the endpoint wants; ${AGAIN}`,
  },
  {
    cause: "model:model-not-found",
    action: "stop-model",
    hint: "Check --model against the names that the endpoint serves.",
  },
  {
    cause: "model:model-redirected",
    action: "stop-model",
    hint: `Where another model answered that you mean, accept its name with --served-model NAME; where another address was named, make it the --base-url; ${AGAIN}`,
  },
  {
    cause: "model:model-unreachable",
    action: "wait",
    ...UNTIL_BACK,
    hint: `Check --base-url and that the server runs; ${AGAIN}`,
  },
  {
    cause: "model:",
    action: "retry",
    tries: 3,
    backoff: SOON,
    outage: { targets: 5, ...UNTIL_BACK },
    hint: `The service failed for one target after the other: see what it says in its log; ${AGAIN}`,
  },
  { cause: "sandbox:", action: "retry", tries: 3, backoff: SOON },
  { cause: "internal:", action: "retry", tries: 3, backoff: SOON },
  // A process that agents of several attempts share takes them all along, most often because the machine had no memory for it.
  { cause: "agent:agent-crashed", action: "retry", tries: 3, backoff: SOON },
  // Causes from before there were codes.
  ...["model", "sandbox", "internal"].map((cause): RetryRule => ({
    cause,
    action: "retry",
    tries: 3,
    backoff: SOON,
  })),
  {
    cause: "error:disk-full",
    action: "stop-run",
    interruption: "disk-full",
    hint: `Free some space; ${AGAIN}`,
  },
  {
    cause: "error:not-writable",
    action: "stop-run",
    interruption: "disk-full",
    hint: `Make the run's folder writable; ${AGAIN}`,
  },
  {
    cause: "error:run-budget-spent",
    action: "stop-run",
    interruption: "budget",
    hint: "Raise the run's budget; then run the same command again.",
  },
  {
    cause: "error:price-unknown",
    action: "stop-run",
    interruption: "budget",
    hint: "Give the model's price with --price, or leave the cap in dollars out.",
  },
  {
    cause: "error:day-budget-spent",
    action: "stop-run",
    interruption: "budget",
    hint: "The day ends at midnight UTC: run the same command again then, or raise the day's budget.",
  },
];

/** Agents that we wrote fail the same way again, and so does what nobody knows. */
const GIVE_UP: RetryRule = { cause: "", action: "give-up" };

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
