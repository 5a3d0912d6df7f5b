import type { AgentEnd, AgentLimits } from "../agent.ts";
import { ExchangeFailure } from "../endpoint/failure.ts";
import type { Exchange } from "../exchange.ts";
import { tokensOf } from "./exchange-tokens.ts";

/** Holds a program to the limits of its attempt where it asks for its model: the one place that it cannot pass by. */
export interface Meter {
  count(exchange: Exchange): void;
  /** Why the next request is turned away. */
  refusal(): ExchangeFailure | undefined;
  /** The cap that a program ran into: one that asked for more than it was given. */
  end(): AgentEnd | undefined;
}

export function createMeter(limits: AgentLimits): Meter {
  let steps = 0;
  let tokens = 0;
  let end: AgentEnd | undefined;
  const reached = (): AgentEnd | undefined => {
    if (steps >= limits.maxSteps) return { reason: "step-limit", detail: `${steps} answers of the model` };
    if (limits.maxTokens !== undefined && tokens >= limits.maxTokens)
      return { reason: "token-limit", detail: `${tokens} tokens` };
    return undefined;
  };
  return {
    count(exchange) {
      if (exchange.dialect === undefined || exchange.response?.status !== 200 || exchange.error !== undefined)
        return;
      steps++;
      tokens += tokensOf(exchange);
    },
    refusal() {
      end ??= reached();
      // 403: what SDKs do not try again.
      return end === undefined
        ? undefined
        : new ExchangeFailure(end.reason, 403, `the attempt is over: ${end.detail}`);
    },
    end: () => end,
  };
}
