import { actionsOf } from "../actions/of-call.ts";
import type { ForeignEvent } from "../trajectory.ts";

type EventOf<T extends ForeignEvent["type"]> = Extract<ForeignEvent, { type: T }>;
type Start = EventOf<"start">;
type ToolCall = EventOf<"turn">["tool_calls"][number];
export type ChatEvent = EventOf<"input"> | EventOf<"turn"> | EventOf<"result">;

export type Chat =
  | { readonly kind: "chat"; readonly start: Start; readonly events: readonly ChatEvent[] }
  | { readonly kind: "broken"; readonly reason: string; readonly detail: string };

/**
 * Checks that a record is a conversation that a chat format can hold: one start, an end, and after each turn
 * exactly its results. Trainers' templates accept anything else too, and then train on a conversation that never took place.
 */
export function toChat(events: readonly ForeignEvent[]): Chat {
  const [start, ...rest] = events;
  if (start?.type !== "start") return broken("no-start", "the record does not begin with a start event");
  const last = rest.pop();
  if (last?.type !== "end") return broken("interrupted", "the record has no end event");
  const chat: ChatEvent[] = [];
  let { tools } = start;
  for (const event of rest) {
    if (event.type === "tools") {
      ({ tools } = event);
      continue;
    }
    if (event.type === "start" || event.type === "end") {
      return broken("misplaced-event", `a ${event.type} event in the middle of the record`);
    }
    // Other branches are conversations of their own.
    if (event.type === "branch" || event.branch !== undefined) continue;
    if (event.type === "context") {
      return broken("condensed", "the model was given another history in the middle of the record");
    }
    chat.push(event);
  }
  const problem = findUnpaired(chat);
  if (problem !== undefined) return problem;
  if (!chat.some(hasText)) return broken("nothing-to-train-on", "no turn has text, reasoning or a call");
  return { kind: "chat", start: { ...start, tools }, events: chat };
}

function findUnpaired(events: readonly ChatEvent[]): Chat | undefined {
  let open: string[] = [];
  let ending = new Set<string>();
  for (const event of events) {
    if (event.type === "result") {
      const index = open.indexOf(event.tool_call_id);
      if (index === -1) return broken("result-without-call", `no open call ${event.tool_call_id}`);
      open.splice(index, 1);
      continue;
    }
    if (open.length > 0) return missing(open);
    if (event.type === "turn") {
      open = event.tool_calls.map((call) => call.id);
      ending = new Set(event.tool_calls.filter(endsTheWork).map((call) => call.id));
    }
    if (new Set(open).size < open.length)
      return broken("repeated-call-id", "two calls of one turn share an id");
  }
  const unanswered = open.filter((id) => !ending.has(id));
  return unanswered.length > 0 ? missing(unanswered) : undefined;
}

/** Many scaffolds stop at the call that hands the work in, and answer it to nobody. */
function endsTheWork({ name, arguments: given, malformed }: ToolCall): boolean {
  return actionsOf(name, given, malformed).every(({ kind }) => kind === "finish");
}

function missing(calls: readonly string[]): Chat {
  return broken("missing-result", `no result for ${calls.join(", ")}`);
}

function hasText(event: ChatEvent): boolean {
  if (event.type !== "turn") return false;
  return event.content !== "" || event.tool_calls.length > 0 || (event.reasoning ?? "") !== "";
}

function broken(reason: string, detail: string): Chat {
  return { kind: "broken", reason, detail };
}
