import { describe, expect, it } from "vitest";
import type { Json } from "../base/json.ts";
import { holds, parseWhere } from "./where.ts";

const fields: Record<string, Json> = {
  turns: 12,
  dollars: null,
  repository: "acme/tools",
  note: "a, b",
  resolved: true,
  lost: ["metadata.llm_config", "history"],
};
const known = [...Object.keys(fields), "absent"];

const isTrue = (text: string) => holds(parseWhere(text, known), fields);

describe("a condition", () => {
  it.each([
    "turns = 12",
    "turns=12.0",
    "turns != 13",
    "turns < 13",
    "turns <= 12",
    "turns >= 12",
    "turns > -1",
    "turns = 1, 12",
    "repository = acme/tools",
    "  repository ~ tools ",
    "repository = a/b, acme/tools",
    "repository != a/b, c/d",
    'note = "a, b"',
    "resolved = true",
    "lost = history",
    "lost ~ llm, seconds",
    "dollars = null",
    "absent != 1",
  ])("holds: %s", (text) => expect(isTrue(text)).toBe(true));

  it.each([
    "turns = 1",
    "turns > 12",
    "turns < 12",
    "turns ~ 1",
    "repository = tools",
    "repository != a/b, acme/tools",
    "note = a, c",
    "lost = llm_config",
    "dollars < 1",
    "dollars >= 0",
    "absent = 1",
    "repository > 1",
  ])("does not hold: %s", (text) => expect(isTrue(text)).toBe(false));

  it.each(["turns", "turns =", "turns == 3", "turns < many", "turns < 1, 2", "= 3", 'note = "a', ""])(
    "is none: %s",
    (text) =>
      expect(() => parseWhere(text, known)).toThrow(expect.objectContaining({ code: "where-malformed" })),
  );

  it("names what there is where it asks for what there is not", () => {
    expect(() => parseWhere("turn = 3", known)).toThrow(
      expect.objectContaining({ code: "unknown-field", hint: expect.stringContaining("turns, dollars") }),
    );
  });
});
