import type { Tally } from "./tally.ts";

/**
 * What the gate looks at. An attempt is bad by a measure when more than `limit` of what it counts went wrong; the run is stopped when the share
 * of bad attempts is certainly above `share`. Attempts are counted and not turns, since the turns of one attempt go wrong together: one attempt
 * that is lost in a circle must not stop a run.
 */
export interface Measure {
  readonly code: string;
  /** In notes and JSON. */
  readonly name: string;
  /** Follows "3 of 3 attempts". */
  readonly meaning: string;
  readonly hint: string;
  /** Of the whole, from 0 to 1. */
  readonly limit: number;
  /** Of attempts, from 0 to 1. */
  readonly share: number;
  /** The part that went wrong, and the whole; a whole of 0 says nothing, and the attempt is not counted. */
  count(tally: Tally): readonly [part: number, whole: number];
}

/** Three of three bad attempts stop a run, five of six, six of eight. */
const SHARE = 0.4;

export const MEASURES: readonly Measure[] = [
  {
    code: "served-other-model",
    name: "other_model",
    meaning: "were answered by another model than the one that was asked for",
    hint: "Check --model and --base-url against what the service says it serves.",
    limit: 0,
    share: SHARE,
    count: (tally) => [tally.otherModel, tally.named],
  },
  {
    code: "too-many-faults",
    name: "faults",
    meaning: "came to no verdict, since something outside the agent failed",
    hint: '"hybrid-gym status" lists the causes; "hybrid-gym doctor" checks this machine.',
    limit: 0,
    share: SHARE,
    count: (tally) => [tally.isFault ? 1 : 0, 1],
  },
  {
    code: "too-many-dead-turns",
    name: "dead_turns",
    meaning: "had too many turns without a tool call",
    hint: "Check that the service parses this model's tool calls (vLLM: --enable-auto-tool-choice and --tool-call-parser), or use --tool-protocol openhands-text.",
    limit: 0.3,
    share: SHARE,
    count: (tally) => [tally.deadTurns, tally.turns],
  },
  {
    code: "too-many-malformed-calls",
    name: "malformed_calls",
    meaning: "had too many tool calls whose arguments are no JSON object",
    hint: 'Look at one with "hybrid-gym trajectory show"; a lower --temperature or another tool parser of the service may help.',
    limit: 0.2,
    share: SHARE,
    count: (tally) => [tally.malformedCalls, tally.calls],
  },
  {
    code: "too-many-failed-calls",
    name: "failed_calls",
    meaning: "had too many tool calls that failed",
    hint: 'Look at one with "hybrid-gym trajectory show": often the model does not know the tools; --tools compact is meant for small ones.',
    limit: 0.5,
    share: SHARE,
    count: (tally) => [tally.failedResults, tally.results],
  },
  {
    code: "no-usage",
    name: "uncounted_turns",
    meaning: "had answers for which the service counted no token",
    hint: "Cost and token limits would mean nothing: use a service that counts, or --no-stream where it counts only whole answers.",
    limit: 0.99,
    share: SHARE,
    count: (tally) => [tally.uncountedTurns, tally.turns],
  },
];

/** Other limits or shares than the usual ones, by the name of the measure. */
export type Thresholds = Readonly<Record<string, { readonly limit?: number; readonly share?: number }>>;

/** @throws RangeError for the name of no measure. */
export function measuresWith(thresholds: Thresholds = {}): Measure[] {
  const unknown = Object.keys(thresholds).find((name) => !MEASURES.some((measure) => measure.name === name));
  if (unknown !== undefined) throw new RangeError(`the gate has no measure ${unknown}`);
  return MEASURES.map((measure) => ({ ...measure, ...thresholds[measure.name] }));
}
