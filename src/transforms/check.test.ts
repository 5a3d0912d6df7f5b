import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toChat } from "../exporters/chat.ts";
import { call, input, result, turn } from "../exporters/testing/records.ts";
import type { Sample } from "../sample.ts";
import { argumentsText, marksOf } from "../samples/marks.ts";
import type { Allowance, Item, TransformRow } from "../transform.ts";
import { breachIn } from "./check.ts";
import { transforms } from "./index.ts";
import { rowOf } from "./items.ts";
import { conversations, sampleWith, transformed } from "./testing/conversations.ts";

const EVERYTHING: readonly Parameters<typeof transformed>[1][] = [
  "drop-reasoning",
  ["drop-plans", { definitions: "drop" }],
  "one-call",
  ["redact", { emails: true, roots: ["/home/alice"], placeholder: "/work" }],
  ["rename-tools", { to: "standard" }],
  ["fit", { length: 260, policy: "windows", overlap: 1 }],
  ["fit", { length: 200, policy: "last" }],
  ["fit", { length: 200 }],
];
const resultsIn = ({ events }: Sample) => events.filter((event) => event.type === "result");

describe("any conversation, by any transforms", () => {
  it("is refused for what it is, or keeps to what a conversation is", async () => {
    const INVARIANTS = /rewritten|lost|changed|invented|empty|misplaced|missing-result|without-call/;
    let written = 0;
    await fc.assert(
      fc.asyncProperty(
        conversations,
        fc.subarray([...EVERYTHING], { minLength: 1 }),
        async (sample, names) => {
          const done = await transformed(sample, ...names);
          // No transform of ours breaks what the check holds it to.
          if (done.kind === "refused") {
            expect(done.reason).not.toMatch(INVARIANTS);
            return;
          }
          for (const made of done.samples) {
            written++;
            expect(toChat(made.events).kind).toBe("chat");
            expect(made.events.at(-1)).toEqual(sample.events.at(-1));
            if (names.some((name) => name[0] === "redact")) {
              expect(JSON.stringify([made.events, made.patch])).not.toMatch(
                /ghp_a1B2|\/home\/alice|Users\\+bob/,
              );
            } else {
              const texts = resultsIn(sample).map(({ content }) => content);
              for (const { content } of resultsIn(made)) expect(texts).toContain(content);
            }
            if (names.includes("one-call"))
              for (const event of made.events)
                if (event.type === "turn") expect(event.tool_calls.length).toBeLessThan(2);
            expectMarksWithin(made);
          }
          expect(await transformed(sample, ...names)).toEqual(done);
        },
      ),
      { numRuns: 300, seed: 7 },
    );
    expect(written).toBeGreaterThan(100);
  });
});

function expectMarksWithin(sample: Sample): void {
  const markedIn = marksOf(sample);
  for (const [place, event] of sample.events.entries()) {
    const { content, arguments: args } = markedIn(place);
    for (const { to } of content)
      expect(to).toBeLessThanOrEqual("content" in event ? event.content.length : 0);
    for (const [index, spans] of args.entries()) {
      const made = event.type === "turn" ? event.tool_calls[index] : undefined;
      for (const { to } of spans)
        expect(to).toBeLessThanOrEqual(made === undefined ? 0 : argumentsText(made).length);
    }
  }
}

/** What a transform that does not keep to its word would do. */
const before = rowOf(
  sampleWith(
    input("user", "Find it."),
    turn({ content: "Look.", reasoning: "Hm.", tool_calls: [call("a"), call("b")] }),
    result("a", "one"),
    result("b", "two"),
    turn({ content: "Done." }),
  ),
);
const at = (place: number): Item => {
  const item = before.items[place];
  if (item === undefined) throw new Error("no such item");
  return item;
};
const without = (...places: number[]): TransformRow => ({
  ...before,
  items: before.items.filter(({ source }) => !places.includes(source)),
});
const instead = (place: number, fields: object, marks: Item["marks"] = []): TransformRow => ({
  ...before,
  items: before.items.map((item) =>
    item.source === place ? ({ ...item, event: { ...item.event, ...fields }, marks } as Item) : item,
  ),
});
const everything: Allowance = Object.assign({}, ...transforms.map(({ may }) => may), {
  rewrite: undefined,
  rename: undefined,
  anyRecord: undefined,
});

describe("the check", () => {
  it("lets what is as it was", () => {
    expect(breachIn(before, before, {})).toBeUndefined();
  });

  it.each([
    ["a result in other words", instead(3, { content: "three" }), everything, "result-rewritten"],
    [
      "a result in other words, marked by a transform that may not",
      instead(3, { content: "three" }, [{ pointer: "/content", kind: "synthetic", by: "x" }]),
      everything,
      "result-rewritten",
    ],
    [
      "a redaction that changes more than it marks",
      instead(3, { content: "two [x]" }, [
        { pointer: "/content", from: 4, to: 7, kind: "synthetic", by: "x" },
      ]),
      { rewrite: true },
      "result-rewritten",
    ],
    [
      "a call in other words",
      instead(2, { tool_calls: [call("a", { command: "rm" }), call("b")] }),
      everything,
      "turn-rewritten",
    ],
    ["words in another turn", instead(5, { content: "Undone." }), everything, "turn-rewritten"],
    ["words added to a turn", instead(5, { content: "Done. Yes." }), { removeText: true }, "turn-rewritten"],
    ["a task in other words", instead(1, { content: "Find that." }), everything, "input-rewritten"],
    ["an unmarked note", instead(1, { content: "Find it. Quick." }), { addNote: true }, "input-rewritten"],
    ["a call without its result", without(4), { cut: true }, "missing-result"],
    ["a result without its call", without(2), { cut: true }, "result-without-call"],
    ["a result that is gone", without(3), {}, "result-lost"],
    ["a turn that is gone", without(5), {}, "turn-lost"],
    ["a task that is gone", without(1), { removeText: true }, "input-lost"],
    ["no end", without(6), { cut: true }, "frame-changed"],
    ["no start", without(0), { cut: true }, "frame-changed"],
    [
      "another order",
      { ...before, items: [at(0), at(5), at(1), at(2), at(3), at(4), at(6)] },
      everything,
      "order-changed",
    ],
    [
      "an event that there was not",
      { ...before, items: [at(0), { ...at(5), source: 1 }, ...before.items.slice(2)] },
      everything,
      "event-invented",
    ],
    ["a turn twice", { ...before, items: [...before.items.slice(0, 6), at(5), at(6)] }, {}, "turn-rewritten"],
    ["an empty turn", instead(5, { content: "" }), { removeText: true }, "empty-turn"],
    ["another patch", { ...before, patch: "x" }, { cut: true }, "patch-rewritten"],
  ] as [string, TransformRow, Allowance, string][])("finds %s", (_, after, may, reason) => {
    expect(breachIn(before, after, may)?.reason).toBe(reason);
  });

  it("finds that what was not to be learned would be", () => {
    const marked = instead(5, {}, [{ kind: "context", by: "fit" }]);
    expect(breachIn(marked, before, {})?.detail).toBe("a mark of it is gone");
  });
});
