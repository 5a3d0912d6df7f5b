import { argumentsText } from "../samples/marks.ts";
import type { EventOf } from "./items.ts";
import { TOKENS_PER_MESSAGE } from "../text/token-counter.ts";
import type { Item, TextMeasure, TransformRow } from "../transform.ts";

/** A turn, the inputs before it that follow another turn, and its results: what is kept or cut as one. */
export interface Step {
  readonly items: readonly Item[];
  readonly tokens: number;
}

/** A record in parts. */
export interface Parts {
  /** All before the first turn. */
  readonly head: Step;
  readonly steps: readonly Step[];
  /** Inputs behind the last step, and the end. */
  readonly tail: Step;
}

/** What the agent is asked, before its first turn. */
export function isTask(item: Item): item is Item & { readonly event: EventOf<"input"> } {
  return item.event.type === "input" && item.event.role === "user";
}

export function partsOf({ items }: TransformRow, measure: TextMeasure): Parts {
  const firstTurn = items.findIndex(({ event }) => event.type === "turn");
  const steps: Item[][] = [];
  let waiting: Item[] = [];
  for (const item of items.slice(firstTurn)) {
    waiting.push(item);
    if (item.event.type === "turn") steps.push(waiting);
    if (item.event.type === "turn") waiting = [];
    else if (item.event.type === "result") {
      steps.at(-1)?.push(...waiting);
      waiting = [];
    }
  }
  const step = (of: readonly Item[]): Step => ({
    items: of,
    tokens: of.reduce((sum, { event }) => sum + tokensOf(event, measure), 0),
  });
  const head = step(items.slice(0, firstTurn));
  // A later list of tools takes the place of the first: the longest counts, wherever one cuts.
  const tools = items.map(({ event }) =>
    event.type === "start" || event.type === "tools" ? measure.count(JSON.stringify(event.tools)) : 0,
  );
  const withTools = { ...head, tokens: head.tokens + Math.max(0, ...tools) };
  return { head: withTools, steps: steps.map(step), tail: step(waiting) };
}

/** As the loop counts a request: the texts, definitions of tools as JSON, and some for the template of each message. */
function tokensOf(event: Item["event"], { count }: TextMeasure): number {
  switch (event.type) {
    case "input":
    case "result":
      return count(event.content) + TOKENS_PER_MESSAGE;
    case "turn": {
      const calls = event.tool_calls.map((call) => `${call.name}${argumentsText(call)}`);
      return count([event.reasoning ?? "", event.content, ...calls].join("\n")) + TOKENS_PER_MESSAGE;
    }
    default:
      return 0;
  }
}
