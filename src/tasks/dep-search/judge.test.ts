import { describe, expect, it } from "vitest";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import type { FileChange } from "../../tree.ts";
import { memoryTree } from "../../trees/make-tree.ts";
import { edited } from "../testing/edited.ts";
import { OFFENDED_FILES, SAME_CODE_OFFENCES } from "../testing/same-code-offences.ts";
import { depSearch } from "./index.ts";
import { judgeWith, SEARCH_RULES } from "./judge.ts";

const syntaxes = await loadSyntaxes();
const family = depSearch(syntaxes);

const STORAGE = "orchard/storage.py";
const WEATHER = "orchard/weather.py";
const start = memoryTree({
  ...OFFENDED_FILES,
  [STORAGE]: `import functools


@functools.cache
@functools.wraps(print)
def shelf(room):
    return [room]


class ColdStore:
    def place(self, crate):
        return crate

    def close(self):
        """Lock the door."""
        return None
`,
  [WEATHER]: `def frost(night):
    return night < 0


def restock(store, crates, night):
    for crate in crates:
        if not frost(night):
            store.place(crate)
    return shelf(night)
`,
});

const named = (path: string, qualified_name: string, kind: string, line: number) => ({
  path,
  qualified_name,
  ordinal: 0,
  kind,
  line,
});
const question = {
  instruction: "",
  answer: {
    target: { ...named(WEATHER, "restock", "function", 5), name: "restock" },
    dependencies: [
      named(WEATHER, "frost", "function", 1),
      named(STORAGE, "shelf", "function", 6),
      named(STORAGE, "ColdStore.place", "method", 11),
    ],
  },
};

const MARK = "# this function/class is called by the restock function";
const FROST = "def frost";
const SHELF = "@functools.cache\n";
const PLACE = "    def place";

/** Each file with marker lines put above these texts, and more edits of it. */
async function marked(weather: readonly Edit[], storage: readonly Edit[]): Promise<FileChange[]> {
  return [await several(WEATHER, weather), await several(STORAGE, storage)];
}

type Edit = readonly [from: string, to: string];

async function several(path: string, edits: readonly Edit[]): Promise<FileChange> {
  let tree = start;
  for (const [from, to] of edits) {
    const { after } = await edited(tree, path, from, to);
    tree = memoryTree({ [path]: Buffer.from(after?.content ?? []) });
  }
  const content = await start.read(path);
  return {
    path,
    before: { mode: "100644", content },
    after: { mode: "100644", content: await tree.read(path) },
  };
}

const above = (text: string, lines = MARK): Edit => [text, `${/^ */.exec(text)?.[0] ?? ""}${lines}\n${text}`];
const right = () => marked([above(FROST)], [above(SHELF), above(PLACE)]);
const judge = (changes: readonly FileChange[]) => family.judge({ ...question, start, changes });

describe("judging marks", () => {
  it("takes one line above each definition, and above the decorators of one that has some", async () => {
    expect(await judge(await right())).toMatchObject({
      outcome: "solved",
      facts: {
        same_code: true,
        dependencies: 3,
        true_positives: 3,
        false_positives: 0,
        false_negatives: 0,
        duplicates: 0,
        misplaced: 0,
        precision: 1,
        recall: 1,
        f1: 1,
      },
    });
  });

  it.each<readonly [string, Edit]>([
    ["above another comment", above(FROST, `${MARK}\n# and by others`)],
    ["below another comment", above(FROST, `# called by others\n${MARK}`)],
    ["with blanks behind it", above(FROST, `${MARK}  `)],
  ])("takes a line %s", async (_, frost) => {
    expect(await judge(await marked([frost], [above(SHELF), above(PLACE)]))).toMatchObject({
      outcome: "solved",
    });
  });

  it.each<readonly [string, Edit, readonly string[]]>([
    ["with another name", above(FROST, MARK.replace("restock", "close")), ["dependency-not-marked"]],
    ["in other words", above(FROST, "# called by restock"), ["dependency-not-marked"]],
    ["without a blank", above(FROST, MARK.replace("# ", "#")), ["dependency-not-marked"]],
    ["cut off by a blank line", above(FROST, `${MARK}\n`), ["dependency-not-marked", "marker-misplaced"]],
    [
      "in the body",
      ["    return night", `    ${MARK}\n    return night`],
      ["dependency-not-marked", "marker-misplaced"],
    ],
    [
      "behind the header",
      ["(night):\n", `(night):  ${MARK}\n`],
      ["dependency-not-marked", "marker-misplaced"],
    ],
    ["above the caller", above("def restock"), ["dependency-not-marked", "not-a-dependency"]],
    ["twice", above(FROST, `${MARK}\n${MARK}`), ["marked-twice"]],
  ])("does not take a line %s", async (_, frost, reasons) => {
    const verdict = await judge(await marked([frost], [above(SHELF), above(PLACE)]));
    expect(verdict).toMatchObject({ outcome: "unsolved", reasons });
  });

  it("does not take a line between a decorator and the definition", async () => {
    for (const place of ["@functools.wraps(print)\n", "def shelf"]) {
      const verdict = await judge(await marked([above(FROST)], [above(place), above(PLACE)]));
      expect(verdict.reasons).toEqual(["dependency-not-marked", "marker-misplaced"]);
    }
  });

  it("counts what was right, wrong and missing", async () => {
    const verdict = await judge(await marked([above(FROST)], [above("    def close"), above(PLACE)]));
    expect(verdict).toMatchObject({
      reasons: ["dependency-not-marked", "not-a-dependency"],
      facts: {
        true_positives: 2,
        false_positives: 1,
        false_negatives: 1,
        evidence: [
          "dependency-not-marked: orchard/storage.py: shelf",
          "not-a-dependency: orchard/storage.py:15",
        ],
      },
    });
  });

  it("counts only lines that were added", async () => {
    const given = memoryTree({ [WEATHER]: `${MARK}\ndef frost(night):\n    return night\n` });
    const one = { ...question.answer, dependencies: question.answer.dependencies.slice(0, 1) };
    const note = await edited(given, WEATHER, "    return", "    # cold\n    return");
    const verdict = await family.judge({ instruction: "", answer: one, start: given, changes: [note] });
    expect(verdict.reasons).toEqual(["dependency-not-marked"]);
  });

  it("says that nothing was done", async () => {
    expect(await judge([])).toMatchObject({ reasons: ["dependency-not-marked", "no-changes"] });
  });
});

describe("each rule is needed", () => {
  /** Without the rule this would be taken for a solution; with all rules it is not. */
  const NEEDED_FOR: Readonly<Record<string, () => Promise<readonly FileChange[]>>> = {
    ...Object.fromEntries(
      Object.entries(SAME_CODE_OFFENCES).map(([rule, offence]) => [
        rule,
        async () => [...(await right()), await offence(start)],
      ]),
    ),
    "docstrings-kept": () =>
      marked([above(FROST)], [above(SHELF), above(PLACE), ["Lock the door.", "Lock all doors."]]),
    "all-marked": () => marked([above(FROST)], [above(SHELF)]),
    "no-others-marked": () => marked([above(FROST), above("def restock")], [above(SHELF), above(PLACE)]),
    "marks-in-place": () => marked([above(FROST), above("    for crate")], [above(SHELF), above(PLACE)]),
    "marked-once": () => marked([above(FROST, `${MARK}\n${MARK}`)], [above(SHELF), above(PLACE)]),
  };

  it.each(SEARCH_RULES.map(({ name }) => name))("%s", async (name) => {
    const input = { ...question, start, changes: (await NEEDED_FOR[name]?.()) ?? [] };
    expect((await judgeWith(SEARCH_RULES, input, syntaxes)).outcome).toBe("unsolved");
    const others = SEARCH_RULES.filter((rule) => rule.name !== name);
    expect((await judgeWith(others, input, syntaxes)).outcome).toBe("solved");
  });
});
