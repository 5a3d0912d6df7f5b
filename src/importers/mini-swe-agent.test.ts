import { describe, expect, it } from "vitest";
import { describeImporterConformance } from "./conformance.ts";
import { miniSweAgent } from "./mini-swe-agent.ts";
import { miniTrajectory } from "./testing/documents.ts";
import { eventsOf, readAs } from "./testing/read.ts";

const bare = [
  { role: "system", content: "Write one block." },
  { role: "user", content: "Fix it" },
  { role: "assistant", content: "THOUGHT: look\n\n```mswea_bash_command\nls\n```" },
  { role: "user", content: "<returncode>0</returncode>\n<output>\na.py\n</output>" },
  { role: "assistant", content: "Two:\n```bash\nls\n```\n```bash\npwd\n```" },
  { role: "user", content: "Please write exactly one block." },
  { role: "assistant", content: "```bash\necho COMPLETE\n```" },
];
const version1 = {
  trajectory_format: "mini-swe-agent-1",
  instance_id: "o__r-1",
  info: { exit_status: "LimitsExceeded", submission: "", model_stats: { instance_cost: 1.5 } },
  messages: bare,
};
const answers = {
  trajectory_format: "mini-swe-agent-1.1",
  info: {},
  messages: [
    { role: "user", content: "Fix it" },
    {
      object: "response",
      model: "teacher-0901",
      output: [
        { type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }] },
        { type: "function_call", call_id: "c1", name: "bash", arguments: '{"command":"ls"}' },
      ],
      usage: { input_tokens: 10, output_tokens: 2 },
      extra: { timestamp: 1780680349 },
    },
    { type: "function_call_output", call_id: "c1", output: "a.py" },
  ],
};

describeImporterConformance(miniSweAgent, {
  "a trajectory": miniTrajectory,
  "a list of messages": bare,
  "a trajectory of version 1": version1,
  "a trajectory of a model that speaks Responses": answers,
});

describe("a trajectory of mini-swe-agent", () => {
  it("has a block as a call, and a turn of two blocks as none", () => {
    const sample = readAs(miniSweAgent, version1);
    expect(eventsOf(sample)).toEqual([
      "start",
      "system: Write one block.",
      "user: Fix it",
      'turn: THOUGHT: look call_1=bash{"command":"ls"}',
      "result call_1: <returncode>0</returncode>\n<output>\na.py\n</output>",
      "turn: Two:\n```bash\nls\n```\n```bash\npwd\n```",
      "user: Please write exactly one block.",
      'turn:  call_2=bash{"command":"echo COMPLETE"}',
      "end limits-exceeded",
    ]);
    expect(sample.repaired).toEqual(["calls-in-text"]);
    expect(eventsOf(readAs(miniSweAgent, bare)).slice(1, -1)).toEqual(eventsOf(sample).slice(1, -1));
  });

  it("has calls as they were made, with times and tokens", () => {
    const sample = readAs(miniSweAgent, miniTrajectory);
    expect(sample.events.find((event) => event.type === "turn")).toMatchObject({
      at: "2026-06-05T17:25:49.500Z",
      tool_calls: [{ id: "c1", arguments: { command: "ls" } }],
      usage: { inputTokens: 100, outputTokens: 5 },
      served_model: "teacher-0901",
      stop: "tool-calls",
    });
    expect(sample).toMatchObject({
      agent: { name: "mini-swe-agent", version: "2.3.0" },
      model: "teacher",
      dollars: 0.2,
      grade: { kind: "ungraded" },
      repaired: [],
    });
    expect(sample.lost).not.toContain("messages.extra.actions.command");
  });

  it("reads answers in the form of Responses", () => {
    const sample = readAs(miniSweAgent, answers);
    expect(eventsOf(sample).slice(2)).toEqual([
      'turn:  c1=bash{"command":"ls"}',
      "result c1: a.py",
      "end unstated",
    ]);
    expect(sample.usage).toEqual({ inputTokens: 10, outputTokens: 2 });
  });
});
