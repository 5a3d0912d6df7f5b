import { describe, expect, it } from "vitest";
import { migrate } from "./format-version.ts";

describe("a versioned file", () => {
  it("of an older version is lifted step by step", () => {
    const migrations = {
      1: (row: Record<string, unknown>) => ({ ...row, b: 2 }),
      2: (row: Record<string, unknown>) => ({ ...row, c: 3 }),
    };
    expect(migrate({ schema_version: 1, a: 1 }, 3, migrations, "f")).toEqual({
      schema_version: 3,
      a: 1,
      b: 2,
      c: 3,
    });
  });

  it("of a newer version is refused with what to do", () => {
    expect(() => migrate({ schema_version: 9 }, 1, {}, "f")).toThrow(
      expect.objectContaining({ code: "newer-format" }),
    );
  });

  it("without a version is not ours", () => {
    expect(() => migrate({}, 1, {}, "f")).toThrow(expect.objectContaining({ code: "no-schema-version" }));
  });
});
