import { describe, expect, it } from "vitest";
import type { Json } from "../base/json.ts";
import type { Sample } from "../sample.ts";
import { atifTrajectorySchema } from "../trajectories/atif-schema.ts";
import { findExporter } from "./index.ts";
import { call, end, input, result, sampleOf, start, turn } from "./testing/records.ts";

const worked = sampleOf("apple.1.1", {
  events: [
    start("apple.1.1", "apple"),
    input("system", "You are careful."),
    input("user", "Find it."),
    turn({
      content: "Two at once.",
      reasoning: "Hm.",
      tool_calls: [call("a"), call("b", { command: "pwd" })],
    }),
    result("a"),
    result("b", "/work"),
    turn({ tool_calls: [call("c", { command: "exit" })] }),
    result("c", "bye"),
    end(),
  ],
});

function startEvent() {
  const event = start("apple.1.1", "apple");
  if (event.type !== "start") throw new Error("no start");
  return event;
}

function rowOf(format: string, options = {}, sample = worked) {
  const exporter = findExporter(format);
  return exporter.toRow({ sample }, exporter.parseOptions(options));
}

describe("openhands: calls and results as text", () => {
  it("tells of the tools in the system prompt, and has one call in a turn", () => {
    expect(rowOf("openhands")).toMatchObject({
      kind: "row",
      row: {
        instance_id: "apple",
        attempt_id: "apple.1.1",
        resolved: true,
        messages: [
          { role: "system", content: expect.stringContaining("---- BEGIN FUNCTION #1: bash ----") },
          { role: "user", content: "Find it." },
          {
            role: "assistant",
            content:
              "<think>\nHm.\n</think>\n\nTwo at once.\n\n<function=bash>\n<parameter=command>ls</parameter>\n</function>",
          },
          { role: "user", content: "EXECUTION RESULT of [bash]:\nREADME.md" },
          { role: "assistant", content: "<function=bash>\n<parameter=command>pwd</parameter>\n</function>" },
          { role: "user", content: "EXECUTION RESULT of [bash]:\n/work" },
          { role: "assistant", content: "<function=bash>\n<parameter=command>exit</parameter>\n</function>" },
          { role: "user", content: "EXECUTION RESULT of [bash]:\nbye" },
        ],
      },
      size: { messages: 8 },
    });
  });

  it("leaves thinking out where that is asked for", () => {
    expect(JSON.stringify(rowOf("openhands", { reasoning: "drop" }))).not.toContain("Hm.");
  });
});

describe("the words of calls and results", () => {
  const spoken = (args: Record<string, Json>, output = "ok", tools = true) => {
    const { tools: known, ...begun } = startEvent();
    const events = [
      { ...begun, tools: tools ? known : [] },
      input("system", "You can act."),
      input("user", "Find it."),
      turn({ tool_calls: [call("a", args)] }),
      result("a", output),
      end(),
    ];
    return sampleOf("apple.1.1", { events });
  };
  const contentsOf = (options: Record<string, Json>, sample: Sample) => {
    const made = rowOf("openhands", options, sample);
    if (made.kind !== "row") throw new Error(made.reason);
    return (made.row["messages"] as { content: string }[]).map(({ content }) => content);
  };

  it("say nothing of tools where none are known: the task's own prompt may tell of them", () => {
    expect(contentsOf({}, spoken({}, "ok", false)).slice(0, 2)).toEqual(["You can act.", "Find it."]);
  });

  it("put a text of more lines on lines of its own, as OpenHands does", () => {
    expect(contentsOf({}, spoken({ command: "ls", file_text: "a\nb", old_str: "  a" }))[2]).toBe(
      "<function=bash>\n<parameter=command>ls</parameter>\n<parameter=file_text>\na\nb\n</parameter>\n<parameter=old_str>  a</parameter>\n</function>",
    );
  });

  it("are those of SWE-agent where that is asked for", () => {
    const style = { style: "swe-agent" };
    expect(contentsOf(style, spoken({ command: "a\nb", old_str: "a" }))[2]).toBe(
      "<function=bash>\n<parameter=command>a\nb</parameter>\n<parameter=old_str>\na\n</parameter>\n</function>",
    );
    const told = (output: string) => contentsOf(style, spoken({}, output))[3];
    const clipped = "a.py<response clipped><NOTE>Observations should not exceeded 9 characters.</NOTE>";
    expect(told("a.py")).toBe("OBSERVATION:\na.py");
    expect(told("OBSERVATION:\na.py")).toBe("OBSERVATION:\na.py");
    expect(told("")).toBe("Your command ran successfully and did not produce any output.");
    expect(told(clipped)).toBe(`Observation: ${clipped}`);
  });
});

it("a call that hands the work in needs no result", () => {
  const ended = (command: string) => {
    const events = [input("user", "Find it."), turn({ tool_calls: [call("a", { command })] })];
    return sampleOf("apple.1.1", { events: [start("apple.1.1", "apple"), ...events, end()] });
  };
  expect(rowOf("openhands", {}, ended("submit"))).toMatchObject({ kind: "row" });
  expect(rowOf("openhands", {}, ended("ls"))).toMatchObject({ kind: "refused", reason: "missing-result" });
});

describe("sharegpt: what LLaMA-Factory reads", () => {
  it("has turns that alternate and end with the model", () => {
    const given = rowOf("sharegpt");
    const conversations = given.kind === "row" ? given.row["conversations"] : undefined;
    const from = Array.isArray(conversations) ? conversations.map((one) => Object(one).from as string) : [];
    expect(from).toEqual(["human", "gpt", "human", "gpt", "human", "gpt"]);
    expect(given).toMatchObject({ row: { system: expect.stringContaining("You are careful.") } });
  });

  it("comes with the file by which it is found", () => {
    const info = findExporter("sharegpt").files?.["dataset_info.json"] ?? "";
    expect(JSON.parse(info)).toMatchObject({
      hybrid_gym: { file_name: "train.jsonl", formatting: "sharegpt" },
    });
  });

  it("refuses a row that would be skipped without a word", () => {
    const twice = sampleOf("apple.1.1", {
      events: [
        start("apple.1.1", "apple"),
        input("user", "Find it."),
        input("user", "Now."),
        turn({ content: "Here." }),
        end(),
      ],
    });
    expect(rowOf("sharegpt", {}, twice)).toMatchObject({
      kind: "refused",
      reason: "turns-do-not-alternate",
      detail: "message 2 is of the user",
    });
  });
});

describe("atif: one trajectory in a row", () => {
  it("is valid, and says what its sample says", () => {
    const given = rowOf("atif");
    const row = given.kind === "row" ? given.row : {};
    expect(atifTrajectorySchema.parse(row)).toMatchObject({
      session_id: "apple.1.1",
      extra: { sample: { instance_id: "apple", resolved: true, reward: 1 } },
    });
  });

  it("has no times where its record has none", () => {
    const timeless = worked.events.map((event) => {
      const { at: _, ...rest } = event;
      return rest;
    });
    const given = rowOf("atif", {}, { ...worked, events: timeless });
    expect(JSON.stringify(given)).not.toMatch(/timestamp|"at"/);
    expect(given).toMatchObject({ kind: "row" });
  });
});
