import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineEditsOf } from "./changed-lines.ts";

/** What a text becomes when its edits are made. */
function apply(before: string, edits: ReturnType<typeof lineEditsOf>): string {
  const lines = before.split("\n");
  for (const { first, oldLines, newLines } of edits.toReversed()) {
    expect(lines.slice(first - 1, first - 1 + oldLines.length)).toEqual(oldLines);
    lines.splice(first - 1, oldLines.length, ...newLines);
  }
  return lines.join("\n");
}

describe("what differs between two texts", () => {
  it("is what makes one of the other", () => {
    const line = fc.constantFrom("a", "b", "c", "");
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (old, now) => {
        expect(apply(old.join("\n"), lineEditsOf(old.join("\n"), now.join("\n")))).toBe(now.join("\n"));
      }),
    );
  });

  it("is little in a long file that was changed at both ends", () => {
    const lines = Array.from({ length: 9000 }, (_, number) => `line ${number % 700}`);
    const changed = ["first", ...lines.slice(1, 4000), "put in", ...lines.slice(4001, -1), "last"];
    const edits = lineEditsOf(lines.join("\n"), changed.join("\n"));
    expect(edits).toHaveLength(3);
    expect(apply(lines.join("\n"), edits)).toBe(changed.join("\n"));
    expect(edits.map(({ first }) => first)).toEqual([1, 4001, 9000]);
  });

  it("is all of it in long files that have nothing in common", () => {
    const [old, now] = ["a", "b"].map((name) =>
      Array.from({ length: 3000 }, (_, at) => `${name}${at}`).join("\n"),
    );
    expect(lineEditsOf(old ?? "", now ?? "")).toHaveLength(1);
  });
});
