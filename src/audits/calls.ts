import type { AuditCheck } from "../audit.ts";
import type { Walk } from "../fact.ts";
import type { ForeignEvent } from "../trajectory.ts";
import { check } from "./define.ts";

export const callChecks: readonly AuditCheck[] = [
  check("error", "no-turn", "there is no turn of a model in it", ({ steps }) =>
    steps.length === 0 ? "0 turns" : undefined,
  ),
  check("error", "malformed-call", "a call's arguments are no JSON object", ({ steps }) =>
    told(
      "step",
      steps.flatMap(({ number, calls }) => (calls.some(({ malformed }) => malformed) ? [number] : [])),
    ),
  ),
  check(
    "warning",
    "unanswered-call",
    "a call before the last step has no result: a chat template puts the next turn in its place",
    ({ steps }) =>
      told(
        "step",
        steps
          .slice(0, -1)
          .flatMap(({ number, calls }) => (calls.some(({ result }) => result === undefined) ? [number] : [])),
      ),
  ),
  check(
    "warning",
    "no-tools",
    "it calls tools and does not say which there are: the student is never told of them",
    ({ sample, steps }) =>
      steps.some(({ calls }) => calls.length > 0) && toolsOf(sample.events).size === 0
        ? "no tool is declared"
        : undefined,
  ),
  check("error", "undeclared-tool", "it calls a tool that is not among those that are declared", (walk) => {
    const tools = toolsOf(walk.sample.events);
    const names = walk.steps.flatMap(({ calls }) => calls.map(({ name }) => name));
    const unknown = tools.size === 0 ? [] : names.filter((name) => !tools.has(name));
    return unknown.length === 0 ? undefined : [...new Set(unknown)].join(", ");
  }),
  check("warning", "undeclared-parameter", "a call has a parameter that its tool does not", (walk) => {
    const found = undeclared(walk);
    return found.length === 0 ? undefined : [...new Set(found)].slice(0, 5).join(", ");
  }),
];

function told(what: string, numbers: readonly number[]): string | undefined {
  return numbers.length === 0
    ? undefined
    : `${what} ${numbers.slice(0, 5).join(", ")}${numbers.length > 5 ? "…" : ""}`;
}

/** Declared tools with the names of their parameters; undefined where a tool takes any. */
function toolsOf(events: readonly ForeignEvent[]): Map<string, Set<string> | undefined> {
  const tools = events.flatMap((event) =>
    event.type === "start" || event.type === "tools" ? event.tools : [],
  );
  return new Map(tools.map(({ name, parameters }) => [name, namesOf(parameters["properties"])]));
}

function namesOf(properties: unknown): Set<string> | undefined {
  return typeof properties === "object" && properties !== null ? new Set(Object.keys(properties)) : undefined;
}

function undeclared({ sample }: Walk): string[] {
  const tools = toolsOf(sample.events);
  return sample.events.flatMap((event) =>
    event.type !== "turn"
      ? []
      : event.tool_calls.flatMap(({ name, arguments: given, malformed }) => {
          const known = tools.get(name);
          if (known === undefined || malformed) return [];
          return Object.keys(given).flatMap((parameter) =>
            known.has(parameter) ? [] : [`${name}.${parameter}`],
          );
        }),
  );
}
