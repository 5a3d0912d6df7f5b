import type { AgentContext, AgentEnd, AgentEvent } from "../../agent.ts";

/** What the attempt has used of its limits. */
export interface Budget {
  /** The cap that was run into, when one was. */
  spent(): AgentEnd | undefined;
  /** Takes in a turn, with tokens as we count them for services that do not. */
  see(event: AgentEvent, counted: Tokens): void;
  /**
   * One line about what is left, once that is a fifth or less of the steps or of the time; empty before.
   * It is added to the newest tool result only, so that what the model read before stays the same and cached.
   */
  notice(): string;
}

interface Tokens {
  readonly input: number;
  readonly output: number;
}

const NOTICE_SHARE = 0.2;

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
    see(event, counted) {
      if (event.type !== "turn") return;
      if (event.branch === undefined) steps++;
      // A service that counts nothing must not make the limit void.
      tokens += event.usage.inputTokens ?? counted.input;
      tokens += event.usage.outputTokens ?? counted.output;
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

/** For what stands before the instruction: the limits and not what is left of them, the same for every attempt of a run. */
export function budgetSentence({ maxSteps, deadlineSeconds }: AgentContext["limits"]): string {
  return `You have ${maxSteps} turns and ${Math.round(deadlineSeconds)} seconds in all.`;
}

/** A result without what the loop added at its end. */
export function withoutNotices(content: string): string {
  return content.replace(/(\n\[this call gave [^\n]*\])?(\n\[left: [^\n]*\])?$/, "");
}
