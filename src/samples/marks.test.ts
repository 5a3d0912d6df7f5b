import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../base/json.ts";
import { call, input, malformedCall, result, turn } from "../exporters/testing/records.ts";
import type { Mark, Sample } from "../sample.ts";
import { spanIn } from "./argument-spans.ts";
import { argumentsText, marksOf } from "./marks.ts";

const events = [
  input("user", "Find it in /workspace."),
  turn({
    content: "I look.",
    reasoning: "Where?",
    tool_calls: [call("a", { command: 'cat "/workspace/x"', n: 1 })],
  }),
  result("a"),
] as Sample["events"];

const mark = (event: number, fields: Partial<Mark> = {}): Mark => ({
  event,
  kind: "synthetic",
  by: "redact",
  ...fields,
});

describe("the marks of a sample", () => {
  it("are none where there are none", () => {
    const nothing = { whole: false, content: [], reasoning: [], arguments: [[]], names: [] };
    expect(marksOf({ events })(1)).toEqual(nothing);
    expect(marksOf({ events, marks: [mark(2)] })(1)).toEqual(nothing);
  });

  it("are spans of each text, those of arguments in the text that chat formats have", () => {
    const pointer = "/tool_calls/0/arguments/command";
    const marks = [
      mark(1, { pointer: "/content", from: 0, to: 1 }),
      mark(1, { pointer: "/content", from: 1, to: 3 }),
      mark(1, { pointer, from: 5, to: 15 }),
    ];
    const { content, arguments: args } = marksOf({ events, marks })(1);
    expect(content).toEqual([{ from: 0, to: 3 }]);
    const text = argumentsText(call("a", { command: 'cat "/workspace/x"', n: 1 }));
    expect(args.flat().map(({ from, to }) => text.slice(from, to))).toEqual(["/workspace"]);
  });

  it("cover all texts of an event that is marked as a whole", () => {
    expect(marksOf({ events, marks: [mark(1, { kind: "context" })] })(1)).toEqual({
      whole: true,
      content: [{ from: 0, to: 7 }],
      reasoning: [{ from: 0, to: 6 }],
      arguments: [[{ from: 0, to: 40 }]],
      names: [0],
    });
  });

  it("leave it to the reader whether calls in other names are learned", () => {
    const marks = [mark(1, { kind: "renamed", pointer: "/tool_calls/0" })];
    expect(marksOf({ events, marks })(1).names).toEqual([]);
    expect(marksOf({ events, marks }, ["renamed"])(1)).toMatchObject({
      names: [0],
      arguments: [[{ from: 0, to: 40 }]],
    });
  });

  it("of a malformed call are of the text that the model wrote", () => {
    const broken = [turn({ tool_calls: [malformedCall("a", '{"x": "/workspace')] })] as Sample["events"];
    const marks = [mark(0, { pointer: "/tool_calls/0/arguments/malformed", from: 7, to: 17 })];
    expect(marksOf({ events: broken, marks })(0).arguments).toEqual([[{ from: 7, to: 17 }]]);
  });
});

describe("a place in JSON", () => {
  it("is found for every value, whatever its keys and texts", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        const value = JSON.parse(JSON.stringify(raw)) as Json;
        const text = JSON.stringify(value);
        for (const [pointer, found] of placesIn(value)) {
          const span = spanIn(value, pointer, {});
          expect(JSON.parse(text.slice(span?.from, span?.to))).toEqual(found);
        }
      }),
    );
  });
});

function* placesIn(value: Json, pointer = ""): Generator<[string, Json]> {
  yield [pointer, value];
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value))
    yield* placesIn(item, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
}
