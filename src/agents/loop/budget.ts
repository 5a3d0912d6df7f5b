import type { AgentContext, AgentEnd } from "../../agent.ts";
import type { Message, ModelResponse } from "../../model.ts";

/** What the attempt has used of its limits. */
export interface Budget {
  /** The cap that was run into, when one was. */
  spent(): AgentEnd | undefined;
  count(messages: readonly Message[], response: ModelResponse): void;
  /**
   * One line about what is left, once that is a fifth or less of the steps or of the time; empty before.
   * It is added to the newest tool result only, so that what the model read before stays the same and cached.
   */
  notice(): string;
}

const NOTICE_SHARE = 0.2;
const CHARACTERS_PER_TOKEN = 4;

export function createBudget(context: AgentContext): Budget {
  const { maxSteps, maxTokens = Infinity, deadlineSeconds } = context.limits;
  let steps = 0;
  let tokens = 0;
  return {
    spent() {
      if (context.signal.aborted || context.remainingMs() <= 0) return { reason: "deadline" };
      if (steps >= maxSteps) return { reason: "step-limit", detail: `${steps} steps` };
      if (tokens >= maxTokens) return { reason: "token-limit", detail: `${tokens} tokens` };
      return undefined;
    },
    count(messages, { message, usage }) {
      steps++;
      // A service that counts nothing must not make the limit void.
      tokens += usage.inputTokens ?? estimate(messages);
      tokens += usage.outputTokens ?? estimate([message]);
    },
    notice() {
      const stepsLeft = maxSteps - steps;
      const secondsLeft = Math.max(0, Math.round(context.remainingMs() / 1000));
      const short =
        stepsLeft <= Math.ceil(maxSteps * NOTICE_SHARE) || secondsLeft <= deadlineSeconds * NOTICE_SHARE;
      return short ? `\n[left: ${stepsLeft} of ${maxSteps} steps, ${secondsLeft} s]` : "";
    },
  };
}

function estimate(messages: readonly Message[]): number {
  return Math.ceil(JSON.stringify(messages).length / CHARACTERS_PER_TOKEN);
}
