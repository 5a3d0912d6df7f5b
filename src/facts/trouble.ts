import type { Fact, StepCall, Walk } from "../fact.ts";
import { fact } from "./define.ts";

export const troubleFacts: readonly Fact[] = [
  fact(
    "failed_calls",
    "calls whose result says that they failed; a search without a hit is none",
    (walk) => callsOf(walk).filter(({ result }) => result?.failed === true).length,
  ),
  fact(
    "malformed_calls",
    "calls whose arguments could not be read",
    (walk) => callsOf(walk).filter(({ malformed }) => malformed).length,
  ),
  fact(
    "unanswered_calls",
    "calls without a result",
    (walk) => callsOf(walk).filter(({ result }) => result === undefined).length,
  ),
  fact(
    "repeated_calls",
    "calls that ask for the same as an earlier one and are answered with the same",
    repeatedCalls,
  ),
  fact(
    "dead_turns",
    "turns with neither a call nor the end of the record behind them",
    ({ steps }) => steps.slice(0, -1).filter(({ calls }) => calls.length === 0).length,
  ),
  fact(
    "longest_loop",
    "steps of the longest stretch in which one to three steps are repeated at least three times",
    longestLoop,
  ),
];

function callsOf({ steps }: Walk): StepCall[] {
  return steps.flatMap(({ calls }) => calls);
}

function repeatedCalls(walk: Walk): number {
  const seen = new Set<string>();
  let count = 0;
  for (const { key, result } of callsOf(walk)) {
    const asked = `${key}\n${result?.content ?? ""}`;
    if (seen.has(asked)) count++;
    seen.add(asked);
  }
  return count;
}

const LONGEST_PERIOD = 3;
const LEAST_ROUNDS = 3;

function longestLoop({ steps }: Walk): number {
  const keys = steps.map(({ calls, content }) =>
    calls.length === 0 ? content : calls.map(({ key }) => key).join("\n"),
  );
  let longest = 0;
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    let equal = 0;
    for (let index = period; index < keys.length; index++) {
      equal = keys[index] === keys[index - period] ? equal + 1 : 0;
      if (equal >= period * (LEAST_ROUNDS - 1)) longest = Math.max(longest, equal + period);
    }
  }
  return longest;
}
