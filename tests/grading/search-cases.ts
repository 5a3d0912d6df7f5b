import { bad, type Case, good } from "./cases.ts";
import { all, append, type Edit, insertAfter, insertBefore, prepend, replace, write } from "./files.ts";
import {
  CACHED,
  CHILL,
  COLD_STORE,
  FROST,
  INVENTORY,
  markerOf,
  putAbove,
  RESTOCK,
  restock,
  SEARCHING,
  SELL,
  sell,
  TOTAL,
  WEIGH,
} from "./dep-search.ts";
import { ORCHARD } from "./repositories/orchard.ts";

const MARK = markerOf("restock");
const SOLD = markerOf("sell");
const STORAGE = "orchard/storage.py";
const WEATHER = "orchard/weather.py";
const SALES = "orchard/sales.py";

/** Two of the three that `restock` calls; the cases put something above the third. */
const twoMarked = all(putAbove(FROST, MARK), putAbove(CHILL, MARK));

/** What counts as the marker above `cached`. */
const RIGHT_LINES: Readonly<Record<string, readonly string[]>> = {
  alone: [MARK],
  "above another comment": [MARK, "# and by others"],
  "below another comment": ["# called by others", MARK],
  "between comments": ["# one", MARK, "#", "# two"],
  "above a marker of another function": [MARK, markerOf("sell")],
  "with blanks behind it": [`${MARK}  `],
  "with a tab behind it": [`${MARK}\t`],
  "below a blank line": ["", MARK],
  indented: [`    ${MARK}`],
  "above a comment that is indented": [MARK, "        # note"],
};

/** What does not. */
const WRONG_LINES: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  "another name": [markerOf("sell")],
  "the name with its file": [markerOf("storage.restock")],
  "the name in another case": [markerOf("Restock")],
  "a longer name": [markerOf("restocked")],
  "no name": [markerOf("").replace("  ", " ")],
  "another case": [MARK.replace("this", "This")],
  "upper case": [MARK.toUpperCase()],
  "no blank behind the hash": [MARK.replace("# ", "#")],
  "two blanks behind the hash": [MARK.replace("# ", "#  ")],
  "a tab behind the hash": [MARK.replace("# ", "#\t")],
  "two hashes": [`#${MARK}`],
  "a hash and a colon": [MARK.replace("#", "#:")],
  "two blanks inside": [MARK.replace("is called", "is  called")],
  "a tab inside": [MARK.replace("is called", "is\tcalled")],
  "a no-break space": [MARK.replace("is called", "is\u00a0called")],
  "a full stop": [`${MARK}.`],
  "more words": [`${MARK} and by others`],
  "words before it": [MARK.replace("# ", "# note: ")],
  "the shorter wording": ["# this function is called by the restock function"],
  "another wording": ["# called by restock"],
  "quotes around the name": [MARK.replace("restock", "`restock`")],
  parentheses: [MARK.replace("restock", "restock()")],
  "method for function": [MARK.replace("restock function", "restock method")],
  "a Cyrillic letter": [MARK.replace("called", "cаlled")],
  "a zero-width space": [MARK.replace("called", "call\u200bed")],
  "a full-width hash, in a comment": [`# ${MARK.replace("#", "＃")}`],
  "slashes behind a hash": [MARK.replace("# ", "# // ")],
  "over two lines": ["# this function/class is called", "# by the restock function"],
};

/** Where the marker of the third is, and what that is called. */
const WRONG_PLACES: Readonly<Record<string, readonly [Edit, readonly string[]]>> = {
  "a blank line below it": [putAbove(CACHED, MARK, ""), ["marker-misplaced"]],
  "a line of blanks below it": [putAbove(CACHED, MARK, "    "), ["marker-misplaced"]],
  "a form feed below it": [putAbove(CACHED, MARK, "\f"), ["marker-misplaced"]],
  "behind the definition's line": [
    replace(STORAGE, "def cached(function):", `def cached(function):  ${MARK}`),
    ["marker-misplaced"],
  ],
  "in the body": [insertAfter(STORAGE, "def cached(function):\n", `    ${MARK}\n`), ["marker-misplaced"]],
  "behind the line before": [
    replace(STORAGE, "'''\n\n\ndef cached", `'''  ${MARK}\n\n\ndef cached`),
    ["marker-misplaced"],
  ],
  "below the body": [
    insertAfter(STORAGE, "return functools.lru_cache(maxsize=None)(function)\n", `    ${MARK}\n`),
    ["marker-misplaced"],
  ],
  "at the top of the file": [prepend(STORAGE, `${MARK}\n`), ["marker-misplaced"]],
  "at the end of the file": [append(STORAGE, `${MARK}\n`), ["marker-misplaced"]],
  "above an import": [insertBefore(STORAGE, "import functools", `${MARK}\n`), ["marker-misplaced"]],
  "above a constant": [insertBefore(STORAGE, "LIMIT = 40", `${MARK}\n`), ["marker-misplaced"]],
  "above the if around a definition": [insertBefore(STORAGE, "if LIMIT", `${MARK}\n`), ["marker-misplaced"]],
  "at the call": [insertBefore(STORAGE, "    return cached(count)", `    ${MARK}\n`), ["marker-misplaced"]],
  "above the caller": [putAbove(RESTOCK, MARK), ["not-a-dependency"]],
  "above the next class": [putAbove(COLD_STORE, MARK), ["not-a-dependency"]],
  "above a method": [insertBefore(STORAGE, "    def ripest", `    ${MARK}\n`), ["not-a-dependency"]],
  "above a nested definition": [
    insertBefore(STORAGE, "    def key(crate)", `    ${MARK}\n`),
    ["not-a-dependency"],
  ],
  "above a definition that is decorated with it": [putAbove(INVENTORY, MARK), ["not-a-dependency"]],
  "above a test": [
    insertBefore("tests/test_storage.py", "def test_close", `${MARK}\n`),
    ["not-a-dependency"],
  ],
  "in a stub file": [insertBefore("orchard/storage.pyi", "def weigh", `${MARK}\n`), ["not-a-dependency"]],
  "in a docstring": [
    replace(STORAGE, '"""Cold stores."""', `"""Cold stores.\n\n${MARK}\n"""`),
    ["docstring-changed"],
  ],
  "in a string": [replace(STORAGE, "# setup", MARK), ["code-changed"]],
  "as a new docstring": [
    insertAfter(STORAGE, "def cached(function):\n", `    """${MARK}"""\n`),
    ["docstring-changed"],
  ],
  "as a string above it": [putAbove(CACHED, `"${MARK}"`), ["code-changed"]],
  "with double slashes": [putAbove(CACHED, MARK.replace("#", "//")), ["invalid-after"]],
  "in a new file": [
    write("orchard/marks.py", `${MARK}\ndef cached(function):\n    return function\n`),
    ["file-added"],
  ],
  "in the README": [append("README.md", `${MARK}\n`), ["non-source-changed"]],
};

/** All are marked, and then something is too much. */
const TOO_MUCH: Readonly<Record<string, readonly [Edit, readonly string[]]>> = {
  "one twice": [putAbove(CACHED, MARK), ["marked-twice"]],
  "one twice, a comment between": [putAbove(CACHED, MARK, "# and"), ["marked-twice"]],
  "one three times": [putAbove(CACHED, MARK, MARK), ["marked-twice"]],
  "each twice": [restock.right, ["marked-twice"]],
  "one in the body too": [
    insertAfter(STORAGE, "def cached(function):\n", `    ${MARK}\n`),
    ["marker-misplaced"],
  ],
  "one behind its line too": [
    replace(STORAGE, "def cached(function):", `def cached(function):  ${MARK}`),
    ["marker-misplaced"],
  ],
  "the caller too": [putAbove(RESTOCK, MARK), ["not-a-dependency"]],
  "another function": [insertBefore(WEATHER, "def dew_point", `${MARK}\n`), ["not-a-dependency"]],
  "a class": [putAbove(COLD_STORE, MARK), ["not-a-dependency"]],
  "a method": [
    insertBefore(STORAGE, "    def place(self, crate, room)", `    ${MARK}\n`),
    ["not-a-dependency"],
  ],
  "another function's marker in a file of tests": [
    insertBefore("tests/test_storage.py", "def test_close", `${MARK}\n`),
    ["not-a-dependency"],
  ],
  "a Python 2 function": [
    insertBefore("orchard/legacy.py", "def shorter", `${MARK}\n`),
    ["not-a-dependency"],
  ],
  "an import": [insertBefore(SALES, "from orchard import weather", `${MARK}\n`), ["marker-misplaced"]],
  "a docstring": [
    insertAfter(WEATHER, "def dew_point(temperature, humidity):\n", '    """Dew."""\n'),
    ["docstring-changed"],
  ],
  "a docstring reworded": [replace(STORAGE, '"""One shelf."""', '"""A shelf."""'), ["docstring-changed"]],
  "a docstring removed": [replace(STORAGE, '        """One shelf."""\n\n', ""), ["docstring-changed"]],
  "a module's docstring": [prepend(SALES, '"""Sales."""\n'), ["docstring-changed"]],
  "every definition": [markAll(MARK), ["not-a-dependency", "marked-twice"]],
};

/** Harmless beside the right marks. */
const BESIDES: Readonly<Record<string, Edit>> = {
  "a note": insertBefore(STORAGE, "    def ripest", "    # see place\n"),
  "a marker with more words": insertBefore(STORAGE, "    def ripest", `    ${MARK}, or so\n`),
  "a marker of another function": insertBefore(STORAGE, "    def ripest", `    ${markerOf("sell")}\n`),
  "a marker of a longer name": insertBefore(STORAGE, "    def ripest", `    ${markerOf("restock_all")}\n`),
  "a marker without a blank": insertBefore(STORAGE, "    def ripest", `    ${MARK.replace("# ", "#")}\n`),
  "a blank line": insertBefore(STORAGE, "    def ripest", "\n"),
  "a comment removed": replace(STORAGE, "        # the ripest come first\n", ""),
  "a note in a Python 2 file": insertBefore("orchard/legacy.py", "def shorter", "# see restock\n"),
  "prose that begins like a directive": insertBefore(
    STORAGE,
    "    def ripest",
    "    # Type: method, no coverage yet\n",
  ),
};

/** A marker above every line that begins with `def` or `class`, in every file of Python 3. */
function markAll(mark: string): Edit {
  const paths = [...ORCHARD.keys()].filter((path) => path.endsWith(".py") && !path.includes("legacy"));
  return (files) =>
    paths.reduce((current, path) => {
      const text = current.get(path)?.content.toString("latin1") ?? "";
      const marked = text.replaceAll(/^([ \t]*)(?=(?:def|class) )/gm, `$1${mark}\n$1`);
      return write(path, Buffer.from(marked, "latin1"))(current);
    }, files);
}

const ALL_BUT = (left: string) => all(...sellMarks.filter(([name]) => name !== left).map(([, edit]) => edit));
const sellMarks: readonly (readonly [string, Edit])[] = [
  ["ColdStore", putAbove(COLD_STORE, SOLD)],
  ["Invoice", insertBefore(SALES, "class Invoice:", `${SOLD}\n`)],
  ["total", putAbove(TOTAL, SOLD)],
  ["weigh", putAbove(WEIGH, SOLD)],
  ["inventory", putAbove(INVENTORY, SOLD)],
];

/** `sell` calls a class, a method that a subclass overrides, an overloaded and a decorated function. */
const SELL_CASES: readonly Case[] = [
  ...[
    [
      "a class by its constructor",
      "ColdStore",
      insertBefore(STORAGE, "    def __init__(self, rooms", `    ${SOLD}\n`),
    ],
    ["a method by its class's", "total", insertBefore(SALES, "class Reminder", `${SOLD}\n`)],
    ["a method by the override", "total", insertAfter(SALES, "class Reminder(Invoice):\n", `    ${SOLD}\n`)],
    ["a method by the function of that name", "total", insertBefore(SALES, "def total(net)", `${SOLD}\n`)],
    ["an overload", "weigh", insertBefore(STORAGE, "@overload\ndef weigh(crate: int)", `${SOLD}\n`)],
    ["the other overload", "weigh", insertBefore(STORAGE, "@overload\ndef weigh(crate: str)", `${SOLD}\n`)],
  ].map(([name, left, edit]) =>
    bad("markers in the wrong place", sell, ["dependency-not-marked", "not-a-dependency"], {
      name: String(name),
      edit: all(ALL_BUT(String(left)), edit as Edit),
    }),
  ),
  ...[
    ["between an overload's decorator and it", "weigh", insertAfter(STORAGE, "@overload\n", `${SOLD}\n`)],
    ["below the first decorator", "inventory", insertAfter(STORAGE, "\n@cached\n", `${SOLD}\n`)],
    ["below all decorators", "inventory", insertBefore(STORAGE, "def inventory", `${SOLD}\n`)],
    ["within the signature", "inventory", insertAfter(STORAGE, "def inventory(\n", `    ${SOLD}\n`)],
  ].map(([name, left, edit]) =>
    bad("markers in the wrong place", sell, ["dependency-not-marked", "marker-misplaced"], {
      name: String(name),
      edit: all(ALL_BUT(String(left)), edit as Edit),
    }),
  ),
  bad("markers in the wrong place", sell, ["marked-twice", "not-a-dependency"], {
    name: "all overloads and one twice",
    edit: all(
      sell.right,
      putAbove(WEIGH, SOLD),
      insertBefore(STORAGE, "@overload\ndef weigh(crate: int)", `${SOLD}\n`),
    ),
  }),
  bad("markers in the wrong place", sell, ["not-a-dependency"], {
    name: "the caller too",
    edit: all(sell.right, putAbove(SELL, SOLD)),
  }),
  good("honest markers", sell, {
    name: "facts of five right ones",
    facts: {
      same_code: true,
      true_positives: 5,
      false_positives: 0,
      false_negatives: 0,
      duplicates: 0,
      precision: 1,
      recall: 1,
    },
  }),
  bad("markers in the wrong place", sell, "dependency-not-marked", {
    name: "facts of one wrong and one missing",
    edit: all(ALL_BUT("total"), insertBefore(SALES, "def total(net)", `${SOLD}\n`)),
    facts: {
      same_code: true,
      true_positives: 4,
      false_positives: 1,
      false_negatives: 1,
      precision: 0.8,
      recall: 0.8,
      f1: 0.8,
    },
  }),
  ...sellMarks.map(([name]) =>
    bad("markers missing", sell, "dependency-not-marked", { name: `all but ${name}`, edit: ALL_BUT(name) }),
  ),
];

export const SEARCH_CASES: readonly Case[] = [
  ...SEARCHING.map((instance) => good("honest markers", instance, { name: "the markers" })),
  ...SEARCHING.map((instance) =>
    bad("markers missing", instance, ["no-changes", "dependency-not-marked"], { name: "nothing" }),
  ),
  ...Object.entries(RIGHT_LINES).map(([name, lines]) =>
    good("honest markers", restock, { name, edit: all(twoMarked, putAbove(CACHED, ...lines)) }),
  ),
  ...Object.entries(BESIDES).map(([name, edit]) =>
    good("honest markers and more", restock, { name, edit: all(restock.right, edit) }),
  ),
  ...Object.entries(WRONG_LINES).map(([name, lines]) =>
    bad("markers of the wrong form", restock, "dependency-not-marked", {
      name,
      edit: all(twoMarked, putAbove(CACHED, ...lines)),
    }),
  ),
  ...Object.entries(WRONG_PLACES).map(([name, [edit, reasons]]) =>
    bad("markers in the wrong place", restock, ["dependency-not-marked", ...reasons], {
      name,
      edit: all(twoMarked, edit),
    }),
  ),
  ...Object.entries(TOO_MUCH).map(([name, [edit, reasons]]) =>
    bad("markers and more", restock, reasons, { name, edit: all(restock.right, edit) }),
  ),
  ...SELL_CASES,
];
