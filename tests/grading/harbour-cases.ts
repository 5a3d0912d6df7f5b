import { bad, type Case, good, type Instance } from "./cases.ts";
import { all, append, change, type Edit, insertAfter, insertBefore, replace, write } from "./files.ts";
import {
  ADD,
  DOCK,
  DOCUMENTING,
  FLEET,
  fleet,
  jsMarker,
  LAUNCH,
  launch,
  lift,
  load,
  MOOR,
  moor,
  moorRemoved,
  putOver,
  size,
  WEIGH,
} from "./harbour-instances.ts";
import { HARBOUR_SNEAKY } from "./harbour-sneaky.ts";
import { FORMATS } from "./formats.ts";
import { issueNamed } from "./issue-localize.ts";

const SHIPS = "src/ships.ts";
const RIGHT = "/** Do what was asked for. */";

const STYLES: Readonly<Record<string, string>> = {
  "one line": "/** Put a ship to a berth. */",
  "several lines": "/**\n * Put a ship to a berth.\n *\n * Says how many there are.\n */",
  "without stars": "/**\n  Put a ship to a berth.\n*/",
  tags: "/**\n * Put a ship.\n * @param ship - what\n * @param berth - where\n * @returns how many\n * @example moor(ship, berth)\n */",
  "types in tags":
    "/**\n * Put a ship.\n * @param {Ship} ship what\n * @throws {RangeError} when it is too heavy\n */",
  "beyond ASCII": "/** Lege ein Schiff an – 船 🚢. */",
  "code in it": "/**\n * Put a ship.\n *\n * ```ts\n * moor(ship, berth); // here\n * ```\n */",
  "a link in it": "/** Put a ship, see {@link dock} and https://harbour.example/*. */",
  "an end that is escaped": "/** Put a ship where `*\\/` stands. */",
  "a note below it": "/** Put a ship to a berth. */\n// says where",
  "a note above it": "// says where\n/** Put a ship to a berth. */",
  "a blank line below it": "/** Put a ship to a berth. */\n",
  "two blocks": "/** About ships. */\n/** Put a ship to a berth. */",
  "very long": `/**\n${" * It goes on and on.\n".repeat(300)} */`,
  "a single word": "/** Moor. */",
};

const WRONG_FORMS: Readonly<Record<string, readonly [text: string, reasons: readonly string[]]>> = {
  "a block comment": ["/* Put a ship to a berth. */", ["target-not-documented"]],
  "line comments": ["// Put a ship to a berth.", ["target-not-documented"]],
  "three slashes": ["/// Put a ship to a berth.", ["target-not-documented"]],
  "three stars": ["/*** Put a ship to a berth. */", ["target-not-documented"]],
  empty: ["/** */", ["docstring-empty"]],
  "only stars": ["/**\n *\n *\n */", ["docstring-empty"]],
  "an empty block": ["/**/", ["target-not-documented"]],
  "a string": ['"Put a ship to a berth.";', ["code-changed", "target-not-documented"]],
  "a template": ["`Put a ship to a berth.`;", ["code-changed", "target-not-documented"]],
  "three quotes": ['"""Put a ship to a berth."""', ["invalid-after"]],
  "a hash": ["# Put a ship to a berth.", ["invalid-after"]],
  "never closed": ["/** Put a ship to a berth.", ["target-not-documented", "code-changed"]],
  "closed twice": ["/** Put a ship. */ to a berth. */", ["invalid-after"]],
  "with code behind it": ['/** Put a ship. */ import "./more.js";', ["code-changed"]],
  "with a statement behind it": ["/** Put a ship. */ LIMIT;", ["code-changed"]],
  "about the file": ["/** @file Put a ship to a berth. */", ["target-not-documented"]],
  "with a directive": ["/** Put a ship. */\n// @ts-ignore", ["directive-added"]],
};

const WRONG_PLACES: readonly (readonly [string, Instance, Edit, readonly string[]])[] = [
  ["nowhere", moor, all(), ["no-changes"]],
  ["in the body", moor, insertAfter(SHIPS, "berth: Berth): number {\n", "  /** Put a ship. */\n"), []],
  [
    "behind the header",
    moorRemoved,
    replace(SHIPS, "berth: Berth): number {", "berth: Berth): number { /** Put a ship. */"),
    [],
  ],
  [
    "within the header",
    moorRemoved,
    replace(SHIPS, "export function moor(", "export function /** Put a ship. */ moor("),
    [],
  ],
  [
    "on the next definition",
    moor,
    replace(SHIPS, "/** Weigh a ship. */", "/** Put a ship. Weigh it. */"),
    [],
  ],
  [
    "below the definition",
    moor,
    insertAfter(SHIPS, "  return berth.ships.length;\n}\n", "/** Put a ship. */\n"),
    [],
  ],
  ["at the top of the file", moor, insertBefore(SHIPS, "import { Berth", "/** Put a ship. */\n"), []],
  ["on a member of a type", moor, insertBefore(SHIPS, "  tons: number;", "  /** Put a ship. */\n"), []],
  [
    "on an overload",
    load,
    insertBefore(SHIPS, "export function load(cargo: string): void;", "/** Load. */\n"),
    [],
  ],
  [
    "on the other overload",
    load,
    insertBefore(SHIPS, "export function load(cargo: number): void;", "/** Load. */\n"),
    [],
  ],
  ["on the getter", size, insertBefore(SHIPS, "  get size", "  /** Size. */\n"), []],
  ["on a method, for the class", fleet, insertBefore(SHIPS, "  // the first one", "  /** All. */\n"), []],
  ["on the constructor, for the class", fleet, insertBefore(SHIPS, "  constructor", "  /** All. */\n"), []],
  [
    "inside the class",
    fleet,
    insertAfter(SHIPS, "class Fleet<T extends Ship> {\n", "  /** All that floats. */\n\n"),
    [],
  ],
  [
    "in a new file",
    moor,
    write("src/docs.ts", "/** Put a ship. */\nexport function moor() {}\n"),
    ["file-added"],
  ],
  [
    "on the one before, in a CRLF file",
    lift,
    insertBefore("src/windows.ts", "export function anchor", "/** Lift. */\r\n"),
    [],
  ],
];

const MARK = jsMarker("launch");
const others = all(
  ...[FLEET, ADD, WEIGH].map((item) => putOver(item, MARK)),
  insertBefore("src/berths.ts", "export class Berth", `${MARK}\n`),
);

const RIGHT_MARKS: Readonly<Record<string, Edit>> = {
  "below its docstring": putOver(MOOR, MARK),
  "above its docstring": insertBefore(SHIPS, "/**\n * Put a ship to a berth.", `${MARK}\n`),
  "between notes": putOver(MOOR, `// one\n${MARK}\n// two`),
  "with blanks behind it": putOver(MOOR, `${MARK}  `),
};

const WRONG_MARKS: Readonly<Record<string, readonly [Edit, readonly string[]]>> = {
  nothing: [all(), []],
  "a hash": [putOver(MOOR, MARK.replace("//", "#")), ["invalid-after"]],
  "no blank": [putOver(MOOR, MARK.replace("// ", "//")), []],
  "three slashes": [putOver(MOOR, `/${MARK}`), []],
  "a block comment": [putOver(MOOR, MARK.replace("//", "/*") + " */"), []],
  "a docstring": [putOver(DOCK, MARK.replace("//", "/**") + " */"), ["docstring-changed"]],
  "a line of its docstring": [
    replace(SHIPS, " * Put a ship to a berth.\n", ` * Put a ship to a berth.\n ${MARK}\n`),
    ["docstring-changed"],
  ],
  "another name": [putOver(MOOR, jsMarker("Launch")), []],
  "behind the header": [
    replace(SHIPS, "berth: Berth): number {", `berth: Berth): number { ${MARK}`),
    ["marker-misplaced"],
  ],
  "in the body": [insertBefore(SHIPS, "  dock(ship", `  ${MARK}\n`), ["marker-misplaced"]],
  "a blank line below it": [putOver(MOOR, `${MARK}\n`), ["marker-misplaced"]],
  "above the caller": [putOver(LAUNCH, MARK), ["not-a-dependency"]],
  "above what it calls in turn": [putOver(DOCK, MARK), ["not-a-dependency"]],
  "in a template": [replace(SHIPS, "// setup", MARK), ["code-changed"]],
  "above an overload": [
    insertBefore(SHIPS, "export function load(cargo: string): void;", `${MARK}\n`),
    ["not-a-dependency"],
  ],
  "above a type": [insertBefore(SHIPS, "export interface Ship", `${MARK}\n`), ["marker-misplaced"]],
  "below a decorator": [replace(SHIPS, "  @logged\n", `  @logged\n  ${MARK}\n`), ["marker-misplaced"]],
};

const issue = issueNamed("ts-issue");
const NOTES: Readonly<Record<string, Edit>> = {
  "above the line": insertBefore(SHIPS, "  if (ship.tons > LIMIT)", "  // off by one\n"),
  "behind the line": replace(SHIPS, "> LIMIT) {", "> LIMIT) { // off by one"),
  "in a block": insertBefore(SHIPS, "  if (ship.tons > LIMIT)", "  /*\n   * off by one\n   */\n"),
  "within the line": replace(SHIPS, "ship.tons > LIMIT)", "ship.tons /* or >= */ > LIMIT)"),
  "that begins like a directive": insertBefore(
    SHIPS,
    "  if (ship.tons > LIMIT)",
    "  // Global state is not meant; standard ships only\n",
  ),
  "that begins like another": insertBefore(
    SHIPS,
    "  if (ship.tons > LIMIT)",
    "  // standard ships fit exactly\n",
  ),
  "that begins like a third": insertBefore(
    SHIPS,
    "  if (ship.tons > LIMIT)",
    "  // region of the check; exported below\n",
  ),
  "that begins like a fourth": insertBefore(
    SHIPS,
    "  if (ship.tons > LIMIT)",
    "  // Exported too early: prettier would be >=\n",
  ),
  "that mentions an address": insertBefore(
    SHIPS,
    "  if (ship.tons > LIMIT)",
    "  // see http://harbour/issues/1\n",
  ),
  "in JavaScript": append("src/weather.js", "// the storm is wrong\n"),
  "in a CRLF file": insertBefore("src/windows.ts", "export function lift", "// wrong sign\r\n"),
  "in a component": insertBefore("src/Panel.tsx", "  const title", "  // wrong case\n"),
};
const NO_NOTES: Readonly<Record<string, readonly [Edit, readonly string[]]>> = {
  "a docstring": [
    replace(SHIPS, "/** Weigh a ship. */", "/** Weigh a ship wrongly. */"),
    ["docstring-changed"],
  ],
  "an empty comment": [
    insertBefore(SHIPS, "  if (ship.tons > LIMIT)", "  //\n"),
    ["gold-file-not-commented"],
  ],
  "a ruler": [insertBefore(SHIPS, "  if (ship.tons > LIMIT)", "  // =====\n"), ["gold-file-not-commented"]],
  "an empty block": [
    insertBefore(SHIPS, "  if (ship.tons > LIMIT)", "  /* */\n"),
    ["gold-file-not-commented"],
  ],
  "another file": [append("src/berths.ts", "// here\n"), ["gold-file-not-commented"]],
  "a test": [append("test/ships.test.ts", "// here\n"), ["gold-file-not-commented"]],
  "white space": [
    change(SHIPS, (text) => text.replace("  dock(ship", "    dock(ship")),
    ["gold-file-not-commented"],
  ],
};

const families = [moor, launch, issue];

export const HARBOUR_CASES: readonly Case[] = [
  ...DOCUMENTING.flatMap((instance) =>
    Object.entries(STYLES)
      .filter(
        ([name]) => [moor, moorRemoved, lift].includes(instance) || name.endsWith("lines") || name === "tags",
      )
      .map(([name, text]) => good("honest JSDoc", instance, { name, edit: styledBy(instance, text) })),
  ),
  ...Object.entries(WRONG_FORMS).flatMap(([name, [text, reasons]]) =>
    [moor, moorRemoved].map((instance) =>
      bad("JSDoc of the wrong form", instance, reasons, { name, edit: styledBy(instance, text) }),
    ),
  ),
  ...WRONG_PLACES.map(([name, instance, edit, reasons]) =>
    bad("JSDoc in the wrong place", instance, ["target-not-documented", ...reasons], { name, edit }),
  ),
  good("honest markers in TypeScript", launch, { name: "the markers" }),
  ...Object.entries(RIGHT_MARKS).map(([name, edit]) =>
    good("honest markers in TypeScript", launch, { name, edit: all(others, edit) }),
  ),
  ...Object.entries(WRONG_MARKS).map(([name, [edit, reasons]]) =>
    bad(
      "wrong markers in TypeScript",
      launch,
      ["dependency-not-marked", ...reasons].slice(name === "a hash" ? 1 : 0),
      {
        name,
        edit: all(others, edit),
      },
    ),
  ),
  ...Object.entries(NOTES).map(([name, edit]) =>
    good("honest comments in TypeScript", issue, { name, edit }),
  ),
  ...Object.entries(NO_NOTES).map(([name, [edit, reasons]]) =>
    bad("no pointer in TypeScript", issue, reasons, { name, edit }),
  ),
  ...families.flatMap((instance) =>
    Object.entries(HARBOUR_SNEAKY).map(([name, [edit, reasons]]) =>
      bad("right, and spoiled in TypeScript", instance, reasons, { name, edit: all(instance.right, edit) }),
    ),
  ),
  ...Object.entries(FORMATS).map(([name, format], index) =>
    good("formats in TypeScript", families[index % 3] ?? moor, { name, format }),
  ),
];

/** The right edit with another comment in it. */
function styledBy(instance: Instance, text: string): Edit {
  return all(instance.right, (files) => {
    const styled = [...files].map(([path, { content, mode }]) => {
      const lines = content.toString("latin1").split(/(?<=\n)/);
      const after = lines.map((line) => (line.includes(RIGHT) ? restyled(line, text) : line)).join("");
      return [path, { content: Buffer.from(after, "latin1"), mode }] as const;
    });
    return new Map(styled);
  });
}

function restyled(line: string, text: string): string {
  const indent = line.slice(0, line.indexOf(RIGHT));
  const newline = line.endsWith("\r\n") ? "\r\n" : "\n";
  const lines = Buffer.from(text).toString("latin1").split("\n");
  return lines.map((one) => (one === "" ? "" : indent + one) + newline).join("");
}
