import { describe, expect, it } from "vitest";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import type { FileChange } from "../../tree.ts";
import { memoryTree } from "../../trees/make-tree.ts";
import { added, edited } from "../testing/edited.ts";
import { OFFENDED_FILES, SAME_CODE_OFFENCES } from "../testing/same-code-offences.ts";
import { issueLocalize } from "./index.ts";
import { ISSUE_RULES, judgeWith } from "./judge.ts";

const syntaxes = await loadSyntaxes();
const family = issueLocalize(syntaxes);

const STORAGE = "orchard/storage.py";
const WEATHER = "orchard/weather.py";
const row = (number: number) => `rows/row_${number}.py`;
const start = memoryTree({
  ...OFFENDED_FILES,
  [STORAGE]: `class ColdStore:
    def place(self, crate):
        """Put it there."""
        if len(self.crates) >= self.capacity:
            raise OverflowError(crate)
        return crate

    def ripest(self):
        # the ripest first
        return sorted(self.crates)
`,
  [WEATHER]: "def frost(night):\n    return night < 0\n",
  ...Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [row(index), "def grow(tree):\n    return tree\n"]),
  ),
});

const question = {
  instruction: "A crate too few fits in.",
  answer: {
    files: [
      { path: STORAGE, definitions: [{ qualified_name: "ColdStore.place", ordinal: 0 }] },
      { path: WEATHER, definitions: [{ qualified_name: "frost", ordinal: 0 }] },
    ],
  },
};
const CHECK = "        if len";
const judge = (...changes: readonly FileChange[]) => family.judge({ ...question, start, changes });
const inStorage = (from: string, to: string) => edited(start, STORAGE, from, to);
const right = () => inStorage(CHECK, `        # off by one\n${CHECK}`);
const notesInRows = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => edited(start, row(index), "def", "# here\ndef")));

describe("judging comments", () => {
  it("takes one comment in one file that the fix changes", async () => {
    expect(await judge(await right())).toMatchObject({
      outcome: "solved",
      facts: {
        same_code: true,
        gold_files: 2,
        gold_files_hit: 1,
        files_commented: 1,
        precision: 1,
        recall: 0.5,
        hit_at_1: true,
        gold_definitions_hit: 1,
        definition_precision: 1,
        definition_recall: 0.5,
      },
    });
  });

  it.each([
    ["behind the line", "capacity:", "capacity:  # off by one"],
    ["above the definition", "    def place", "    # off by one\n    def place"],
    ["above the class", "class ColdStore", "# off by one\nclass ColdStore"],
    ["of an old comment", "# the ripest first", "# the ripest first; off by one above"],
    ["in another language", CHECK, `        # 差一\n${CHECK}`],
  ])("takes a comment %s", async (_, from, to) => {
    expect(await judge(await inStorage(from, to))).toMatchObject({ outcome: "solved" });
  });

  it.each([
    ["a blank line", CHECK, `\n${CHECK}`],
    ["an empty comment", CHECK, `        #\n${CHECK}`],
    ["a ruler", CHECK, `        # --------\n${CHECK}`],
    ["an old comment with other punctuation", "# the ripest first", "# the ripest: first!"],
    ["an old comment that is gone", "        # the ripest first\n", ""],
  ])("does not take %s", async (_, from, to) => {
    expect(await judge(await inStorage(from, to))).toMatchObject({ reasons: ["gold-file-not-commented"] });
  });

  it.each<readonly [string, () => Promise<FileChange>, readonly string[]]>([
    [
      "a comment in another file",
      () => edited(start, row(1), "def", "# here\ndef"),
      ["gold-file-not-commented"],
    ],
    [
      "a new file",
      async () => added("orchard/storage_notes.py", "# off by one\n"),
      ["file-added", "gold-file-not-commented"],
    ],
    [
      "a docstring",
      () => inStorage("Put it there.", "Off by one."),
      ["docstring-changed", "gold-file-not-commented"],
    ],
    ["the fix", () => inStorage(">= self", "> self"), ["code-changed", "gold-file-not-commented"]],
  ])("does not take %s", async (_, change, reasons) => {
    expect(await judge(await change())).toMatchObject({ outcome: "unsolved", reasons });
  });

  it("says that nothing was done", async () => {
    expect(await judge()).toMatchObject({ reasons: ["gold-file-not-commented", "no-changes"] });
  });
});

describe("the shotgun rule", () => {
  it.each([
    [6, "solved", []],
    [7, "unsolved", ["shotgun"]],
  ])("one right file among %i others is %s", async (others, outcome, reasons) => {
    expect(await judge(await right(), ...(await notesInRows(others)))).toMatchObject({ outcome, reasons });
  });

  it("asks for a fifth of the files, and exactly a fifth will do", async () => {
    const both = [await right(), await edited(start, WEATHER, "def", "# here\ndef")];
    expect(await judge(...both, ...(await notesInRows(8)))).toMatchObject({ outcome: "solved" });
    expect(await judge(...both, ...(await notesInRows(9)))).toMatchObject({ reasons: ["shotgun"] });
    const seven = Array.from({ length: 7 }, (_, index) => ({ path: row(index), definitions: [] }));
    const verdict = await family.judge({
      ...question,
      answer: { files: seven },
      start,
      changes: await notesInRows(35),
    });
    expect(verdict.outcome).toBe("solved");
  });

  it("counts files that were touched in any way", async () => {
    const blank = await Promise.all(
      Array.from({ length: 7 }, (_, index) => edited(start, row(index), "    return", "\n    return")),
    );
    expect(await judge(await right(), ...blank)).toMatchObject({ reasons: ["shotgun"] });
  });

  it("can be set tighter", async () => {
    const answer = { ...question.answer, shotgun: { files: 2, gold_share: 0.6 } };
    const changes = [await right(), ...(await notesInRows(1))];
    expect(await family.judge({ ...question, answer, start, changes })).toMatchObject({
      reasons: ["shotgun"],
    });
  });
});

describe("each rule is needed", () => {
  /** Without the rule this would be taken for a solution; with all rules it is not. */
  const NEEDED_FOR: Readonly<Record<string, () => Promise<readonly FileChange[]>>> = {
    ...Object.fromEntries(
      Object.entries(SAME_CODE_OFFENCES).map(([rule, offence]) => [
        rule,
        async () => [await right(), await offence(start)],
      ]),
    ),
    "docstrings-kept": async () => [
      await inStorage('there."""\n', 'there, off by one."""\n        # off by one\n'),
    ],
    "gold-file-commented": () => notesInRows(1),
    "no-shotgun": async () => [await right(), ...(await notesInRows(7))],
  };

  it.each(ISSUE_RULES.map(({ name }) => name))("%s", async (name) => {
    const input = { ...question, start, changes: (await NEEDED_FOR[name]?.()) ?? [] };
    expect((await judgeWith(ISSUE_RULES, input, syntaxes)).outcome).toBe("unsolved");
    const others = ISSUE_RULES.filter((rule) => rule.name !== name);
    expect((await judgeWith(others, input, syntaxes)).outcome).toBe("solved");
  });
});
