import { describe, expect, it } from "vitest";
import { call, input, result, turn } from "../exporters/testing/records.ts";
import { marksOf } from "../samples/marks.ts";
import { estimatingCounter } from "../text/token-counter.ts";
import { rowOf } from "./items.ts";
import { partsOf } from "./steps.ts";
import { only, sampleWith, told, transformed } from "./testing/conversations.ts";

const step = (id: string, size = 70) => [
  turn({ content: id, tool_calls: [call(id)] }),
  result(id, "r".repeat(size)),
];
const sample = sampleWith(
  input("system", "Be careful."),
  input("user", "Find it."),
  ...[1, 2, 3, 4, 5].flatMap((number) => step(`s${number}`)),
);

/** As the transform counts. */
function tokensOf(of: Parameters<typeof rowOf>[0]): number {
  const { head, steps, tail } = partsOf(rowOf(of), estimatingCounter);
  return head.tokens + tail.tokens + steps.reduce((sum, { tokens }) => sum + tokens, 0);
}
const all = tokensOf(sample);
const ofStep = partsOf(rowOf(sample), estimatingCounter).steps[0]?.tokens ?? 0;
const turnsOf = (of: Parameters<typeof told>[0]) =>
  told(of)
    .filter((line) => line.startsWith("turn"))
    .map((line) => line.slice(6, 8));

describe("fit", () => {
  it("leaves what fits", async () => {
    expect(await only(sample, ["fit", { length: all }])).toBe(sample);
  });

  it("keeps the first whole steps", async () => {
    const done = await only(sample, ["fit", { length: all - 1 }]);
    expect(turnsOf(done)).toEqual(["s1", "s2", "s3", "s4"]);
    expect(done.events.at(-2)).toMatchObject({ type: "result", tool_call_id: "s4" });
    expect(done.events.at(-1)).toEqual(sample.events.at(-1));
    expect(tokensOf(done)).toBeLessThan(all);
    expect(done.lineage?.[0]?.transforms).toMatchObject([
      { name: "fit", options: { tokens: "estimate" }, changes: { "steps-cut": 1 } },
    ]);
  });

  it("keeps the last ones behind the task, and says in a marked note what is left out", async () => {
    const length = all - ofStep;
    const done = await only(sample, ["fit", { length, policy: "last" }]);
    expect(turnsOf(done)).toEqual(["s3", "s4", "s5"]);
    expect(told(done)[2]).toBe("user: Find it.\n\n[2 earlier steps are left out here.]");
    expect(marksOf(done)(2).content).toEqual([{ from: 8, to: 46 }]);
    expect(tokensOf(done)).toBeLessThanOrEqual(length);
    const bare = await only(sample, ["fit", { length, policy: "last", note: false }]);
    expect(turnsOf(bare)).toEqual(["s2", "s3", "s4", "s5"]);
    expect(bare.marks).toBeUndefined();
  });

  it("makes windows in which each turn is learned once", async () => {
    const length = all - 2 * ofStep + 12;
    const done = await transformed(sample, ["fit", { length, policy: "windows", overlap: 1 }]);
    if (done.kind === "refused") throw new Error(done.reason);
    expect(done.samples.map(({ id }) => id)).toEqual(["a.1.1~w1", "a.1.1~w2"]);
    expect(done.samples.map(turnsOf)).toEqual([
      ["s1", "s2", "s3"],
      ["s3", "s4", "s5"],
    ]);
    const learned = done.samples.flatMap((window) => {
      const markedIn = marksOf(window);
      return window.events.flatMap((event, place) =>
        event.type === "turn" && !markedIn(place).whole ? [event.content] : [],
      );
    });
    expect(learned).toEqual(["s1", "s2", "s3", "s4", "s5"]);
    for (const window of done.samples) expect(tokensOf(window)).toBeLessThanOrEqual(length);
    expect(done.samples[1]?.lineage?.[0]).toMatchObject({
      sample: "a.1.1",
      transforms: [{ changes: { "context-steps": 1, "steps-elsewhere": 2 } }],
    });
  });

  it.each(["truncate", "last", "windows"])("refuses what does not fit in one step: %s", async (policy) => {
    const large = sampleWith(input("user", "Find it."), ...step("s1", 4000), ...step("s2", 4000));
    expect(await transformed(large, ["fit", { length: 1000, policy }])).toMatchObject({
      kind: "refused",
      reason: "does-not-fit",
    });
  });

  it("does not begin a window with what was said of a turn that is gone", async () => {
    const reminded = sampleWith(
      input("user", "Find it."),
      turn({ content: "w".repeat(400) }),
      input("user", "Go on!"),
      ...step("s2"),
    );
    const done = await only(reminded, ["fit", { length: 160, policy: "last" }]);
    expect(
      told(done)
        .slice(1, 3)
        .map((line) => line.slice(0, 14)),
    ).toEqual(["user: Find it.", "turn: s2 s2=ba"]);
  });
});
