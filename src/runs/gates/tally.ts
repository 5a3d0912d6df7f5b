import type { Attempt } from "../../attempt.ts";
import { isAccepted } from "../../models/served-model.ts";
import type { TrajectoryEvent } from "../../trajectory.ts";

/** What one attempt shows; each count beside what it is a part of. */
export interface Tally {
  readonly turns: number;
  /** Turns for which the service said who answered, and those that another model answered. */
  readonly named: number;
  readonly otherModel: number;
  /** The first such name. */
  readonly servedModel?: string;
  /** Turns that did nothing: without a tool call, and no answer at the end of work that was done with tools. */
  readonly deadTurns: number;
  readonly calls: number;
  /** Calls whose arguments were no JSON object. */
  readonly malformedCalls: number;
  readonly results: number;
  readonly failedResults: number;
  /** Turns for which the service counted no token; none where no model was asked, or nobody pays for it. */
  readonly uncountedTurns: number;
  readonly isFault: boolean;
}

/** What is known of the solver: what its service may call the model besides, and whether its tokens cost nothing. */
interface Known {
  readonly servedAs?: readonly string[] | undefined;
  readonly isFree?: boolean | undefined;
}

/** Of the main line of the conversation; helpers of an agent have habits of their own. */
export async function tallyAttempt(
  attempt: Attempt,
  events: AsyncIterable<TrajectoryEvent>,
  { servedAs = [], isFree = false }: Known = {},
): Promise<Tally> {
  const turns: Turn[] = [];
  let results = 0;
  let failedResults = 0;
  for await (const event of events) {
    if ("branch" in event && event.branch !== undefined) continue;
    if (event.type === "turn") turns.push(event);
    if (event.type !== "result") continue;
    results++;
    if (event.is_error) failedResults++;
  }
  const calls = turns.flatMap((turn) => turn.tool_calls);
  const named = turns.flatMap(({ served_model: name }) => (name === undefined ? [] : [name]));
  const { model, verdict } = attempt;
  const others = named.filter((name) => model !== undefined && !isAccepted(model, name, servedAs));
  // An attempt that was ended for it has no such turn.
  const redirected = verdict.cause === "model:model-redirected" ? 1 : 0;
  return {
    turns: turns.length,
    named: named.length + redirected,
    otherModel: others.length + redirected,
    ...(others[0] === undefined ? {} : { servedModel: others[0] }),
    deadTurns: deadTurnsOf(turns),
    calls: calls.length,
    malformedCalls: calls.filter(({ malformed }) => malformed).length,
    results,
    failedResults,
    uncountedTurns:
      model === undefined || isFree
        ? 0
        : turns.filter(({ usage }) => !usage.inputTokens && !usage.outputTokens).length,
    isFault: verdict.outcome === "no-verdict",
  };
}

type Turn = Extract<TrajectoryEvent, { type: "turn" }>;

function deadTurnsOf(turns: readonly Turn[]): number {
  const dead = turns.filter((turn) => turn.tool_calls.length === 0).length;
  const endsInAnswer = turns.at(-1)?.tool_calls.length === 0 && dead < turns.length;
  return endsInAnswer ? dead - 1 : dead;
}
