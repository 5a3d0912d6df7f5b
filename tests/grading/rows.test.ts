import { mkdir, mkdtemp, open, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../src/base/json.ts";
import { runCommand } from "../../src/testing/command-line.ts";
import { restock } from "./dep-search.ts";
import { place, placeRemoved } from "./func-localize.ts";
import { lineOf } from "./files.ts";
import { writeClone, writeFolder } from "./git.ts";
import { issueNamed } from "./issue-localize.ts";
import { ORCHARD } from "./repositories/orchard.ts";

/** Rows, predictions and repositories that are not as they should be: each gets its cause, and the others their verdicts. */
type Fields = Record<string, Json | undefined>;

let folder: string;
let commit: string;
let runs = 0;

const at = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "grading-rows-"));
  commit = await writeClone(at("repos/o/git"), ORCHARD);
  await writeFolder(at("repos/o__plain"), ORCHARD);
  await writeFolder(at("repos/removed"), placeRemoved.repository);
  await mkdir(at("repos/o/empty"), { recursive: true });
  await writeFile(at("repos/o/file"), "no folder\n");
  await writeFolder(
    at("repos/o/broken"),
    new Map([[".git", { content: Buffer.from("gitdir: nowhere\n"), mode: "100644" }]]),
  );
  await writeFolder(at("outside"), ORCHARD);
  await symlink(at("outside"), at("repos/o/link"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const rowOf = (from: { row: Fields }, fields: Fields = {}): Fields => ({
  instance_id: "one",
  repo: "o/plain",
  base_commit: "HEAD",
  ...from.row,
  ...fields,
});

const generation: Fields = {
  instance_id: "one",
  repo: "o/plain",
  file_path: "orchard/storage.py",
  func_name: "ColdStore.place",
  eval_script: "pass",
};

async function gradeText(rows: string, predictions: string) {
  const name = `run-${runs++}`;
  await writeFile(at(`${name}.rows`), rows);
  await writeFile(at(`${name}.predictions`), predictions);
  return gradeFiles(`${name}.rows`, `${name}.predictions`);
}

async function gradeFiles(rows: string, predictions: string) {
  const files = ["--predictions", at(predictions), "--repos", at("repos"), "--cache", at("cache")];
  const result = await runCommand(["grade", at(rows), ...files, "--json"]);
  expect(result.stderr).not.toMatch(/^\s+at /m);
  const lines = result.stdout === "" ? [] : (result.rows() as Record<string, Json>[]);
  return { code: result.code, lines, stderr: result.stderr };
}

const lines = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");
const predict = (...ids: string[]) => lines(...ids.map((instance_id) => ({ instance_id, model_patch: "" })));

/** Every row with one prediction each, graded at once. */
async function causesOf(rows: Readonly<Record<string, Fields>>): Promise<Record<string, unknown>> {
  const named = Object.entries(rows).map(([name, row]) => ({ ...row, instance_id: name }));
  const { lines: verdicts, code } = await gradeText(lines(...named), predict(...Object.keys(rows)));
  expect(verdicts.length).toBe(named.length);
  expect(code).toBe(verdicts.some(({ outcome }) => outcome === "no-verdict") ? 1 : 0);
  return Object.fromEntries(
    verdicts.map(({ instance_id, cause, outcome, facts }) => {
      if (cause !== undefined) expect(facts).toMatchObject({ detail: expect.stringMatching(/\S/) });
      return [String(instance_id), cause ?? outcome];
    }),
  );
}

const issue = issueNamed("issue");
const without = (row: Fields, field: string): Fields =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== field));
const patched = (change: (patch: string) => string): Fields => ({
  patch: change(String(issue.row["patch"])),
});
const onlyFiles = (keep: RegExp): Fields =>
  patched((patch) =>
    patch
      .split(/^(?=diff --git )/m)
      .filter((part) => keep.test(part))
      .join(""),
  );

const line = Number(place.row["module_line_start"]);
const dependency = {
  name: "cached",
  file_path: "orchard/storage.py",
  line_start: lineOf(ORCHARD, "orchard/storage.py", "def cached"),
};

/** Rows, and what comes of them: a cause, or `unsolved` where they can be graded and the empty diff is judged. */
const ROWS: Readonly<Record<string, readonly [() => Fields, string]>> = {
  "func_localize as it should be": [() => rowOf(place), "unsolved"],
  "func_localize at a commit": [() => rowOf(place, { repo: "o/git", base_commit: commit }), "unsolved"],
  "func_localize without a commit": [
    () => without(rowOf(place, { repo: "o/git" }), "base_commit"),
    "unsolved",
  ],
  "func_localize with nulls": [
    () =>
      rowOf(place, {
        base_commit: null,
        qualified_name: null,
        language: null,
        functions: null,
        docstring_line_end: 33,
      }),
    "unsolved",
  ],
  "func_localize with an empty list": [() => rowOf(place, { functions: [] }), "unsolved"],
  "func_localize with fields of all shapes": [
    () => rowOf(place, { eval_script: null, patch: null, dependencies: null, target_function_name: null }),
    "unsolved",
  ],
  "func_localize with the fewest fields": [
    () => {
      const { file_path, module_name, module_line_start, docstring_line_start } = place.row;
      return { repo: "o/plain", file_path, module_name, module_line_start, docstring_line_start };
    },
    "unsolved",
  ],
  "func_localize, docstring gone already": [() => rowOf(placeRemoved, { repo: "x/removed" }), "unsolved"],
  "func_localize, name with its class": [() => rowOf(place, { module_name: "ColdStore.place" }), "unsolved"],
  "func_localize, one line too high": [
    () => rowOf(place, { module_line_start: line - 1 }),
    "row-does-not-match",
  ],
  "func_localize, one line too low": [
    () => rowOf(place, { module_line_start: line + 1 }),
    "row-does-not-match",
  ],
  "func_localize, a line far away": [() => rowOf(place, { module_line_start: 99999 }), "row-does-not-match"],
  "func_localize, the line of another": [
    () => rowOf(place, { module_line_start: line + 51 }),
    "row-does-not-match",
  ],
  "func_localize, another name at the line": [
    () => rowOf(place, { module_name: "ripest" }),
    "row-does-not-match",
  ],
  "func_localize, a name that is not there": [
    () => rowOf(place, { module_name: "nothing" }),
    "row-does-not-match",
  ],
  "func_localize, a qualified name that is not there": [
    () => rowOf(place, { qualified_name: "Store.place" }),
    "row-does-not-match",
  ],
  "func_localize, a class for a method": [() => rowOf(place, { module_type: "class" }), "row-does-not-match"],
  "func_localize, another language": [() => rowOf(place, { language: "cobol" }), "row-does-not-match"],
  "func_localize, a file that is not there": [
    () => rowOf(place, { file_path: "orchard/none.py" }),
    "row-does-not-match",
  ],
  "func_localize, a file in another case": [
    () => rowOf(place, { file_path: "Orchard/storage.py" }),
    "row-does-not-match",
  ],
  "func_localize, a file of text": [() => rowOf(place, { file_path: "README.md" }), "row-does-not-match"],
  "func_localize, a link": [() => rowOf(place, { file_path: "docs/link.md" }), "row-does-not-match"],
  "func_localize, a folder": [() => rowOf(place, { file_path: "orchard" }), "row-does-not-match"],
  "func_localize, a path out of the tree": [
    () => rowOf(place, { file_path: "../../outside/orchard/storage.py" }),
    "row-does-not-match",
  ],
  "func_localize, an absolute path": [() => rowOf(place, { file_path: "/etc/passwd" }), "row-does-not-match"],
  "func_localize, its docstring elsewhere": [
    () => rowOf(place, { docstring_line_start: line + 9, docstring_line_end: line + 9 }),
    "row-does-not-match",
  ],
  "func_localize, its language in another case": [() => rowOf(place, { language: "Python" }), "unsolved"],
  "func_localize, no docstring though there is one": [
    () => rowOf(place, { docstring_line_start: -1, docstring_line_end: -1 }),
    "row-does-not-match",
  ],
  "func_localize, a line below -1": [() => rowOf(place, { docstring_line_start: -2 }), "row-malformed"],
  "func_localize, a line that is text": [() => rowOf(place, { module_line_start: "33" }), "row-malformed"],
  "func_localize, half a line": [() => rowOf(place, { module_line_start: 33.5 }), "row-malformed"],
  "func_localize without a line": [() => without(rowOf(place), "module_line_start"), "row-malformed"],
  "func_localize without a file": [() => without(rowOf(place), "file_path"), "row-malformed"],
  "func_localize without a name": [() => without(rowOf(place), "module_name"), "row-malformed"],
  "func_localize with an empty name": [() => rowOf(place, { module_name: "" }), "row-malformed"],
  "func_localize, targets that are none": [() => rowOf({ row: { functions: [1, 2] } }), "row-malformed"],
  "dep_search as it should be": [() => rowOf(restock), "unsolved"],
  "dep_search without ends and types": [
    () => rowOf(restock, { dependencies: [dependency], target_function_line_end: null }),
    "unsolved",
  ],
  "dep_search of a method's type": [
    () => rowOf(restock, { dependencies: [{ ...dependency, type: "method" }] }),
    "unsolved",
  ],
  "dep_search with nulls": [
    () =>
      rowOf(restock, {
        dependencies: [{ ...dependency, type: null, qualified_name: null, decorator_line: null }],
      }),
    "unsolved",
  ],
  "dep_search without a line": [() => without(rowOf(restock), "target_function_line_start"), "row-malformed"],
  "dep_search without a file": [() => without(rowOf(restock), "target_function_file"), "row-malformed"],
  "dep_search, nothing to mark": [() => rowOf(restock, { dependencies: [] }), "row-malformed"],
  "dep_search, no list": [() => rowOf(restock, { dependencies: "cached" }), "row-shape-unknown"],
  "dep_search, a dependency without a line": [
    () => rowOf(restock, { dependencies: [{ name: "cached", file_path: "orchard/storage.py" }] }),
    "row-malformed",
  ],
  "dep_search, a dependency at another line": [
    () => rowOf(restock, { dependencies: [{ ...dependency, line_start: dependency.line_start + 1 }] }),
    "row-does-not-match",
  ],
  "dep_search, a dependency in another file": [
    () => rowOf(restock, { dependencies: [{ ...dependency, file_path: "orchard/sales.py" }] }),
    "row-does-not-match",
  ],
  "dep_search, a dependency out of the tree": [
    () => rowOf(restock, { dependencies: [{ ...dependency, file_path: "../x.py" }] }),
    "row-does-not-match",
  ],
  "dep_search, another target": [
    () => rowOf(restock, { target_function_name: "restocked" }),
    "row-does-not-match",
  ],
  "issue_localize as it should be": [() => rowOf(issue), "unsolved"],
  "issue_localize, a patch of another version": [
    () =>
      rowOf(
        issue,
        patched((patch) => patch.replaceAll(/^ .*$/gm, " other")),
      ),
    "unsolved",
  ],
  "issue_localize, a patch of tests only": [
    () => rowOf(issue, onlyFiles(/test_storage/)),
    "row-does-not-match",
  ],
  "issue_localize, a patch of new files only": [() => rowOf(issue, onlyFiles(/fresh/)), "row-does-not-match"],
  "issue_localize, a patch of text only": [
    () => rowOf(issue, onlyFiles(/README|setup/)),
    "row-does-not-match",
  ],
  "issue_localize, a patch of another project": [
    () =>
      rowOf(
        issue,
        patched((patch) => patch.replaceAll("orchard/", "desert/")),
      ),
    "row-does-not-match",
  ],
  "issue_localize, a patch that is none": [() => rowOf(issue, { patch: "see above" }), "row-does-not-match"],
  "issue_localize, an empty patch": [() => rowOf(issue, { patch: "" }), "row-malformed"],
  "issue_localize, a patch of blanks": [() => rowOf(issue, { patch: " \n" }), "row-does-not-match"],
  "issue_localize, a patch out of the tree": [
    () =>
      rowOf(
        issue,
        patched((patch) => patch.replaceAll("orchard/", "../orchard/")),
      ),
    "row-does-not-match",
  ],
  "func_gen without its function": [() => rowOf(issue, { eval_script: "assert True" }), "row-shape-unknown"],
  "func_gen, a function that is not there": [
    () => ({ ...generation, func_name: "nobody" }),
    "row-does-not-match",
  ],
  "a shape that nobody knows": [() => ({ repo: "o/plain", text: "hello" }), "row-shape-unknown"],
  "a row of nothing": [() => ({ repo: "o/plain" }), "row-shape-unknown"],
  "no repository named": [() => without(rowOf(place), "repo"), "row-malformed"],
  "a repository that is a number": [() => rowOf(place, { repo: 5 }), "row-malformed"],
  "a repository that is not there": [() => rowOf(place, { repo: "o/none" }), "repository-missing"],
  "a repository above": [() => rowOf(place, { repo: "../outside" }), "repository-missing"],
  "a repository above, by dots": [() => rowOf(place, { repo: "o/../../outside" }), "repository-missing"],
  "a repository by its path": [() => rowOf(place, { repo: at("outside") }), "repository-missing"],
  "a repository of dots": [() => rowOf(place, { repo: ".." }), "repository-missing"],
  "an empty repository": [() => rowOf(place, { repo: "o/empty" }), "repository-unusable"],
  "a repository that is a file": [() => rowOf(place, { repo: "o/file" }), "repository-unusable"],
  "a repository that is broken": [() => rowOf(place, { repo: "o/broken" }), "repository-unusable"],
  "the same repository again": [() => rowOf(place, { repo: "o/broken" }), "repository-unusable"],
  "a commit that is not there": [
    () => rowOf(place, { repo: "o/git", base_commit: "1".repeat(40) }),
    "repository-unusable",
  ],
  "that commit again": [
    () => rowOf(restock, { repo: "o/git", base_commit: "1".repeat(40) }),
    "repository-unusable",
  ],
  "a commit like an option": [
    () => rowOf(place, { repo: "o/git", base_commit: "--all" }),
    "repository-unusable",
  ],
  "a commit like a command": [
    () => rowOf(place, { repo: "o/git", base_commit: "$(touch x)" }),
    "repository-unusable",
  ],
};

describe("a row", () => {
  let causes: Record<string, unknown>;
  beforeAll(async () => {
    const rows = Object.entries(ROWS).map(([name, [row]]) => [name, row()] as const);
    causes = await causesOf(Object.fromEntries(rows));
  });

  it.each(Object.entries(ROWS).map(([name, [, expected]]) => [name, expected] as const))(
    "%s → %s",
    (name, expected) => {
      expect(causes[name]).toBe(expected);
    },
  );
});

describe("predictions", () => {
  const row = () => lines(rowOf(place));

  it("that are null, empty, left out or blank change nothing, however the lines end", async () => {
    const predictions = [
      '{"instance_id":"one","model_patch":null}\r\n',
      '{"instance_id":"one"}\n\n',
      '{"instance_id":"one","model_patch":"","model_name_or_path":"m","cost":1.5}\n',
      '{"instance_id":"one","model_patch":" \\n\\t\\n"}',
    ];
    const { code, lines: verdicts } = await gradeText(row(), predictions.join(""));
    const nothing = { instance_id: "one", reasons: ["no-changes", "target-not-documented"] };
    expect(verdicts).toMatchObject([nothing, nothing, nothing, nothing]);
    expect(code).toBe(0);
  });

  it("may be several for one row, and none for another", async () => {
    const rows = lines(rowOf(place), rowOf(place, { instance_id: "two" }));
    const { code, lines: verdicts } = await gradeText(rows, predict("two", "two"));
    expect(verdicts.map(({ instance_id }) => instance_id)).toEqual(["two", "two"]);
    expect(code).toBe(0);
  });

  it("for rows that are not there are named once the others are graded", async () => {
    const { code, lines: verdicts, stderr } = await gradeText(row(), predict("one", "other"));
    expect(verdicts).toMatchObject([
      { instance_id: "one", outcome: "unsolved" },
      { error: { code: "no-such-instance" } },
    ]);
    expect(stderr).toContain('"other"');
    expect(code).toBe(2);
  });

  it.each([
    ["cut short", `{"instance_id":"one","model_pa`, "malformed-json"],
    ["no JSON", "hello\n", "malformed-json"],
    ["a list", "[1]\n", "malformed-row"],
    ["a number for a diff", lines({ instance_id: "one", model_patch: 5 }), "malformed-row"],
    ["without an id", lines({ model_patch: "" }), "malformed-row"],
    ["with an empty id", lines({ instance_id: "", model_patch: "" }), "malformed-row"],
    ["nothing", "", "no-predictions"],
  ])("that are %s are refused with their line", async (_, predictions, error) => {
    const { code, lines: verdicts } = await gradeText(row(), predictions);
    expect(verdicts.at(-1)).toMatchObject({ error: { code: error } });
    expect(code).toBe(2);
  });

  it("of a hundred million bytes are refused at once, in either form", async () => {
    const patch = `--- a/README.md\n+++ b/README.md\n@@ -0,0 +1,2 @@\n+${"x".repeat(100_000_000)}\n+y\n`;
    await mkdir(at("huge"));
    await writeFile(at("huge/one.diff"), patch);
    await writeFile(at("huge.jsonl"), lines({ instance_id: "one", model_patch: patch }));
    await writeFile(at("huge.rows"), row());
    for (const predictions of ["huge", "huge.jsonl"]) {
      const { code, lines: verdicts } = await gradeFiles("huge.rows", predictions);
      expect(verdicts).toMatchObject([{ outcome: "unsolved", reasons: ["diff-too-large"] }]);
      expect(code).toBe(0);
    }
  });

  it("in a folder may lie beside other files, and are read as bytes", async () => {
    await mkdir(at("mixed"));
    await writeFile(at("mixed/one.diff"), Buffer.from([0xff, 0xfe, 0x00]));
    await writeFile(at("mixed/notes.txt"), "not a diff\n");
    await writeFile(at("mixed.rows"), row());
    const { lines: verdicts } = await gradeFiles("mixed.rows", "mixed");
    expect(verdicts).toMatchObject([{ outcome: "unsolved", reasons: ["diff-malformed"] }]);
  });
});

describe("a file of rows", () => {
  it("may be a JSON list", async () => {
    const { lines: verdicts, code } = await gradeText(
      JSON.stringify([rowOf(place)], undefined, 2),
      predict("one"),
    );
    expect(verdicts).toMatchObject([{ instance_id: "one", outcome: "unsolved" }]);
    expect(code).toBe(0);
  });

  it.each([
    ["cut short", `{"instance_id":"one"`, "malformed-json"],
    ["no objects", "5\n", "malformed-row"],
    ["without ids", lines({ repo: "o/plain" }), "malformed-row"],
  ])("that is %s is refused with its line", async (_, rows, error) => {
    const { code, lines: verdicts } = await gradeText(rows, predict("one"));
    expect(verdicts.at(-1)).toMatchObject({ error: { code: error, message: expect.stringMatching(/1/) } });
    expect(code).toBe(2);
  });

  it("is graded from repositories and never changes them", async () => {
    const before = await open(at("repos/o/git/.git/index"));
    const { mtimeMs } = await before.stat();
    await before.close();
    await gradeText(lines(rowOf(place, { repo: "o/git", base_commit: commit })), predict("one"));
    const after = await open(at("repos/o/git/.git/index"));
    expect((await after.stat()).mtimeMs).toBe(mtimeMs);
    await after.close();
  });
});
