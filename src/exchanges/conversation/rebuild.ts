import type { AgentEvent } from "../../agent.ts";
import type { Message } from "../../model.ts";
import type { Conversation } from "./types.ts";

/** What was sent in each exchange, put together again from the events: the proof that they lack nothing. */
export function rebuildRequests({ events, places, restated }: Conversation): Map<number, readonly Message[]> {
  const histories = new Map<string, Branch>([[MAIN, { messages: [], afterTurns: [[]] }]]);
  const branchOf = (name: string | undefined) => {
    const branch = histories.get(name ?? MAIN);
    if (branch === undefined) throw new Error(`an event names the branch ${name}, which has not begun`);
    return branch;
  };
  const requests = new Map<number, readonly Message[]>();
  let place = 0;
  for (let count = 0; count <= events.length; count++) {
    for (let here = places[place]; here?.events === count; here = places[++place]) {
      const { exchange } = here;
      const branch = branchOf(here.branch);
      for (const { index, message } of restated.filter((one) => one.exchange === exchange))
        branch.messages = branch.messages.with(index, message);
      requests.set(exchange, branch.messages);
    }
    const event = events[count];
    if (event?.type === "tools") continue;
    if (event?.type === "branch") histories.set(event.id, begin(event, branchOf(event.parent)));
    else if (event !== undefined) take(branchOf(event.branch), event);
  }
  return requests;
}

const MAIN = "";

interface Branch {
  messages: readonly Message[];
  /** What it held after each of its turns, and before the first. */
  readonly afterTurns: (readonly Message[])[];
}

/** One that goes back has what its parent had by then; every other says its history itself. */
function begin({ kind, after }: Extract<AgentEvent, { type: "branch" }>, parent: Branch): Branch {
  const messages = kind === "retry" ? (parent.afterTurns[after] ?? []) : [];
  return { messages, afterTurns: [messages] };
}

function take(branch: Branch, event: Exclude<AgentEvent, { type: "branch" | "tools" }>): void {
  if (event.type === "context") branch.messages = event.messages;
  else branch.messages = [...branch.messages, toMessage(event)];
  if (event.type === "turn") branch.afterTurns.push(branch.messages);
}

function toMessage(event: Extract<AgentEvent, { type: "input" | "turn" | "result" }>): Message {
  if (event.type === "turn") return event.message;
  if (event.type === "input") return { role: event.role, content: event.content };
  return {
    role: "tool",
    toolCallId: event.toolCallId,
    toolName: event.toolName,
    content: event.result.content,
  };
}
