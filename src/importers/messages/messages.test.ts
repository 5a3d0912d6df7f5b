import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findExporter } from "../../exporters/index.ts";
import { openaiMessages } from "../../exporters/openai-messages.ts";
import { anyConversation, exportInput, spokenConversation } from "../testing/conversations.ts";
import { describeImporterConformance } from "../conformance.ts";
import { chatRow } from "../testing/documents.ts";
import { eventsOf, readAs } from "../testing/read.ts";
import { messages } from "./messages.ts";

const row = (...turns: [string, string][]) => ({
  instance_id: "one",
  messages: turns.map(([role, content]) => ({ role, content })),
});
const inText = row(
  ["system", "You can act."],
  ["user", "Fix it"],
  ["assistant", "Looking.\n\n<function=bash>\n<parameter=command>ls | wc</parameter>\n</function>"],
  ["user", "EXECUTION RESULT of [bash]:\na.py"],
  ["assistant", "<function=view>\n<parameter=path>\n/w\n</parameter>\n<parameter=range>[1, 2]</parameter>\n"],
  ["user", "OBSERVATION:\nok"],
  ["assistant", "Done."],
);
const shareGpt = {
  id: "one.1",
  system: "You can act.",
  conversations: [
    { from: "human", value: "Fix it" },
    { from: "function_call", value: '{"name":"bash","arguments":{"command":"ls"}}' },
    { from: "observation", value: "a.py" },
    { from: "gpt", value: "Done." },
  ],
};

describeImporterConformance(messages, {
  "a chat row": chatRow,
  "calls in the text": JSON.parse(JSON.stringify(inText)),
  "turns of ShareGPT": shareGpt,
});

describe("a row of messages", () => {
  it("gives back what our own export of it holds", () => {
    const form = fc.constantFrom("object", "string");
    fc.assert(
      fc.property(anyConversation, form, form, (events, tools, args) => {
        const options = openaiMessages.parseOptions({ tools, arguments: args });
        const exported = openaiMessages.toRow(exportInput(events), options);
        if (exported.kind === "refused") return;
        const sample = readAs(messages, exported.row);
        const again = openaiMessages.toRow(exportInput(sample.events), options);
        expect(again).toMatchObject({
          kind: "row",
          row: { messages: exported.row["messages"], tools: exported.row["tools"] },
        });
        expect(sample.lost).toEqual([]);
        expect(
          sample.repaired.filter((rule) => rule !== "empty-turn" && rule !== "arguments-not-an-object"),
        ).toEqual([]);
        expect(sample).toMatchObject({
          id: "one.1.1",
          instance: "one",
          agent: { name: "loop", version: "1" },
        });
      }),
    );
  });

  it.each([
    ["openhands", "openhands"],
    ["openhands", "swe-agent"],
    ["sharegpt", "openhands"],
    ["sharegpt", "swe-agent"],
  ])("gives back calls that were written as text, in %s rows in the words of %s", (format, style) => {
    const exporter = findExporter(format);
    const options = exporter.parseOptions({ style });
    fc.assert(
      fc.property(spokenConversation, (events) => {
        const exported = exporter.toRow(exportInput(events), options);
        if (exported.kind === "refused") throw new Error(exported.reason);
        const sample = readAs(messages, exported.row);
        expect(sample.repaired).toEqual(["calls-in-text"]);
        expect(sample.lost).toEqual([]);
        const said = eventsOf(sample).slice(2);
        const wanted = eventsOf(exportInput(events).sample).slice(2);
        // LLaMA-Factory is given nothing behind the last turn.
        if (format === "sharegpt") wanted.splice(-2, 1);
        expect(said.slice(0, -1)).toEqual(wanted.slice(0, -1));
      }),
    );
  });

  it("has calls in the text as calls; what is around them is the form's", () => {
    const sample = readAs(messages, inText);
    expect(eventsOf(sample).slice(3)).toEqual([
      'turn: Looking. call_1=bash{"command":"ls | wc"}',
      "result call_1: a.py",
      'turn:  call_2=view{"path":"/w","range":"[1, 2]"}',
      "result call_2: ok",
      "turn: Done.",
      "end unstated",
    ]);
    expect(sample.repaired).toEqual(["calls-in-text", "unclosed-call"]);
  });

  it("knows the kinds of values where the tools say them", () => {
    const properties = { range: { type: "array" }, path: { type: "string" } };
    const tools = [{ type: "function", function: { name: "view", parameters: { properties } } }];
    for (const given of [tools, JSON.stringify(tools)])
      expect(eventsOf(readAs(messages, { ...inText, tools: given }))[5]).toBe(
        'turn:  call_2=view{"path":"/w","range":[1,2]}',
      );
  });

  it("reads ShareGPT's turns", () => {
    expect(eventsOf(readAs(messages, shareGpt))).toEqual([
      "start",
      "system: You can act.",
      "user: Fix it",
      'turn:  call_1=bash{"command":"ls"}',
      "result call_1: a.py",
      "turn: Done.",
      "end unstated",
    ]);
  });

  it.each([
    ['{"a":1}', '{"a":1}', []],
    [{ a: 1 }, '{"a":1}', []],
    ["", "{}", ["arguments-missing"]],
    [null, "{}", ["arguments-missing"]],
    ["{not", '{"malformed":"{not"}', ["arguments-not-an-object"]],
    [[1], '{"malformed":"[1]"}', ["arguments-not-an-object"]],
  ])("takes the arguments %j", (given, read, repaired) => {
    const call = { id: "x", type: "function", function: { name: "f", arguments: given } };
    const sample = readAs(messages, { messages: [{ role: "assistant", content: null, tool_calls: [call] }] });
    expect(eventsOf(sample)[1]).toBe(`turn:  x=f${read}`);
    expect(sample.repaired).toEqual(repaired);
  });

  it("tells repeated ids of one turn apart, and pairs their results in order", () => {
    const call = (name: string) => ({ id: "x", function: { name, arguments: "{}" } });
    const result = (content: string) => ({ role: "tool", tool_call_id: "x", content });
    const sample = readAs(messages, {
      messages: [
        { role: "assistant", content: "", tool_calls: [call("f"), call("g")] },
        result("F"),
        result("G"),
      ],
    });
    expect(eventsOf(sample).slice(1, -1)).toEqual([
      "turn:  x=f{} call_1=g{}",
      "result x: F",
      "result call_1: G",
    ]);
    expect(sample.repaired).toEqual(["repeated-call-id"]);
  });

  it("takes a result of 5 MB", () => {
    const content = "x".repeat(5_000_000);
    const sample = readAs(messages, {
      messages: [
        {
          role: "assistant",
          content: "",
          tool_calls: [{ id: "x", function: { name: "f", arguments: "{}" } }],
        },
        { role: "tool", tool_call_id: "x", content },
      ],
    });
    expect(sample.events[2]).toMatchObject({ content });
  });

  it("is ungraded where it says nothing", () => {
    expect(readAs(messages, { ...inText, resolved: null }).grade).toEqual({ kind: "ungraded" });
    expect(readAs(messages, { ...inText, resolved: false }).grade).toMatchObject({ resolved: false });
  });
});
