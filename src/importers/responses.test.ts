import { describe, expect, it } from "vitest";
import { describeImporterConformance } from "./conformance.ts";
import { responses } from "./responses.ts";
import { rollout } from "./testing/documents.ts";
import { eventsOf, readAs } from "./testing/read.ts";

const call = (id: string) => ({ type: "function_call", call_id: id, name: "bash", arguments: "{}" });
const output = (id: string) => ({ type: "function_call_output", call_id: id, output: id.toUpperCase() });
const said = (text: string) => ({
  type: "message",
  role: "assistant",
  content: [{ type: "output_text", text }],
});
const rowOf = (items: object[], more = {}) => ({
  responses_create_params: { input: "Fix it" },
  response: { output: items },
  ...more,
});

describeImporterConformance(responses, { "a rollout": rollout });

describe("a rollout of NeMo Gym", () => {
  it("has reasoning, text and calls of one answer in one turn", () => {
    const sample = readAs(responses, rollout);
    expect(eventsOf(sample)).toEqual([
      "start bash",
      "system: You can act.",
      "user: Fix it",
      'turn: Looking. c1=bash{"command":"ls"}',
      "result c1: a.py",
      "turn: Done.",
      "end unstated",
    ]);
    expect(sample.events[3]).toMatchObject({ reasoning: "Hm." });
    expect(sample).toMatchObject({
      agent: { name: "pi" },
      grade: { kind: "claimed", resolved: true, by: "reward" },
      usage: { inputTokens: 100, outputTokens: 5 },
      repaired: [],
    });
  });

  it("fills in what a call without a result leaves open while it goes on, and not at the end", () => {
    const items = [said("a"), call("x"), call("y"), output("x"), said("b"), call("z")];
    const sample = readAs(responses, rowOf(items));
    expect(eventsOf(sample).slice(2)).toEqual([
      "turn: a x=bash{} y=bash{}",
      "result x: X",
      "result y: ",
      "turn: b z=bash{}",
      "end unstated",
    ]);
    expect(sample.repaired).toEqual(["result-missing"]);
  });

  it("keeps a result that answers no call as what the model was told", () => {
    const sample = readAs(responses, rowOf([said("a"), output("lost"), said("b")]));
    expect(eventsOf(sample).slice(2, 5)).toEqual(["turn: a", "user: LOST", "turn: b"]);
    expect(sample.repaired).toEqual(["result-without-call"]);
  });

  it.each([
    [{ reward: 0.5 }, { kind: "claimed", resolved: false, by: "reward" }],
    [
      { resolved: null, reward: 1 },
      { kind: "claimed", resolved: true, by: "reward" },
    ],
    [{ resolved: true, reward: 1, mask_sample: true }, { kind: "ungraded" }],
    [{}, { kind: "ungraded" }],
  ])("claims what %j says", (more, grade) => {
    expect(readAs(responses, rowOf([said("a")], more)).grade).toEqual(grade);
  });

  it("counts a turn that says nothing", () => {
    expect(readAs(responses, rowOf([said("")])).repaired).toEqual(["empty-turn"]);
  });
});
