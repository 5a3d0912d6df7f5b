import type { Usage } from "./model.ts";

/**
 * Stands before every call to a model's service, for all runs of a machine together: how many calls may be under way, how
 * many in a minute, and what may be spent. Implementations in `governors/`.
 *
 * A call is reserved with what it may cost at most before it is made, and settled with what it did cost. One that may pass a
 * cap waits while others are under way, which may cost less than was reserved; so a cap is passed by one call at most, and by one for
 * each worker where calls cost more than was estimated.
 */
export interface Governor extends AsyncDisposable {
  /**
   * Waits until the call may be made.
   * @throws BudgetError when a cap is reached, or a price is not known (nothing was reserved) · whatever `signal` was aborted with.
   */
  admit(call: CallEstimate, signal?: AbortSignal): Promise<Permit>;
  /**
   * Before an attempt is started: whether any call of it could be admitted. What is under way counts as not spent yet.
   * @throws BudgetError that says what is spent and what to raise, or that a price is not known.
   */
  ready(asker: Pick<CallEstimate, "endpoint" | "model" | "run">): Promise<void>;
  /** How the endpoints are doing: for `status`, and for `endpoints`. */
  health(): Promise<readonly EndpointHealth[]>;
  /** From now on, for all runs; what is absent is not limited. */
  adjust(endpoint: string, limits: EndpointLimits): Promise<void>;
}

/** How much one call may use. */
export interface CallSize {
  /** Tokens of the request, counted or estimated. */
  readonly inputTokens: number;
  /** Tokens that the answer may have at most. */
  readonly outputTokens: number;
}

/**
 * A governor as one attempt knows it: asks for leave to make one call.
 * @throws as `Governor.admit`.
 */
export type Admit = (size: CallSize, signal?: AbortSignal) => Promise<Permit>;

/** One call to come. */
export interface CallEstimate extends CallSize {
  /** The service: its base URL without user, password and trailing slash. */
  readonly endpoint: string;
  readonly model: string;
  /** The run's folder, absolute; caps and shares are by it. */
  readonly run: string;
  readonly attempt: string;
}

/** Leave to make one call. Settle it once, however the call ended; a process that dies leaves it to the governor to take back. */
export interface Permit {
  settle(end: CallEnd): Promise<void>;
}

export type CallEnd =
  | { readonly kind: "answered"; readonly usage: Usage }
  /** The service had no room (429, 503, 529): fewer calls at a time from now on. `retryAfterMs` as the service asked. */
  | { readonly kind: "overloaded"; readonly retryAfterMs?: number }
  /** Any other failure, with the code of its `ModelError`; `usage` where something was worked on all the same. */
  | { readonly kind: "failed"; readonly code: string; readonly usage?: Usage }
  /** Given up before it was sent: it costs nothing. */
  | { readonly kind: "unsent" };

/** US dollars for a million tokens. Zero is a price; an absent one is unknown. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Of input tokens that the service had in its cache; as `input` when left out. */
  readonly cached?: number;
}

/** What was spent, or may come to be. */
export interface Amount {
  /** US dollars; 0 where the price is not known. */
  readonly dollars: number;
  readonly tokens: number;
}

/** What may be spent; what is absent is not capped. A cap that counts dollars needs the price of every model. */
export interface Caps {
  readonly dollars?: number;
  /** Input and output tokens together. */
  readonly tokens?: number;
}

/** Where a cap applies: to one attempt, to a run, to an endpoint's day (UTC, all runs of this machine). */
export interface Budgets {
  readonly attempt?: Caps;
  readonly run?: Caps;
  readonly day?: Caps;
}

/** How much an endpoint may be asked at a time. */
export interface EndpointLimits {
  /** Calls under way at most; what is learnt stays below it. */
  readonly concurrency?: number;
  readonly requestsPerMinute?: number;
  /** Input and output tokens. */
  readonly tokensPerMinute?: number;
}

export interface EndpointHealth {
  readonly endpoint: string;
  /** Calls that may be under way now, as learnt, and that are. */
  readonly limit: number;
  readonly underWay: number;
  readonly waiting: number;
  /** Until when no call is let through, and why; absent when calls go. ISO 8601. */
  readonly pausedUntil?: string;
  readonly pausedBecause?: string;
  /** Since the governor began. */
  readonly answered: number;
  readonly overloaded: number;
  readonly failed: number;
  readonly tokens: number;
  readonly dollars: number;
  /** Of this day (UTC), by all runs of this user on this machine; what is under way is not in it. */
  readonly today: Amount;
  readonly limits: EndpointLimits;
}
