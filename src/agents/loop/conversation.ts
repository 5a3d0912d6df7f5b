import type { AgentContext, AgentEvent } from "../../agent.ts";
import type { Message } from "../../model.ts";
import { createBudget, withoutNotices, type Budget } from "./budget.ts";
import { createContextSize, type ContextSize } from "./context-size.ts";
import { openTurnOf, withEvent } from "./messages.ts";
import { createRepeats, WARN_REPEATS, type Repeats } from "./repeats.ts";
import type { TokenCounter } from "../../text/token-counter.ts";

/** All that the loop knows: what the events so far come to. Nothing is known that is not recorded, so that a record can be gone on from. */
export interface Conversation {
  readonly messages: readonly Message[];
  readonly budget: Budget;
  readonly size: ContextSize;
  readonly repeats: Repeats;
  /** Turns of the main line. */
  readonly turns: number;
  /** How often a summary of the older turns was asked for. */
  readonly summaries: number;
  /** Tokens of the history after the last of them. */
  readonly summarizedTokens: number | undefined;
  /** Turns in a row without a call, the last ones. */
  readonly deadTurns: number;
  /** Whether the last turn was cut at its token limit. */
  readonly cut: boolean;
  /** Recorded before it counts. */
  add(event: AgentEvent): Promise<void>;
}

/** @param events what was recorded of the attempt before. */
export function openConversation(
  context: AgentContext,
  counter: TokenCounter,
  events: readonly AgentEvent[],
): Conversation {
  const budget = createBudget(context);
  const size = createContextSize(counter, context.tools.definitions);
  const repeats = createRepeats();
  let messages: readonly Message[] = [];
  let turns = 0;
  let deadTurns = 0;
  let cut = false;
  let summaries = 0;
  let summarizedTokens: number | undefined;
  const see = (event: AgentEvent) => {
    if (event.type === "turn") {
      const { message } = event;
      budget.see(event, { input: size.tokensOf(messages), output: size.partOf([message]) });
      if (event.branch === undefined) {
        size.learn(messages, event);
        turns++;
        deadTurns = message.toolCalls.length === 0 ? deadTurns + 1 : 0;
        cut = event.stop === "length";
      }
    }
    messages = withEvent(messages, event);
    if (event.type === "branch") summaries++;
    if (event.type === "branch" || (event.type === "context" && event.branch === undefined))
      summarizedTokens = size.tokensOf(messages);
  };
  for (const event of events) {
    if (event.type === "result" && event.branch === undefined) {
      const call = openTurnOf(messages)?.pending[0];
      const content = withoutNotices(event.result.content);
      if (call !== undefined && repeats.count(call, { ...event.result, content }) >= WARN_REPEATS)
        repeats.warned = true;
    }
    see(event);
  }
  return {
    budget,
    size,
    repeats,
    async add(event) {
      await context.record(event);
      see(event);
    },
    get messages() {
      return messages;
    },
    get turns() {
      return turns;
    },
    get summaries() {
      return summaries;
    },
    get summarizedTokens() {
      return summarizedTokens;
    },
    get deadTurns() {
      return deadTurns;
    },
    get cut() {
      return cut;
    },
  };
}
