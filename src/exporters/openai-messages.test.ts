import { describe, expect, it } from "vitest";
import { InputError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { TrajectoryEvent } from "../trajectory.ts";
import { findExporter } from "./index.ts";
import { call, end, input, malformedCall, result, sampleOf, start, turn } from "./testing/records.ts";

const openai = findExporter("openai");

function rowOf(middle: readonly TrajectoryEvent[], options: Record<string, Json> = {}) {
  return resultOf([start("one.1.1", "one"), ...middle, end()], options);
}

function resultOf(events: readonly TrajectoryEvent[], options: Record<string, Json> = {}) {
  return openai.toRow({ sample: sampleOf("one.1.1", { events: [...events] }) }, openai.parseOptions(options));
}

const conversation = [
  input("system", "You are careful."),
  input("user", "Find it."),
  turn({ content: "Looking", reasoning: "hm", tool_calls: [call("a"), call("b", { path: "é" })] }),
  result("b", "two"),
  result("a", "one"),
  turn({ content: "Done" }),
];

describe("the openai format", () => {
  it("writes every message, call, result and thought", () => {
    expect(rowOf(conversation)).toMatchObject({
      kind: "row",
      row: {
        instance_id: "one",
        attempt_id: "one.1.1",
        resolved: true,
        reward: 1,
        model: "teacher",
        agent: "loop@1",
        messages: [
          { role: "system", content: "You are careful." },
          { role: "user", content: "Find it." },
          {
            role: "assistant",
            content: "Looking",
            reasoning_content: "hm",
            tool_calls: [
              { id: "a", type: "function", function: { name: "bash", arguments: '{"command":"ls"}' } },
              { id: "b", type: "function", function: { name: "bash", arguments: '{"path":"é"}' } },
            ],
          },
          { role: "tool", tool_call_id: "b", name: "bash", content: "two" },
          { role: "tool", tool_call_id: "a", name: "bash", content: "one" },
          { role: "assistant", content: "Done" },
        ],
        tools: [
          { type: "function", function: { name: "bash", description: "Runs a command" } },
          { type: "function", function: { name: "edit" } },
        ],
      },
      size: { messages: 6, characters: 16 + 8 + 7 + 2 + 16 + 12 + 3 + 3 + 4 },
    });
  });

  it("writes arguments as objects and tools as text when asked to", () => {
    const converted = rowOf(conversation, { arguments: "object", tools: "string" });
    if (converted.kind !== "row") throw new Error(converted.reason);
    const messages = converted.row["messages"] as { tool_calls?: { function: { arguments: Json } }[] }[];
    expect(messages[2]?.tool_calls?.[0]?.function.arguments).toEqual({ command: "ls" });
    expect(JSON.parse(String(converted.row["tools"]))).toHaveLength(2);
  });

  it("keeps the text of a malformed call, and refuses the row where only an object would do", () => {
    const events = [
      turn({ tool_calls: [malformedCall("a", '{"command": "l')] }),
      result("a", "not JSON", true),
    ];
    expect(rowOf(events)).toMatchObject({
      row: { messages: [{ tool_calls: [{ function: { arguments: '{"command": "l' } }] }, {}] },
    });
    expect(rowOf(events, { arguments: "object" })).toMatchObject({
      kind: "refused",
      reason: "malformed-call",
    });
  });

  it.each([
    ["missing-result", [turn({ tool_calls: [call("a"), call("b")] }), result("a"), turn({ content: "x" })]],
    ["missing-result", [turn({ tool_calls: [call("a")] })]],
    ["missing-result", [turn({ tool_calls: [call("a")] }), input("user", "hello?"), result("a")]],
    ["result-without-call", [turn({ content: "x" }), result("a")]],
    ["result-without-call", [turn({ tool_calls: [call("a")] }), result("a"), result("a")]],
    ["repeated-call-id", [turn({ tool_calls: [call("a"), call("a")] }), result("a"), result("a")]],
    ["nothing-to-train-on", [input("user", "x"), turn()]],
    ["misplaced-event", [turn({ content: "x" }), end(), turn({ content: "y" })]],
  ])("refuses a conversation that never took place: %s", (reason, events) => {
    expect(rowOf(events)).toMatchObject({ kind: "refused", reason });
  });

  it("refuses a conversation whose history was replaced, not one beside which another had one", () => {
    const { at } = end();
    const branch = "condense-1";
    const replaced = (on?: string): TrajectoryEvent => ({
      type: "context",
      at,
      reason: "condensed",
      messages: [],
      ...(on === undefined ? {} : { branch: on }),
    });
    const begin: TrajectoryEvent = { type: "branch", at, id: branch, kind: "other", after: 0 };
    expect(rowOf([begin, replaced(branch), turn({ content: "x" })]).kind).toBe("row");
    expect(rowOf([replaced(), turn({ content: "x" })])).toMatchObject({ reason: "condensed" });
  });

  it("refuses half a record", () => {
    expect(resultOf([start("one.1.1", "one"), turn({ content: "x" })])).toMatchObject({
      reason: "interrupted",
    });
    expect(resultOf([turn({ content: "x" }), end()])).toMatchObject({ reason: "no-start" });
  });

  it("takes the same id in two turns: some models count from zero in each", () => {
    const twice = [
      turn({ tool_calls: [call("0")] }),
      result("0"),
      turn({ tool_calls: [call("0")] }),
      result("0"),
    ];
    expect(rowOf(twice).kind).toBe("row");
  });

  it("refuses options that it does not know", () => {
    expect(() => openai.parseOptions({ argument: "object" })).toThrow(InputError);
    expect(() => findExporter("parchment")).toThrow(InputError);
  });

  it("gives turns a weight in the field that a trainer reads, nothing where every call failed", () => {
    const failing = [
      turn({ tool_calls: [call("a")], tokens: { completion: [7], logprobs: [-0.5] } }),
      result("a", "ls: no such file", true),
      turn({ content: "Done" }),
    ];
    const assistantsOf = (options: Record<string, Json>) => {
      const made = rowOf(failing, options);
      if (made.kind !== "row") throw new Error(made.reason);
      return (made.row["messages"] as Record<string, Json>[]).filter(({ role }) => role === "assistant");
    };
    expect(assistantsOf({ weights: "openai", leave_out: "failed" }).map(({ weight }) => weight)).toEqual([
      0, 1,
    ]);
    expect(assistantsOf({ weights: "axolotl", leave_out: "failed" }).map(({ train }) => train)).toEqual([
      false,
      true,
    ]);
    expect(assistantsOf({ weights: "ms-swift" }).map(({ loss }) => loss)).toEqual([true, true]);
    expect(assistantsOf({})[0]).not.toHaveProperty("weight");
    expect(assistantsOf({ served_tokens: true })).toMatchObject([{ token_ids: [7], logprobs: [-0.5] }, {}]);
    expect(() => openai.parseOptions({ leave_out: "failed" })).toThrow(InputError);
  });

  it.each(["openai", "openhands", "sharegpt", "atif"])(
    "lets no turn be learned that another sample has: %s",
    (format) => {
      const exporter = findExporter(format);
      const events = [
        start("one.1.1", "one"),
        input("user", "Go"),
        turn({ content: "Shown" }),
        turn({ content: "Own" }),
        end(),
      ];
      const sample = sampleOf("one.1.1", { events, marks: [{ event: 2, kind: "context", by: "fit" }] });
      const made = (options: Record<string, Json>) =>
        exporter.toRow({ sample }, exporter.parseOptions(options));
      expect(made({})).toMatchObject({ kind: "refused", reason: "untrained-turns" });
      if (format !== "openai") return;
      expect(made({ weights: "openai" })).toMatchObject({
        row: { messages: [{}, { weight: 0 }, { weight: 1 }] },
      });
    },
  );
});
