import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Instance } from "./cases.ts";
import {
  all,
  append,
  type Edit,
  type Files,
  insertAfter,
  insertBefore,
  rename,
  replace,
  write,
} from "./files.ts";
import { diffBranches, importTrees } from "./git.ts";
import { HARBOUR } from "./repositories/harbour.ts";
import { ORCHARD } from "./repositories/orchard.ts";

const STORAGE = "orchard/storage.py";

/** A project of many files, for answers that touch them all. */
export const PLANTATION: Files = new Map(
  Array.from({ length: 48 }, (_, index) => [
    `trees/row_${String(index).padStart(2, "0")}.py`,
    {
      content: Buffer.from(`def grow(tree):\n    height = tree + ${index}\n    return height\n`),
      mode: "100644" as const,
    },
  ]),
);

export function row(index: number): string {
  return `trees/row_${String(index).padStart(2, "0")}.py`;
}

export const noteIn = (file: string, note = "# the issue is here\n"): Edit =>
  insertBefore(file, "def ", note);

interface Issue {
  readonly name: string;
  readonly repository: Files;
  /** What settles the issue. */
  readonly fix: Edit;
  readonly flags?: readonly string[];
  readonly right: Edit;
  readonly git?: boolean;
}

const fixFirst = (count: number): Edit =>
  all(...Array.from({ length: count }, (_, index) => replace(row(index), "tree + ", "tree - ")));

const ISSUES: readonly Issue[] = [
  {
    name: "issue",
    repository: ORCHARD,
    git: true,
    fix: all(
      replace(STORAGE, "len(self.crates) >= self.capacity", "len(self.crates) > self.capacity"),
      replace("orchard/weather.py", "wind * 0.1", "wind * 0.2"),
      append("tests/test_storage.py", "\n\ndef test_more():\n    assert True\n"),
      write("orchard/fresh.py", "def fresh():\n    return 1\n"),
      append("README.md", "More.\n"),
      append("setup.cfg", "version = 2\n"),
    ),
    right: insertBefore(
      STORAGE,
      "        if len(self.crates) >=",
      "        # one crate too few fits in here\n",
    ),
  },
  {
    name: "issue-of-a-rename",
    repository: ORCHARD,
    fix: all(
      rename("orchard/sales.py", "orchard/shop.py"),
      replace("orchard/shop.py", "rate = 0.2", "rate = 0.3"),
    ),
    flags: ["diff", "-M"],
    right: insertBefore("orchard/sales.py", "    rate = 0.2", "    # the rate is wrong\n"),
  },
  {
    name: "issue-of-odd-files",
    repository: ORCHARD,
    git: true,
    fix: all(
      replace("orchard/windows.py", "(branch, trunk)\r", "[branch, trunk]\r"),
      replace("orchard/naïve names/apple cider.py", "juice = apples", "juice = apples[:1]"),
      replace("orchard/legacy.py", "0777", "0755"),
      replace("orchard/latin.py", "tree + NAME", "NAME + tree"),
    ),
    right: insertAfter("orchard/windows.py", "def prune(tree):\r\n", "    # cuts too much\r\n"),
  },
  {
    name: "ts-issue",
    repository: HARBOUR,
    fix: all(
      replace("src/ships.ts", "ship.tons > LIMIT", "ship.tons >= LIMIT"),
      replace("src/weather.js", "> 9", "> 8"),
      replace("src/windows.ts", "return -length", "return length"),
      replace("src/Panel.tsx", "toUpperCase", "toLowerCase"),
      append("test/ships.test.ts", "launch([]);\n"),
    ),
    right: insertBefore("src/ships.ts", "  if (ship.tons > LIMIT)", "  // off by one\n"),
  },
  { name: "issue-of-one-file", repository: PLANTATION, fix: fixFirst(1), right: noteIn(row(0)) },
  { name: "issue-of-many-files", repository: PLANTATION, fix: fixFirst(10), right: noteIn(row(0)) },
];

/** Rows with the patches that git makes of the fixes. */
async function makeIssues(): Promise<Map<string, Instance>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "grading-issues-"));
  const repository = path.join(folder, "fixes.git");
  const trees = ISSUES.flatMap(({ name, repository, fix }): [string, Files][] => [
    [`before/${name}`, repository],
    [`after/${name}`, fix(repository)],
  ]);
  try {
    await importTrees(repository, new Map(trees));
    const made = new Map<string, Instance>();
    for (const { name, repository: files, right, git = false, flags = ["diff"] } of ISSUES) {
      const patch = await diffBranches(repository, `before/${name}`, `after/${name}`, flags);
      const fields = {
        patch: patch.toString("utf8"),
        problem_statement: "Something is wrong.",
        test_patch: "",
      };
      made.set(name, {
        name,
        family: "issue-localize",
        row: fields,
        repository: files,
        git,
        start: files,
        right,
      });
    }
    return made;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const made = await makeIssues();

export function issueNamed(name: string): Instance {
  const found = made.get(name);
  if (found === undefined) throw new Error(`there is no issue ${name}`);
  return found;
}
