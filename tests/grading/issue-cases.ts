import { bad, type Case, good } from "./cases.ts";
import { all, append, type Edit, insertAfter, insertBefore, prepend, replace, write } from "./files.ts";
import { issueNamed, noteIn, row } from "./issue-localize.ts";

const STORAGE = "orchard/storage.py";
const WEATHER = "orchard/weather.py";
const SALES = "orchard/sales.py";

const issue = issueNamed("issue");
const renamed = issueNamed("issue-of-a-rename");
const odd = issueNamed("issue-of-odd-files");
const one = issueNamed("issue-of-one-file");
const many = issueNamed("issue-of-many-files");

const above = (text: string): Edit => insertBefore(STORAGE, "        if len(self.crates) >=", text);
const CIDER = "orchard/naïve names/apple cider.py";

/** Comments that say where. */
const HONEST: Readonly<Record<string, Edit>> = {
  "above the line": issue.right,
  "behind the line": replace(
    STORAGE,
    "self.capacity:\n            raise",
    "self.capacity:  # off by one\n            raise",
  ),
  "above the definition": insertBefore(
    STORAGE,
    "    def place(self, crate, room)",
    "    # the check is wrong\n",
  ),
  "below the signature": insertAfter(
    STORAGE,
    "    def place(self, crate, room):\n",
    "        # the check is wrong\n",
  ),
  "above the class": insertBefore(STORAGE, "class ColdStore", "# the check of capacity is wrong\n"),
  "at the end of the file": append(STORAGE, "# place() lets one crate too few in\n"),
  "over several lines": above("        # The check is wrong:\n        #\n        #   use > for >=\n"),
  "in the other file": insertBefore(WEATHER, "    margin = min", "    # the factor is wrong\n"),
  "in both files": all(issue.right, insertBefore(WEATHER, "    margin = min", "    # the factor is wrong\n")),
  "in a file too many": all(issue.right, append(SALES, "# and here perhaps\n")),
  "in a test too": all(issue.right, append("tests/test_storage.py", "# not covered\n")),
  "in another language": above("        # hier fehlt eine Kiste\n"),
  "in Chinese": above("        # 这里有问题\n"),
  "in Cyrillic": above("        # здесь ошибка\n"),
  "with an emoji": above("        # 🍎 here\n"),
  "with code in it": above("        # if len(self.crates) > self.capacity:\n"),
  "with quotes in it": above("        # \"\"\" wrong ''' here\n"),
  "beside an old comment": replace(
    STORAGE,
    "# the ripest come first",
    "# the ripest come first, see the issue",
  ),
  "as a number": above("        # 1234\n"),
  "without a blank": above("        #here\n"),
  "that begins like a directive": above("        # Type: off by one; coverage is low\n"),
  "and a blank line": above("\n        # here\n\n"),
};

const HIT = ["gold-file-not-commented"];

/** What is no pointer to a place. */
const WRONG: Readonly<Record<string, readonly [Edit, readonly string[]]>> = {
  nothing: [all(), ["no-changes", ...HIT]],
  "another file": [append(SALES, "# here\n"), HIT],
  "a test that the fix changes": [append("tests/test_storage.py", "# here\n"), HIT],
  "the file that the fix adds": [write("orchard/fresh.py", "# here\n"), ["file-added", ...HIT]],
  "a new file": [write("orchard/notes.py", "# storage.py is wrong\n"), ["file-added", ...HIT]],
  "a new file of text": [write("ANSWER.md", "orchard/storage.py\n"), ["file-added", ...HIT]],
  "the README that the fix changes": [append("README.md", "# here\n"), ["non-source-changed", ...HIT]],
  "the settings that the fix changes": [append("setup.cfg", "# here\n"), ["non-source-changed", ...HIT]],
  "the stub of the file": [append("orchard/storage.pyi", "# here\n"), HIT],
  "a blank line": [above("\n"), HIT],
  "blanks at a line's end": [replace(STORAGE, "self.rooms = rooms\n", "self.rooms = rooms   \n"), HIT],
  "only the sign": [above("        #\n"), HIT],
  "only the sign and blanks": [above("        #    \n"), HIT],
  "a ruler": [above("        # ----------------------------\n"), HIT],
  "a ruler of signs": [above("        ################\n"), HIT],
  "only punctuation": [above("        # ?!\n"), HIT],
  "a comment moved": [
    all(
      replace(STORAGE, "        # the ripest come first\n", ""),
      above("        # the ripest come first\n"),
    ),
    HIT,
  ],
  "a comment indented otherwise": [replace(STORAGE, "        # the ripest", "    # the ripest"), HIT],
  "a comment with other white space": [replace(STORAGE, "# the ripest come", "#  the  ripest  come"), HIT],
  "a comment with other punctuation": [replace(STORAGE, "come first\n", "come first!\n"), HIT],
  "a comment removed": [replace(STORAGE, "        # the ripest come first\n", ""), HIT],
  "a comment cut short": [replace(STORAGE, "  # crates\n", "  #\n"), HIT],
  "a docstring added": [
    insertAfter(STORAGE, "    def ripest(self, count=1):\n", '        """Here."""\n'),
    ["docstring-changed", ...HIT],
  ],
  "a docstring extended": [
    replace(STORAGE, "The number of crates is returned.", "The check is wrong."),
    ["docstring-changed", ...HIT],
  ],
  "a comment in a docstring": [
    replace(STORAGE, "The number of crates is returned.\n", "The number.\n        # here\n"),
    ["docstring-changed", ...HIT],
  ],
  "a docstring and a comment": [
    all(issue.right, replace(STORAGE, '"""One shelf."""', '"""A shelf."""')),
    ["docstring-changed"],
  ],
  "a comment in a string": [replace(STORAGE, "# setup", "# here"), ["code-changed", ...HIT]],
  "a string for a comment": [above('        "the check is wrong"\n'), ["code-changed", ...HIT]],
  "the fix itself": [replace(STORAGE, ">= self.capacity", "> self.capacity"), ["code-changed", ...HIT]],
  "a comment and the fix": [
    all(issue.right, replace(STORAGE, ">= self.capacity", "> self.capacity")),
    ["code-changed"],
  ],
  "a comment here and the fix there": [
    all(issue.right, replace(WEATHER, "wind * 0.1", "wind * 0.2")),
    ["code-changed"],
  ],
  "a comment for code": [
    replace(STORAGE, "            raise OverflowError(room)\n", "            # raise OverflowError(room)\n"),
    ["invalid-after", ...HIT],
  ],
  "code of a comment": [
    replace(WEATHER, "    # old = margin * 2", "    old = margin * 2"),
    ["code-changed", ...HIT],
  ],
  "a directive": [
    replace(STORAGE, ">= self.capacity:", ">= self.capacity:  # noqa: here"),
    ["directive-added"],
  ],
  "a comment and a new file": [all(issue.right, write("notes.md", "see storage.py\n")), ["file-added"]],
  "a comment with a lone CR in it": [above("        # here\r        room = None\n"), ["code-changed"]],
};

/** Comments in a number of files of which some are gold. */
const touching = (gold: number, others: number, from: number): Edit =>
  all(
    ...Array.from({ length: gold }, (_, index) => noteIn(row(index))),
    ...Array.from({ length: others }, (_, index) => noteIn(row(from + index))),
  );

const SHOTGUN: readonly (readonly [gold: number, others: number, expected: "solved" | "unsolved"])[] = [
  [1, 0, "solved"],
  [1, 6, "solved"],
  [1, 7, "unsolved"],
  [2, 5, "solved"],
  [2, 6, "solved"],
  [2, 8, "solved"],
  [2, 9, "unsolved"],
  [3, 12, "solved"],
  [3, 13, "unsolved"],
  [6, 24, "solved"],
  [6, 25, "unsolved"],
  [7, 28, "solved"],
  [7, 29, "unsolved"],
  [10, 38, "solved"],
  [0, 7, "unsolved"],
  [0, 8, "unsolved"],
];

function shotgunCases(): Case[] {
  return SHOTGUN.map(([gold, others, expected]) => {
    const given = {
      name: `${gold} of ${gold + others} files are gold`,
      edit: touching(gold, others, 10),
      facts: { gold_files_hit: gold, files_commented: gold + others },
    };
    if (expected === "solved") return good("number of files", many, given);
    const reasons = [...(gold === 0 ? HIT : []), ...(gold + others >= 8 ? ["shotgun"] : [])];
    return bad("number of files", many, reasons, given);
  });
}

export const ISSUE_CASES: readonly Case[] = [
  ...Object.entries(HONEST).map(([name, edit]) => good("honest comments", issue, { name, edit })),
  ...Object.entries(WRONG).map(([name, [edit, reasons]]) =>
    bad("no pointer", issue, reasons, { name, edit }),
  ),
  ...shotgunCases(),
  good("honest comments", renamed, { name: "in the file under its old name", edit: renamed.right }),
  bad("no pointer", renamed, ["file-added", ...HIT], {
    name: "in a file of the new name",
    edit: write("orchard/shop.py", "# here\n"),
  }),
  bad("no pointer", renamed, HIT, { name: "in another file", edit: append(WEATHER, "# here\n") }),
  good("honest comments", odd, { name: "in a CRLF file" }),
  good("honest comments", odd, { name: "in a file with an odd name", edit: append(CIDER, "# here\n") }),
  good("honest comments", odd, {
    name: "in a Python 2 file",
    edit: prepend("orchard/legacy.py", "# see below\n"),
  }),
  good("honest comments", odd, {
    name: "behind code in a Python 2 file",
    edit: replace("orchard/legacy.py", "return 0777", "return 0777  # too much"),
  }),
  good("honest comments", odd, {
    name: "in a latin-1 file",
    edit: insertBefore("orchard/latin.py", "def fert", "# here\n"),
  }),
  bad("no pointer", one, ["shotgun"], { name: "one of eight", edit: touching(1, 7, 10) }),
  bad("no pointer", one, HIT, { name: "seven wrong ones", edit: touching(0, 7, 10) }),
  good("honest comments", one, {
    name: "the one file",
    facts: { same_code: true, gold_files: 1, gold_files_hit: 1, precision: 1, recall: 1, hit_at_1: true },
  }),
  bad("no pointer", one, ["shotgun", "code-changed"], {
    name: "all files, and code in one of them",
    edit: all(touching(1, 30, 10), replace(row(40), "height = tree", "height = 1 + tree")),
  }),
  bad("no pointer", one, ["shotgun"], {
    name: "one comment, and white space in seven more",
    edit: all(noteIn(row(0)), ...Array.from({ length: 7 }, (_, index) => append(row(10 + index), "\n"))),
  }),
];
