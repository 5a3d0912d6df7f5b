import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trajectoryEventSchema } from "../trajectory.ts";
import type { TrajectoryEvent } from "../trajectory.ts";
import { noVerdict, solved } from "../verdict.ts";
import { atifTrajectorySchema } from "./atif-schema.ts";
import { toAtif } from "./atif.ts";

const at = "2026-11-02T10:00:00.000Z";
const start: TrajectoryEvent = {
  type: "start",
  schema_version: 1,
  at,
  attempt: "one.1.1",
  instance: "one",
  agent: { name: "loop", version: "1" },
  model: "teacher",
  tools: [{ name: "bash", description: "Runs a command", parameters: { type: "object" } }],
  isolation: "namespaces",
};
const instruction: TrajectoryEvent = { type: "input", at, role: "user", content: "Find it" };

function turn(fields: Partial<Extract<TrajectoryEvent, { type: "turn" }>>): TrajectoryEvent {
  return { type: "turn", at, content: "", tool_calls: [], usage: {}, ...fields };
}

function result(id: string, content: string): TrajectoryEvent {
  return { type: "result", at, tool_call_id: id, tool_name: "bash", content, is_error: false };
}

function call(id: string, args: Record<string, string> = { command: "ls" }) {
  return { id, name: "bash", arguments: args, malformed: false };
}

describe("toAtif", () => {
  it("puts a call and its result on one step of the agent", () => {
    const trajectory = toAtif([
      start,
      instruction,
      turn({
        content: "Looking",
        reasoning: "hm",
        tool_calls: [call("a"), call("b")],
        usage: { inputTokens: 10, outputTokens: 2 },
        served_model: "teacher-0901",
      }),
      result("a", "README.md"),
      result("b", "setup.py"),
      turn({ content: "Done", usage: { inputTokens: 20, outputTokens: 1, cachedTokens: 10 } }),
      { type: "end", at, reason: "finished" },
    ]);
    expect(atifTrajectorySchema.parse(trajectory)).toEqual(trajectory);
    expect(trajectory).toMatchObject({
      session_id: "one.1.1",
      agent: {
        model_name: "teacher",
        tool_definitions: [{ type: "function", function: { name: "bash", parameters: { type: "object" } } }],
      },
      final_metrics: {
        total_prompt_tokens: 30,
        total_completion_tokens: 3,
        total_cached_tokens: 10,
        total_steps: 3,
      },
      extra: { instance_id: "one", end: { reason: "finished" } },
    });
    expect(trajectory.steps[1]).toMatchObject({
      step_id: 2,
      source: "agent",
      message: "Looking",
      reasoning_content: "hm",
      model_name: "teacher-0901",
      tool_calls: [
        { tool_call_id: "a", arguments: { command: "ls" } },
        { tool_call_id: "b", arguments: { command: "ls" } },
      ],
      observation: {
        results: [
          { source_call_id: "a", content: "README.md" },
          { source_call_id: "b", content: "setup.py" },
        ],
      },
      metrics: { prompt_tokens: 10, completion_tokens: 2 },
    });
  });

  it("keeps the text of a malformed call apart from its arguments", () => {
    const malformed = { id: "a", name: "bash", arguments: { malformed: '{"command": "ls' }, malformed: true };
    expect(toAtif([start, turn({ tool_calls: [malformed] })]).steps[0]?.tool_calls).toEqual([
      {
        tool_call_id: "a",
        function_name: "bash",
        arguments: {},
        extra: { malformed: true, raw_arguments: '{"command": "ls' },
      },
    ]);
  });

  it("says that a record was interrupted", () => {
    const trajectory = toAtif([start, instruction, turn({ tool_calls: [call("a")] })]);
    expect(trajectory.extra).toMatchObject({ interrupted: true });
    expect(trajectory.steps[1]?.observation).toBeUndefined();
    expect(toAtif([], { sessionId: "one.1.2" })).toMatchObject({
      session_id: "one.1.2",
      steps: [],
      extra: { interrupted: true },
    });
  });

  it("gives each result to the latest open call when a model repeats its ids", () => {
    const { steps } = toAtif([
      start,
      turn({ tool_calls: [call("call_0")] }),
      result("call_0", "first"),
      turn({ tool_calls: [call("call_0")] }),
      result("call_0", "second"),
    ]);
    expect(steps.map((step) => step.observation?.results.map((entry) => entry.content))).toEqual([
      ["first"],
      ["second"],
    ]);
  });

  it("keeps a result that nobody asked for", () => {
    const { steps } = toAtif([start, turn({ tool_calls: [call("a")] }), result("z", "?")]);
    expect(steps[0]?.observation?.results).toMatchObject([
      { content: "?", extra: { unmatched_tool_call_id: "z" } },
    ]);
    expect(steps[0]?.observation?.results[0]).not.toHaveProperty("source_call_id");
  });

  it("puts the verdict and the reward under extra, and no reward where there is no verdict", () => {
    expect(toAtif([start], { verdict: solved({ files: 1 }) }).extra).toMatchObject({
      rewards: { reward: 1 },
      verdict: { outcome: "solved", facts: { files: 1 } },
    });
    const failed = toAtif([start], { verdict: noVerdict("sandbox-failed") });
    expect(failed.extra).not.toHaveProperty("rewards");
    expect(failed.extra).toMatchObject({ verdict: { outcome: "no-verdict", cause: "sandbox-failed" } });
  });

  it("says of a turn without a model that none was called", () => {
    const { model: _, ...scripted } = start as Extract<TrajectoryEvent, { type: "start" }>;
    expect(toAtif([scripted, turn({ content: "x" })]).steps[0]?.llm_call_count).toBe(0);
    expect(toAtif([start, turn({ content: "x" })]).steps[0]?.llm_call_count).toBe(1);
  });

  it("gives a valid trajectory for any record, and loses no turn, call or result", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 25 }), (events) => {
        const trajectory = toAtif(events);
        expect(atifTrajectorySchema.parse(trajectory)).toEqual(trajectory);
        const count = (type: TrajectoryEvent["type"]) => events.filter((event) => event.type === type).length;
        const { steps } = trajectory;
        expect(steps.filter((step) => step.source === "agent")).toHaveLength(count("turn"));
        expect(steps.flatMap((step) => step.observation?.results ?? [])).toHaveLength(count("result"));
        expect(steps.flatMap((step) => step.tool_calls ?? [])).toHaveLength(
          events.flatMap((event) => (event.type === "turn" ? event.tool_calls : [])).length,
        );
      }),
      { numRuns: 300 },
    );
  });
});

const id = fc.constantFrom("a", "b", "call_0", "");
const args = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 });
const optionalCount = fc.option(fc.nat(), { nil: undefined });
const anyCall = fc.oneof(
  fc.record({ id, name: fc.string(), arguments: args, malformed: fc.constant(false) }),
  fc.record({
    id,
    name: fc.string(),
    arguments: fc.record({ malformed: fc.string() }),
    malformed: fc.constant(true),
  }),
);
const anyEvent: fc.Arbitrary<TrajectoryEvent> = fc
  .oneof(
    fc.constant(start),
    fc.record({
      type: fc.constant("input"),
      at: fc.constant(at),
      role: fc.constantFrom("system", "user"),
      content: fc.string(),
    }),
    fc.record({
      type: fc.constant("turn"),
      at: fc.constant(at),
      content: fc.string(),
      reasoning: fc.option(fc.string(), { nil: undefined }),
      tool_calls: fc.array(anyCall, { maxLength: 3 }),
      usage: fc.record({ inputTokens: optionalCount, outputTokens: optionalCount }),
    }),
    fc.record({
      type: fc.constant("result"),
      at: fc.constant(at),
      tool_call_id: id,
      tool_name: fc.string(),
      content: fc.string(),
      is_error: fc.boolean(),
    }),
    fc.record({ type: fc.constant("end"), at: fc.constant(at), reason: fc.string() }),
  )
  .map((event) => trajectoryEventSchema.parse(JSON.parse(JSON.stringify(event))));
