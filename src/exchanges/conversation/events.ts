import { turnOf, type AgentEvent } from "../../agent.ts";
import type { Message } from "../../model.ts";
import type { Conversation, Place } from "./types.ts";
import type { Line, Step } from "./lines.ts";

/** The events of all lines in the order of their exchanges; the first line is the main one. */
export function toEvents(lines: readonly Line[]): Conversation {
  const [main] = lines;
  const names = namesOf(lines);
  const events: AgentEvent[] = [];
  const places: Place[] = [];
  const begun = new Set<Line>(main === undefined ? [] : [main]);
  const steps = lines.flatMap((line) => line.steps.map((step) => ({ line, step })));
  for (const { line, step } of steps.toSorted((a, b) => a.step.exchange - b.step.exchange)) {
    const branch = names.get(line);
    const named = branch === undefined ? {} : { branch };
    events.push(...beginnings(line, names, begun));
    for (const event of given(step)) events.push({ ...event, ...named });
    const { exchange, problem } = step;
    places.push({
      exchange,
      ...named,
      events: events.length,
      ...(problem === undefined ? {} : { unanswered: problem }),
    });
    if (step.answer !== undefined) events.push({ ...turnOf(step.answer), exchange, ...named });
  }
  return {
    events,
    places,
    restated: steps.flatMap(({ step }) => step.restated).toSorted((a, b) => a.exchange - b.exchange),
    ...(main === undefined || main.first.model === "" ? {} : { model: main.first.model }),
    tools: main?.first.tools ?? [],
  };
}

/** By kind and the exchange with which a line begins. */
function namesOf([main, ...others]: readonly Line[]): Map<Line, string> {
  const named = others.filter((line) => line !== main && line.steps.length > 0);
  return new Map(named.map((line) => [line, `${line.kind}-${line.steps[0]?.exchange}`]));
}

/** A line's beginning, and before it that of its parent, which may have got its own first exchange later. */
function beginnings(line: Line, names: ReadonlyMap<Line, string>, begun: Set<Line>): AgentEvent[] {
  const id = names.get(line);
  if (begun.has(line) || id === undefined) return [];
  begun.add(line);
  const { kind, parent, after } = line;
  const before = parent === undefined ? [] : beginnings(parent, names, begun);
  const parentId = parent === undefined ? undefined : names.get(parent);
  return [
    ...before,
    { type: "branch", id, kind, ...(parentId === undefined ? {} : { parent: parentId }), after },
  ];
}

function given({ added, replaced }: Step): AgentEvent[] {
  if (replaced !== undefined) return [{ type: "context", reason: "condensed", messages: replaced }];
  return added.map(toEvent);
}

function toEvent(message: Message): AgentEvent {
  if (message.role === "tool") {
    const { toolCallId, toolName, content } = message;
    return { type: "result", toolCallId, toolName, result: { content, isError: false } };
  }
  // Lines take in assistants' messages as answers or as part of a whole history only.
  return { type: "input", role: message.role === "system" ? "system" : "user", content: message.content };
}
