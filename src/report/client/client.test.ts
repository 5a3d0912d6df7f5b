import { describe, expect, it } from "vitest";
import { countRows, toRow } from "../view.ts";
import { sampleAttempt } from "../testing/sample.ts";
import type { PageIndex } from "../page-data.ts";
import { parseDiff } from "./diff.ts";
import { chooseRows, choiceLink, readChoice } from "./list.ts";
import { median } from "./values.ts";

describe("parseDiff", () => {
  it("numbers the lines of each side", () => {
    const [file] = parseDiff(
      "diff --git a/x.py b/x.py\nindex 1..2 100644\n--- a/x.py\n+++ b/x.py\n@@ -3,3 +3,3 @@ def f():\n a\n-b\n+c\n d\n",
    );
    expect(file).toMatchObject({ name: "x.py", added: 1, removed: 1, notes: [] });
    expect(file?.lines).toEqual([
      { kind: "hunk", text: "@@ -3,3 +3,3 @@ def f():" },
      { kind: "same", before: 3, after: 3, text: "a" },
      { kind: "removed", before: 4, text: "b" },
      { kind: "added", after: 4, text: "c" },
      { kind: "same", before: 5, after: 5, text: "d" },
    ]);
  });

  it("does not take a removed comment for a header", () => {
    const [file, ...rest] = parseDiff("--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,1 @@\n--- old comment\n same\n");
    expect(rest).toEqual([]);
    expect(file).toMatchObject({ name: "x.sql", removed: 1, added: 0 });
    expect(file?.lines[1]).toEqual({ kind: "removed", before: 1, text: "-- old comment" });
  });

  it("keeps what has no lines: new modes, renames, binary files", () => {
    const files = parseDiff(
      "diff --git a/run b/run\nold mode 100644\nnew mode 100755\ndiff --git a/p.png b/p.png\nBinary files a/p.png and b/p.png differ\n",
    );
    expect(files.map((file) => [file.name, file.notes])).toEqual([
      ["run", ["old mode 100644", "new mode 100755"]],
      ["p.png", ["Binary files a/p.png and b/p.png differ"]],
    ]);
  });

  it("says where a file has no newline at its end, on either side", () => {
    const [file] = parseDiff(
      "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n\\ No newline at end of file\n",
    );
    expect(file?.lines.map((line) => line.kind)).toEqual(["hunk", "removed", "note", "added", "note"]);
    expect(file).toMatchObject({ added: 1, removed: 1 });
  });

  it("reads a deleted file under its old name", () => {
    expect(parseDiff("--- a/gone.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n")).toMatchObject([
      { name: "gone.py", removed: 1 },
    ]);
  });
});

describe("the list of attempts", () => {
  const attempts = Array.from({ length: 12 }, (_, number) => toRow(sampleAttempt(number).attempt));
  const index: PageIndex = {
    title: "",
    toolVersion: "",
    groundTruth: false,
    counts: countRows(attempts),
    attempts,
    instances: [],
    rejections: [],
  };
  const choose = (address: string) => chooseRows(index, readChoice(new URLSearchParams(address)));

  it("is filtered by outcome, reason and words", () => {
    expect(choose("")).toHaveLength(12);
    expect(choose("outcome=unsolved")).toHaveLength(4);
    expect(choose("reason=no-change").map((row) => row.reasons)).toEqual([["no-change"]]);
    expect(choose("reason=sandbox-failed").map((row) => row.outcome)).toEqual(["no-verdict"]);
    expect(choose("search=WERKZEUG+unsolved")).toHaveLength(1);
  });

  it("is sorted either way", () => {
    const steps = choose("sort=steps").map((row) => row.steps);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(choose("sort=-steps").map((row) => row.steps)).toEqual(steps.toReversed());
  });

  it("keeps what is chosen in the address", () => {
    const address = "#outcome=solved&search=a+b";
    expect(choiceLink(readChoice(new URLSearchParams(address.slice(1))))).toBe(address);
  });
});

it("takes the middle of an even number of values", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeUndefined();
});
