import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TrajectoryEvent } from "../trajectory.ts";
import { noVerdict, solved } from "../verdict.ts";
import { atifTrajectorySchema } from "./atif-schema.ts";
import { toAtif } from "./atif.ts";
import { anyRecord, start } from "./testing/records.ts";

const at = "2026-11-02T10:00:00.000Z";
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
    const { model: _, ...scripted } = start;
    expect(toAtif([scripted, turn({ content: "x" })]).steps[0]?.llm_call_count).toBe(0);
    expect(toAtif([start, turn({ content: "x" })]).steps[0]?.llm_call_count).toBe(1);
  });

  it("embeds the branches of a conversation, and links a helper to the call that started it", () => {
    const trajectory = toAtif([
      start,
      instruction,
      turn({ content: "Ask a helper", tool_calls: [call("a")] }),
      { type: "branch", at, id: "sub-agent-2", kind: "sub-agent", after: 1 },
      { ...instruction, branch: "sub-agent-2" },
      turn({ content: "Helping", branch: "sub-agent-2", exchange: 2, stop: "end" }),
      result("a", "helped"),
      { type: "branch", at, id: "compaction-4", kind: "compaction", after: 1 },
      turn({ content: "Done" }),
      { type: "end", at, reason: "finished" },
    ]);
    expect(atifTrajectorySchema.parse(trajectory)).toEqual(trajectory);
    expect(trajectory.steps.map((step) => step.message)).toEqual(["Find it", "Ask a helper", "Done"]);
    expect(trajectory.steps[1]?.observation?.results[0]?.subagent_trajectory_ref).toEqual([
      { trajectory_id: "sub-agent-2" },
    ]);
    expect(trajectory.subagent_trajectories).toMatchObject([
      {
        trajectory_id: "sub-agent-2",
        steps: [{ message: "Find it" }, { message: "Helping", extra: { exchange: 2, stop: "end" } }],
        extra: { branch: { kind: "sub-agent", after: 1 } },
      },
      { trajectory_id: "compaction-4", steps: [], extra: { branch: { kind: "compaction" } } },
    ]);
  });

  it("names the tools of a program that has its own", () => {
    const tools = [{ name: "Edit", description: "Edits", parameters: { type: "object" } }];
    const trajectory = toAtif([
      { ...start, tools: [] },
      { type: "tools", at, tools },
    ]);
    expect(trajectory.agent.tool_definitions).toEqual([{ type: "function", function: tools[0] }]);
  });

  it("marks a history that was given anew as copied, so that nobody trains on it twice", () => {
    const trajectory = toAtif([
      start,
      {
        type: "context",
        at,
        reason: "condensed",
        messages: [
          { role: "user", content: "Find it" },
          { role: "assistant", content: "", reasoning: "hm", tool_calls: [call("a")] },
          { role: "tool", tool_call_id: "a", tool_name: "bash", content: "[shortened]" },
        ],
      },
      turn({ content: "Done" }),
    ]);
    expect(atifTrajectorySchema.parse(trajectory)).toEqual(trajectory);
    expect(trajectory.steps.map((step) => step.is_copied_context)).toEqual([true, true, undefined]);
    expect(trajectory.steps[1]?.observation?.results).toMatchObject([
      { source_call_id: "a", content: "[shortened]" },
    ]);
  });

  it("keeps token ids, log-probabilities and what was sampled", () => {
    const tokens = { prompt: [1, 2], completion: [3], logprobs: [-0.5] };
    const trajectory = toAtif([{ ...start, sampling: { temperature: 0 } }, turn({ content: "x", tokens })]);
    expect(trajectory.extra).toMatchObject({ sampling: { temperature: 0 }, started_at: at });
    expect(trajectory.steps[0]?.metrics).toEqual({
      prompt_token_ids: [1, 2],
      completion_token_ids: [3],
      logprobs: [-0.5],
    });
  });

  it("gives a valid trajectory for any record, and loses no turn, call, result, input or copied message", () => {
    fc.assert(
      fc.property(anyRecord, (events) => {
        const trajectory = toAtif(events);
        expect(atifTrajectorySchema.parse(trajectory)).toEqual(trajectory);
        const steps = [trajectory, ...(trajectory.subagent_trajectories ?? [])].flatMap((one) => one.steps);
        const own = steps.filter((step) => step.is_copied_context !== true);
        const results = steps.flatMap((step) => step.observation?.results ?? []);
        const of = <Kind extends TrajectoryEvent["type"]>(kind: Kind) =>
          events.filter((event): event is Extract<TrajectoryEvent, { type: Kind }> => event.type === kind);
        const copied = of("context").flatMap((event) => event.messages);
        const spoken = copied.filter((message) => message.role !== "tool");
        expect(own.filter((step) => step.source === "agent")).toHaveLength(of("turn").length);
        expect(steps.filter((step) => step.is_copied_context === true)).toHaveLength(spoken.length);
        expect(results).toHaveLength(of("result").length + copied.length - spoken.length);
        expect(steps.flatMap((step) => step.tool_calls ?? [])).toHaveLength(
          [...of("turn"), ...copied].flatMap((said) => ("tool_calls" in said ? said.tool_calls : [])).length,
        );
        const given = own.filter((step) => step.source !== "agent").map((step) => step.message);
        for (const input of of("input")) expect(given).toContain(input.content);
      }),
      { numRuns: 300 },
    );
  });
});
