import { actionsOf } from "../actions/of-call.ts";
import { canonicalJson } from "../base/json.ts";
import type { Step, StepCall, StepResult, Walk } from "../fact.ts";
import type { Sample } from "../sample.ts";
import type { ForeignEvent } from "../trajectory.ts";
import { componentReader } from "./component.ts";

type EventOf<T extends ForeignEvent["type"]> = Extract<ForeignEvent, { type: T }>;

/** What an agent did on its main line; branches are conversations of their own. */
export function walkOf(sample: Sample): Walk {
  const componentOf = componentReader();
  const steps = turnsOf(sample.events).map(({ turn, results }, index): Step => {
    const { content, reasoning = "" } = turn;
    const calls = turn.tool_calls.map((call) => callOf(call, results));
    return {
      number: index + 1,
      content,
      reasoning,
      calls,
      component: componentOf({ content, reasoning, calls }),
    };
  });
  return { sample, steps };
}

interface Turn {
  readonly turn: EventOf<"turn">;
  readonly results: EventOf<"result">[];
}

function turnsOf(events: readonly ForeignEvent[]): Turn[] {
  const turns: Turn[] = [];
  for (const event of events) {
    if ("branch" in event && event.branch !== undefined) continue;
    if (event.type === "turn") turns.push({ turn: event, results: [] });
    if (event.type === "result") turns.at(-1)?.results.push(event);
  }
  return turns;
}

function callOf(call: EventOf<"turn">["tool_calls"][number], results: EventOf<"result">[]): StepCall {
  const { name, malformed, id } = call;
  const place = results.findIndex((result) => result.tool_call_id === id);
  const [result] = place === -1 ? [] : results.splice(place, 1);
  const actions = actionsOf(name, call.arguments, malformed);
  return {
    name,
    malformed,
    key: canonicalJson([name, call.arguments]),
    actions,
    ...(result === undefined ? {} : { result: resultOf(result, actions.at(-1)?.kind) }),
  };
}

/** As the scaffolds say it behind what a command printed. */
const STATUS =
  /<returncode>(-?\d+)<\/returncode>|exit(?:ed with)?(?: code| status)?:? (-?\d+)\b[\]).]*\s*$|(?:exit code|returned) (-?\d+)[.\]]/;
const REFUSED =
  /^(?:ERROR|Error|error|Invalid|No replacement was performed|No match found|InputValidationError)\b/;

function resultOf({ content, is_error }: EventOf<"result">, last: string | undefined): StepResult {
  const end = content.slice(0, 100) + content.slice(-400);
  const found = STATUS.exec(end);
  const status = Number(found?.slice(1).find((group) => group !== undefined) ?? 0);
  // A search that finds nothing ends with 1, as does a comparison of two files that differ.
  const isEmpty = status === 1 && (last === "search" || last === "read" || last === "review");
  return { content, failed: is_error || (status !== 0 && !isEmpty) || REFUSED.test(content) };
}
