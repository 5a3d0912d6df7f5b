import type { TrajectoryEvent } from "../trajectory.ts";

/** One thing that is not as it should be. */
export interface Finding {
  /** Line of the file, from 1; 0 for the whole. */
  readonly line: number;
  readonly code: FindingCode;
  readonly message: string;
}

export type FindingCode =
  | "no-start"
  | "misplaced-event"
  | "interrupted"
  | "time-goes-back"
  | "result-without-call"
  | "missing-result"
  | "repeated-call-id"
  | "unknown-branch"
  | "repeated-branch"
  | "no-such-exchange"
  | "exchange-unreadable"
  | "differs-from-exchange"
  | "not-an-event"
  | "not-an-exchange"
  | "not-atif"
  | "another-version"
  | "torn";

/** What a record of events says against itself; line n is event n. */
export function checkEvents(events: readonly TrajectoryEvent[]): Finding[] {
  return [...checkFrame(events), ...checkTimes(events), ...checkBranches(events), ...checkPairs(events)].sort(
    (a, b) => a.line - b.line,
  );
}

function checkFrame(events: readonly TrajectoryEvent[]): Finding[] {
  const findings: Finding[] = [];
  if (events[0]?.type !== "start") findings.push(at(0, "no-start", "the record does not begin with a start"));
  for (const [index, event] of events.entries()) {
    const isMisplaced =
      (event.type === "start" && index > 0) || (event.type === "end" && index < events.length - 1);
    if (isMisplaced) findings.push(at(index, "misplaced-event", `a ${event.type} in the middle`));
  }
  if (events.at(-1)?.type !== "end")
    findings.push({ line: 0, code: "interrupted", message: "the record has no end: it was cut off" });
  return findings;
}

function checkTimes(events: readonly TrajectoryEvent[]): Finding[] {
  return events.flatMap((event, index): Finding[] => {
    const before = events[index - 1];
    if (before === undefined || Date.parse(event.at) >= Date.parse(before.at)) return [];
    return [at(index, "time-goes-back", `${event.at} after ${before.at}`)];
  });
}

function checkBranches(events: readonly TrajectoryEvent[]): Finding[] {
  const known = new Set<string>();
  return events.flatMap((event, index): Finding[] => {
    if (event.type === "branch") {
      const again = known.has(event.id);
      known.add(event.id);
      return again ? [at(index, "repeated-branch", `branch ${event.id} begins a second time`)] : [];
    }
    if (!("branch" in event) || event.branch === undefined || known.has(event.branch)) return [];
    return [at(index, "unknown-branch", `no branch ${event.branch} has begun`)];
  });
}

interface OpenCall {
  readonly id: string;
  readonly line: number;
}

/** Within each branch: after a turn exactly its results, before anything else is said. */
function checkPairs(events: readonly TrajectoryEvent[]): Finding[] {
  const findings: Finding[] = [];
  const open = new Map<string | undefined, OpenCall[]>();
  const close = (branch: string | undefined) => {
    for (const { id, line } of open.get(branch) ?? [])
      findings.push({ line, code: "missing-result", message: `the call ${id} has no result` });
    open.delete(branch);
  };
  for (const [index, event] of events.entries()) {
    if (event.type === "start" || event.type === "end" || event.type === "branch" || event.type === "tools")
      continue;
    const calls = open.get(event.branch) ?? [];
    if (event.type === "result") {
      const place = calls.findIndex((call) => call.id === event.tool_call_id);
      if (place === -1) findings.push(at(index, "result-without-call", `no open call ${event.tool_call_id}`));
      else calls.splice(place, 1);
      continue;
    }
    close(event.branch);
    if (event.type !== "turn") continue;
    const ids = event.tool_calls.map((call) => call.id);
    if (new Set(ids).size < ids.length)
      findings.push(at(index, "repeated-call-id", "two calls of one turn share an id"));
    open.set(
      event.branch,
      ids.map((id) => ({ id, line: index + 1 })),
    );
  }
  // A cap or a kill may come between a call and its result: only of a record that ended by itself is it a fault.
  const last = events.at(-1);
  if (last?.type === "end" && (last.reason === "finished" || last.reason === "stopped-calling-tools"))
    close(undefined);
  return findings;
}

function at(index: number, code: FindingCode, message: string): Finding {
  return { line: index + 1, code, message };
}
