import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBudget, shorten } from "./shorten.ts";

describe("shorten", () => {
  it("keeps a short text, and beginning and end of a long one", () => {
    expect(shorten("short", 10)).toBe("short");
    expect(shorten("0123456789abcdefghij", 8)).toEqual({ head: "012345", omitted: 12, tail: "ij" });
  });

  it("never loses count, and never cuts a character in two", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 4, max: 40 }), (text, limit) => {
        const short = shorten(text, limit);
        if (typeof short === "string") return;
        expect(short.head.length + short.omitted + short.tail.length).toBe(text.length);
        expect(short.omitted).toBeGreaterThanOrEqual(0);
        expect(short.head.isWellFormed() && short.tail.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe("createBudget", () => {
  it("gives the full limit while there is room, and less where many long texts share little", () => {
    expect(createBudget(1_000_000, 2, 20_000).limitFor([30_000, 10])).toBe(20_000);
    expect(createBudget(20_000, 2, 20_000).limitFor([30_000, 30_000])).toBe(3000);
  });

  it("hands on what an attempt leaves unused", () => {
    const budget = createBudget(40_000, 2, 20_000);
    budget.limitFor([10]);
    expect(budget.limitFor([30_000])).toBe(20_000);
  });
});
