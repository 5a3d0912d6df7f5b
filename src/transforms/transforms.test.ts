import { describe, expect, it } from "vitest";
import { call, input, malformedCall, result, turn } from "../exporters/testing/records.ts";
import { marksOf } from "../samples/marks.ts";
import { answer, callOf, only, sampleWith, told, transformed } from "./testing/conversations.ts";

const task = input("user", "Find it.");
const thought = answer("t", "think");

describe("drop-reasoning", () => {
  it("takes out thoughts wherever they are, and what is left of turns that had nothing else", async () => {
    const sample = sampleWith(
      task,
      turn({ reasoning: "Where?", content: "<think>Hm.</think>\nI look.", tool_calls: [call("a")] }),
      result("a"),
      turn({ tool_calls: [callOf("t", "think", { thought: "So." })] }),
      thought,
      turn({ content: "I know.", tool_calls: [callOf("t", "think", {}), call("b")] }),
      thought,
      result("b"),
      turn({ reasoning: "Done?" }),
      turn({ content: "from the prompt</think>Done." }),
    );
    const done = await only(sample, "drop-reasoning");
    expect(told(done)).toEqual([
      "start",
      "user: Find it.",
      'turn: I look. a=bash{"command":"ls"}',
      "result a: README.md",
      'turn: I know. b=bash{"command":"ls"}',
      "result b: README.md",
      "turn: Done.",
      "end",
    ]);
    expect(done.lineage).toEqual([
      {
        parent: "p".repeat(64),
        sample: "a.1.1",
        transforms: [
          {
            name: "drop-reasoning",
            version: 1,
            options: { definitions: "keep" },
            changes: { reasoning: 2, "think-parts": 2, "think-calls": 2, turns: 2 },
          },
        ],
      },
    ]);
  });

  it("leaves alone what only speaks of thinking, and cuts a thought that was cut off", async () => {
    const sample = sampleWith(
      task,
      turn({ content: "The tag `<think>` is odd." }),
      turn({ content: "<think>Half" }),
    );
    expect(told(await only(sample, "drop-reasoning"))).toEqual([
      "start",
      "user: Find it.",
      "turn: The tag `<think>` is odd.",
      "end",
    ]);
  });

  it("is refused where nothing is left to learn", async () => {
    expect(await transformed(sampleWith(task, turn({ reasoning: "Hm." })), "drop-reasoning")).toMatchObject({
      kind: "refused",
      reason: "nothing-to-train-on",
      by: "drop-reasoning",
    });
  });
});

describe("drop-plans", () => {
  it("takes out plans with their results, and their tool where it is asked for", async () => {
    const plan = answer("p", "task_tracker");
    const sample = sampleWith(
      task,
      turn({ content: "First a plan.", tool_calls: [callOf("p", "task_tracker", { command: "plan" })] }),
      plan,
      turn({ tool_calls: [callOf("p", "TodoWrite")] }),
      answer("p", "TodoWrite"),
      turn({ tool_calls: [call("a")] }),
      result("a"),
    );
    const done = await only(sample, ["drop-plans", { definitions: "drop" }]);
    expect(told(done).slice(2, -1)).toEqual([
      "turn: First a plan.",
      'turn: a=bash{"command":"ls"}',
      "result a: README.md",
    ]);
  });
});

describe("one-call", () => {
  it("makes turns of parallel calls, each with its result, and marks those that the model did not begin", async () => {
    const sample = sampleWith(
      task,
      turn({
        content: "Both.",
        reasoning: "Why not.",
        tool_calls: [call("a"), call("b", { command: "pwd" })],
        tokens: { completion: [7] },
        usage: { outputTokens: 9 },
      }),
      result("b", "/x"),
      result("a"),
      turn({ content: "Done.", tokens: { prompt: [1], completion: [8] } }),
    );
    const done = await only(sample, "one-call");
    expect(told(done)).toEqual([
      "start",
      "user: Find it.",
      'turn: (Why not.) Both. a=bash{"command":"ls"}',
      "result a: README.md",
      'turn: b=bash{"command":"pwd"}',
      "result b: /x",
      "turn: Done.",
      "end",
    ]);
    expect(done.marks).toEqual([{ event: 4, kind: "split", by: "one-call" }]);
    expect(marksOf(done)(4).whole).toBe(false);
    expect(marksOf(done, ["split"])(4).whole).toBe(true);
    // Token ids of a turn that is another are gone, and what stood before those behind it.
    const turns = done.events.filter((event) => event.type === "turn");
    expect(turns.map(({ tokens, usage }) => [tokens, usage])).toEqual([
      [undefined, { outputTokens: 9 }],
      [undefined, {}],
      [{ completion: [8] }, {}],
    ]);
  });

  it("leaves a sample that has nothing to split as it is, byte for byte", async () => {
    const sample = sampleWith(task, turn({ tool_calls: [call("a")] }), result("a"));
    expect(await only(sample, "one-call")).toBe(sample);
  });
});

describe("rename-tools", () => {
  it("spells calls, results and definitions as the other set has them, and marks what it spelled", async () => {
    const view = { command: "view", path: "/w/a.py" };
    const sample = sampleWith(
      task,
      turn({
        tool_calls: [
          callOf("a", "execute_bash", { command: "ls", is_input: "false" }),
          callOf("b", "str_replace_editor", view),
        ],
      }),
      answer("a", "execute_bash"),
      answer("b", "str_replace_editor"),
      turn({ tool_calls: [callOf("f", "finish", { message: "Done." })] }),
    );
    const done = await only(sample, ["rename-tools", { to: "openhands-sdk" }]);
    expect(told(done).slice(2, -1)).toEqual([
      'turn: a=terminal{"command":"ls","is_input":false} b=file_editor{"command":"view","path":"/w/a.py"}',
      "result a: README.md",
      "result b: README.md",
      'turn: f=finish{"message":"Done."}',
    ]);
    const [first] = done.events;
    expect(first?.type === "start" && first.tools.map(({ name }) => name)).toEqual([
      "terminal",
      "file_editor",
      "finish",
    ]);
    expect(done.marks).toEqual(
      [0, 1].map((place) => ({
        event: 2,
        pointer: `/tool_calls/${place}`,
        kind: "renamed",
        by: "rename-tools",
      })),
    );
    const back = await only(done, ["rename-tools", { to: "openhands" }]);
    expect(told(back)[2]).toBe(
      'turn: a=execute_bash{"command":"ls","is_input":"false"} b=str_replace_editor{"command":"view","path":"/w/a.py"}',
    );
    expect(back.lineage).toHaveLength(2);
  });

  it("says with the small editor what the large one says, both ways", async () => {
    const replace = { command: "str_replace", path: "a.py", old_str: "x", new_str: "y" };
    const create = { command: "create", path: "b.py", file_text: "z" };
    const sample = sampleWith(
      task,
      turn({ tool_calls: [callOf("a", "editor", replace), callOf("b", "editor", create)] }),
      answer("a", "editor"),
      answer("b", "editor"),
    );
    const small = await only(sample, ["rename-tools", { to: "compact" }]);
    expect(told(small)[2]).toBe(
      'turn: a=edit{"path":"a.py","old_str":"x","new_str":"y"} b=edit{"path":"b.py","new_str":"z"}',
    );
    expect(told(await only(small, ["rename-tools", { to: "standard" }]))).toEqual(told(sample));
  });

  it.each([
    ["a tool that the set has not", callOf("a", "task_tracker", { command: "view" }), "no-counterpart"],
    ["a tool of another scaffold", callOf("a", "Bash", { command: "ls" }), "no-counterpart"],
    [
      "an argument that the set has not",
      callOf("a", "execute_bash", { command: "ls", security_risk: "LOW" }),
      "argument-without-counterpart",
    ],
    [
      "input for a running command",
      callOf("a", "execute_bash", { command: "y", is_input: "true" }),
      "argument-without-counterpart",
    ],
    ["a missing argument", callOf("a", "execute_bash"), "argument-without-counterpart"],
    ["a call that nobody could read", malformedCall("a", "{"), "malformed-call"],
  ])("refuses %s", async (_, made, reason) => {
    const sample = sampleWith(task, turn({ tool_calls: [made] }), answer("a", made.name));
    expect(await transformed(sample, ["rename-tools", { to: "standard" }])).toMatchObject({
      kind: "refused",
      reason,
    });
  });
});

describe("a record that is no conversation", () => {
  it.each([
    [
      "a call without its result",
      [turn({ tool_calls: [call("a")] }), turn({ content: "Done." })],
      "missing-result",
    ],
    ["a result without its call", [turn({ content: "Done." }), result("a")], "result-without-call"],
    [
      "two calls of one id",
      [turn({ tool_calls: [call("a"), call("a")] }), result("a"), result("a")],
      "repeated-call-id",
    ],
  ] as const)("is refused: %s", async (_, events, reason) => {
    for (const name of ["redact", "one-call"])
      expect(await transformed(sampleWith(task, ...events), name)).toMatchObject({ kind: "refused", reason });
  });

  it("is refused with a line of conversation beside the main one, and redacted with it", async () => {
    const sample = sampleWith(
      task,
      { type: "branch", id: "b", kind: "sub-agent", after: 0 },
      { ...turn({ content: "/home/alice" }), branch: "b" } as never,
      turn({ content: "Done." }),
    );
    expect(await transformed(sample, "one-call")).toMatchObject({ reason: "branched" });
    expect(told(await only(sample, "redact"))[3]).toBe("turn: /home/user");
  });
});
