import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../base/json.ts";
import { type ForeignEvent, type TrajectoryEvent, trajectoryEventSchema } from "../../trajectory.ts";
import { toAtif } from "../../trajectories/atif.ts";
import { anyRecord } from "../../trajectories/testing/records.ts";
import { solved } from "../../verdict.ts";
import { describeImporterConformance } from "../conformance.ts";
import { anyConversation } from "../testing/conversations.ts";
import { atifDocument } from "../testing/documents.ts";
import { eventsOf, readAs } from "../testing/read.ts";
import { atif } from "./atif.ts";

const agent = () => ({ name: "router", version: "1" });
const withHelper: Json = {
  schema_version: "ATIF-v1.7",
  session_id: "s1",
  agent: agent(),
  steps: [
    { step_id: 1, source: "user", message: [{ type: "text", text: "Fix it" }] },
    {
      step_id: 2,
      source: "agent",
      message: "",
      tool_calls: [{ tool_call_id: "c1", function_name: "ask", arguments: { of: "helper" } }],
      observation: {
        results: [
          { source_call_id: "c1", content: "4", subagent_trajectory_ref: [{ trajectory_id: "helper" }] },
        ],
      },
    },
  ],
  subagent_trajectories: [
    {
      schema_version: "ATIF-v1.7",
      session_id: "s1",
      trajectory_id: "helper",
      agent: agent(),
      steps: [
        { step_id: 1, source: "user", message: "2 + 2" },
        { step_id: 2, source: "agent", message: "4" },
      ],
    },
  ],
};

describeImporterConformance(atif, { "a document": atifDocument, "a document with a helper": withHelper });

const at = "2026-11-02T10:00:00.000Z";

/** Of our own view every moment is known but that at which tools changed. */
function ours(events: readonly ForeignEvent[]): TrajectoryEvent[] {
  return events.map((event) =>
    trajectoryEventSchema.parse(event.type === "tools" ? { at, ...event } : event),
  );
}

/** What every writer of records keeps to: a branch begins once, before what is on it. */
function announced(events: readonly TrajectoryEvent[]): TrajectoryEvent[] {
  const known = new Set<string>();
  return events.filter((event) => {
    if (event.type === "branch") return known.size < known.add(event.id).size;
    return !("branch" in event) || event.branch === undefined || known.has(event.branch);
  });
}

describe("an ATIF document", () => {
  it("of our own view gives a record with the same view", () => {
    fc.assert(
      fc.property(anyRecord.map(announced), (record) => {
        const view = toAtif(record, { sessionId: "s1" });
        const sample = readAs(atif, view);
        expect(toAtif(ours(sample.events), { sessionId: sample.id })).toEqual(
          JSON.parse(JSON.stringify(view)),
        );
        expect(sample.lost).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it("of a whole conversation gives the conversation back, event by event", () => {
    fc.assert(
      fc.property(anyConversation, (record) => {
        const sample = readAs(atif, toAtif(record));
        expect(sample.events).toEqual(JSON.parse(JSON.stringify(record)));
        expect(sample.lost).toEqual([]);
      }),
    );
  });

  it("claims what a verdict in it says, and loses the rest of it", () => {
    const sample = readAs(atif, toAtif([], { sessionId: "s1", verdict: solved({}), more: { note: "x" } }));
    expect(sample.grade).toEqual({ kind: "claimed", resolved: true, by: "extra.verdict.resolved" });
    expect(sample.lost).toContain("extra.note");
  });

  it("is read in every version up to 1.8, and refused in another", () => {
    for (let minor = 0; minor <= 8; minor++) {
      const document = { ...Object(atifDocument), schema_version: `ATIF-v1.${minor}` };
      expect(eventsOf(readAs(atif, document))).toEqual([
        "start bash",
        "user: Fix it",
        'turn: Looking. c1=bash{"command":"ls"}',
        "result c1: a.py",
        "turn: Done.",
        "end unstated",
      ]);
    }
    const newer = { ...Object(atifDocument), schema_version: "ATIF-v2.0" };
    expect(() => readAs(atif, newer)).toThrow("up to 1.8");
  });

  it("has helpers as branches, where the result that names them stands", () => {
    const sample = readAs(atif, withHelper);
    expect(eventsOf(sample).slice(1)).toEqual([
      "user: Fix it",
      'turn:  c1=ask{"of":"helper"}',
      "result c1: 4",
      "branch",
      "[helper] user: 2 + 2",
      "[helper] turn: 4",
      "end unstated",
    ]);
    expect(sample.events.find(({ type }) => type === "branch")).toMatchObject({
      kind: "sub-agent",
      after: 1,
    });
  });

  it("has results that do not name their calls, on a later step too", () => {
    const call = { tool_call_id: "c1", function_name: "add", arguments: {} };
    const sample = readAs(atif, {
      schema_version: "ATIF-v1.6",
      agent: agent(),
      steps: [
        { step_id: 1, source: "agent", message: "", tool_calls: [call] },
        { step_id: 2, source: "system", message: "", observation: { results: [{ content: "7" }] } },
        { step_id: 3, source: "agent", message: "7", observation: { results: [{ content: "told" }] } },
      ],
    });
    expect(eventsOf(sample).slice(1)).toEqual([
      "turn:  c1=add{}",
      "result c1: 7",
      "turn: 7",
      "user: told",
      "end unstated",
    ]);
    expect(sample.repaired).toEqual(["result-by-order", "result-without-call"]);
  });
});
