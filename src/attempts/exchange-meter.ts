import type { AgentEnd, AgentLimits } from "../agent.ts";
import { ExchangeFailure } from "../endpoint/failure.ts";
import { OWN_ONCE_ANSWERED } from "./exchange-failure.ts";
import type { ExchangeSummary } from "./exchange-summary.ts";

/** Holds a program to the limits of its attempt where it asks for its model: the one place that it cannot pass by. */
export interface Meter {
  /** Why a request is turned away; one that is not has its step from now on, so that requests at once are no way round. */
  admit(): ExchangeFailure | undefined;
  /** An exchange that is over: its step is given back where the service failed. */
  count(exchange: ExchangeSummary): void;
  /** The cap that the program ran into: one that asked for more than it was given. */
  end(): AgentEnd | undefined;
}

/** So that a program that means ill fills neither memory nor disk: many times what an attempt of a day needs. */
export interface SessionCaps {
  readonly exchanges: number;
  /** Characters of all requests and answers, after content encodings. */
  readonly size: number;
}
const SESSION_CAPS: SessionCaps = { exchanges: 5_000, size: 1024 ** 3 };

const REFUSALS = new Set([
  "step-limit",
  "token-limit",
  "exchange-limit",
  "attempt-budget-spent",
  "run-budget-spent",
  "day-budget-spent",
  "price-unknown",
]);

export function createMeter(limits: AgentLimits, caps: SessionCaps = SESSION_CAPS): Meter {
  let steps = 0;
  let tokens = 0;
  let exchanges = 0;
  let size = 0;
  let end: AgentEnd | undefined;
  const full = (): AgentEnd | undefined =>
    exchanges >= caps.exchanges || size >= caps.size
      ? { reason: "exchange-limit", detail: `${exchanges} exchanges with ${size} characters` }
      : undefined;
  const reached = (): AgentEnd | undefined => {
    if (steps >= limits.maxSteps) return { reason: "step-limit", detail: `${steps} requests to the model` };
    if (limits.maxTokens !== undefined && tokens >= limits.maxTokens)
      return { reason: "token-limit", detail: `${tokens} tokens` };
    return undefined;
  };
  return {
    admit() {
      end ??= reached();
      // 403: what SDKs do not try again.
      if (end !== undefined)
        return new ExchangeFailure(end.reason, 403, `the attempt is over: ${end.detail}`);
      steps++;
      return undefined;
    },
    count({ isToModel, refused, failure, tokens: used, ...exchange }) {
      exchanges++;
      size += exchange.size;
      end ??= full();
      if (!isToModel || (refused !== undefined && REFUSALS.has(refused))) return;
      if (failure !== undefined && !OWN_ONCE_ANSWERED.has(failure.code)) steps--;
      else tokens += used;
    },
    end: () => end,
  };
}
