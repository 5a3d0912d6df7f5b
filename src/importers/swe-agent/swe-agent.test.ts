import { describe, expect, it } from "vitest";
import { describeImporterConformance } from "../conformance.ts";
import { traj } from "../testing/documents.ts";
import { eventsOf, readAs } from "../testing/read.ts";
import { sweAgent } from "./swe-agent.ts";

const textTraj = {
  trajectory: [
    {
      action: "ls\n",
      observation: "a.py",
      response: "Looking.\n```\nls\n```",
      thought: "Looking.\n",
      state: "{}",
    },
    {
      action: "submit\n",
      observation: "diff",
      response: "Done.\n```\nsubmit\n```",
      thought: "Done.\n",
      state: "{}",
    },
  ],
  history: [
    { role: "system", content: "You can act." },
    { role: "user", content: "Look how others did", is_demo: true },
    { role: "user", content: "Fix it" },
    { role: "assistant", content: "Looking.\n```\nls\n```", thought: "Looking.\n", action: "ls\n" },
    { role: "user", content: "a.py\nbash-$" },
    { role: "assistant", content: "Done.\n```\nsubmit\n```", thought: "Done.\n", action: "submit\n" },
  ],
  info: { exit_status: "exit_cost", submission: null, model_stats: { instance_cost: 0 } },
};
const published = {
  instance_id: "o__r-1",
  model_name: "teacher",
  target: false,
  trajectory: [
    { role: "system", text: null, system_prompt: "You can act.", mask: false },
    { role: "user", text: "Fix it" },
    { role: "ai", text: "Looking.\n```\nls -F\n```", mask: true },
    { role: "user", text: "a.py" },
    { role: "ai", text: "I give up." },
  ],
  exit_status: "exit_format",
  generated_patch: "",
};

describeImporterConformance(sweAgent, {
  "a .traj": traj,
  "a .traj of text actions": JSON.parse(JSON.stringify(textTraj)),
  "a published row": JSON.parse(JSON.stringify(published)),
});

describe("a trajectory of SWE-agent", () => {
  it("is the history; the last observation stands in the steps alone", () => {
    const sample = readAs(sweAgent, traj);
    expect(eventsOf(sample)).toEqual([
      "start",
      "system: You can act.",
      "user: Fix it",
      'turn: Looking. c1=bash{"command":"ls"}',
      "result c1: OBSERVATION:\na.py",
      "turn: Done. c2=submit{}",
      "result c2: diff",
      "end finished",
    ]);
    expect(sample).toMatchObject({
      grade: { kind: "ungraded" },
      usage: { inputTokens: 200, outputTokens: 9 },
      dollars: 0.1,
    });
    expect(sample.lost).toEqual([
      "environment",
      "info.model_stats.api_calls",
      "trajectory.execution_time",
      "trajectory.state",
    ]);
  });

  it("names the instance as the file is named", () => {
    const sample = sweAgent.read(traj, { name: "o__r-1.traj" });
    expect(sample).toMatchObject({ instance: "o__r-1", id: "o__r-1@o__r-1.traj" });
    expect(sample.lost).not.toContain("environment");
  });

  it("has actions in the text as commands of its shell", () => {
    const sample = readAs(sweAgent, textTraj);
    expect(eventsOf(sample)).toEqual([
      "start",
      "system: You can act.",
      "user: Look how others did",
      "user: Fix it",
      'turn: Looking. call_1=bash{"command":"ls"}',
      "result call_1: a.py\nbash-$",
      'turn: Done. call_2=bash{"command":"submit"}',
      "result call_2: diff",
      "end exit-cost",
    ]);
    expect(sample.repaired).toEqual(["calls-in-text"]);
  });

  it("keeps unread what a step says otherwise than the history", () => {
    const other = structuredClone(textTraj);
    const [step] = other.trajectory;
    if (step !== undefined) step.response = "Something else";
    expect(readAs(sweAgent, other).lost).toContain("trajectory.response");
  });

  it("is read from rows that were published too", () => {
    const sample = readAs(sweAgent, published);
    expect(eventsOf(sample).slice(3)).toEqual([
      'turn: Looking. call_1=bash{"command":"ls -F"}',
      "result call_1: a.py",
      "turn: I give up.",
      "end exit-format",
    ]);
    expect(sample.grade).toEqual({ kind: "claimed", resolved: false, by: "target" });
  });
});
