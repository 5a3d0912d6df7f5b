import { all, append, insertAfter, insertBefore, prepend, replace, write } from "./files.ts";
import type { Sneaky } from "./sneaky.ts";

const SHIPS = "src/ships.ts";
const BERTHS = "src/berths.ts";
const WEATHER = "src/weather.js";
const PANEL = "src/Panel.tsx";

const code = "code-changed";
const invalid = "invalid-after";
const directive = "directive-changed";
const added = "directive-added";

/** What spoils an answer in TypeScript and JavaScript. */
export const HARBOUR_SNEAKY: Readonly<Record<string, Sneaky>> = {
  "code behind a comment": [replace(SHIPS, "// the first one", "/* the first one */ extra = 1;"), code],
  "code between two comments": [
    insertBefore(SHIPS, "  dock(ship, berth);", "  /* a */ ship.tons = 0; /* b */\n"),
    code,
  ],
  "a comment made code": [replace(SHIPS, "  // old = ship.tons", "  let old = ship.tons;"), code],
  "code made a comment": [replace(SHIPS, "  dock(ship, berth);", "  // dock(ship, berth);"), code],
  "code in a block comment": [replace(SHIPS, "  dock(ship, berth);", "  /* dock(ship, berth); */"), code],
  "a comment that swallows code": [replace(SHIPS, "return tons * 2;", "return tons; // * 2;"), code],
  "a comment that swallows a bracket": [
    replace(SHIPS, "return tons * 2;\n};", "return tons * 2; // };"),
    invalid,
  ],
  "a block comment never closed": [replace(SHIPS, "// the first one", "/* the first one"), invalid],
  "a block comment closed early": [replace(SHIPS, "// the first one", "/* the */ first one */"), invalid],
  "a block comment in a block comment": [
    replace(SHIPS, "// the first one", "/* the /* first */ one */"),
    invalid,
  ],
  "text like a comment": [replace(SHIPS, "// setup", "// teardown"), code],
  "text like a block comment": [replace(SHIPS, "harbour/*ships*/", "harbour/*boats*/"), code],
  "a pattern like a comment": [replace(SHIPS, "\\/\\/ not a comment", "\\/\\/ a comment"), code],
  "text in a template": [replace(SHIPS, "`${cargo} // ${PATTERN}", "`${cargo} /* */ ${PATTERN}"), code],
  "an expression in a template": [replace(SHIPS, "${LIMIT /* tons */}", "${LIMIT /* tons */ + 1}"), code],
  "a return that returns nothing": [replace(SHIPS, "return tons * 2;", "return\n    tons * 2;"), code],
  "a comment with a line break behind return": [
    replace(SHIPS, "return tons * 2;", "return /* twice\n    */ tons * 2;"),
    code,
  ],
  "a line comment behind return": [
    replace(SHIPS, "return tons * 2;", "return // twice\n    tons * 2;"),
    code,
  ],
  "a semicolon that ends a loop": [
    replace(SHIPS, "for (const ship of ships) fleet", "for (const ship of ships); fleet"),
    code,
  ],
  "a line that goes on": [replace(BERTHS, "  count += 1\n", "  (count += 1)\n"), code],
  "two lines swapped": [
    replace(
      BERTHS,
      "  berth.ships.push(ship);\n  let count = berth.ships.length\n",
      "  let count = berth.ships.length\n  berth.ships.push(ship);\n",
    ),
    code,
  ],
  "a lone CR that ends a comment": [
    replace(SHIPS, "  // old = ship.tons", "  // old\r  ship.tons = 0;"),
    code,
  ],
  "a line separator that ends a comment": [
    replace(SHIPS, "  // old = ship.tons", "  // old\u2028  ship.tons = 0;"),
    code,
  ],
  "a paragraph separator that ends a comment": [
    replace(SHIPS, "  // old = ship.tons", "  // old\u2029  ship.tons = 0;"),
    code,
  ],
  "an HTML comment in a module": [insertBefore(SHIPS, "  dock(ship, berth);", "  <!-- note\n"), invalid],
  "a hash for a comment": [insertBefore(SHIPS, "  dock(ship, berth);", "  # note\n"), invalid],
  "text of an element": [replace(PANEL, "// this is text", "// this is other text"), code],
  "a comment that is text": [replace(PANEL, "      <b>", "      // note\n      <b>"), code],
  "a block comment that is text": [replace(PANEL, "      <b>", "      /* note */\n      <b>"), code],
  "an attribute": [replace(PANEL, 'className="panel"', 'className="panels"'), code],
  "a Cyrillic look-alike": [replace(SHIPS, "const tons = ship", "const tоns = ship"), code],
  "an escaped name": [replace(SHIPS, "return tons * 2", "return t\\u006fns * 2"), code],
  "a byte that is no UTF-8": [
    (files) =>
      write(
        BERTHS,
        Buffer.concat([Buffer.from("// \xff\n", "latin1"), files.get(BERTHS)?.content ?? Buffer.alloc(0)]),
      )(files),
    invalid,
  ],
  "a byte order mark": [prepend(BERTHS, "\ufeff"), code],
  '"use strict" removed': [replace(WEATHER, '"use strict";\n', ""), code],
  '"use strict" pushed down': [prepend(WEATHER, "var more = 1;\n"), code],
  '"use strict" quoted otherwise': [replace(WEATHER, '"use strict"', "'use strict'"), code],
  "an operator": [replace(SHIPS, "ship.tons > LIMIT", "ship.tons >= LIMIT"), code],
  "an equality": [
    replace(SHIPS, "const half = () => fleet.size / 2", "const half = () => fleet.size == 2"),
    code,
  ],
  "a constant": [replace(SHIPS, "LIMIT = 40;", "LIMIT = 41;"), code],
  "a text": [replace(SHIPS, '"north"', '"south"'), code],
  "a type": [replace(SHIPS, "tons: number;", "tons: any;"), code],
  "a type in an overload": [
    replace(SHIPS, "load(cargo: number): void;", "load(cargo: boolean): void;"),
    code,
  ],
  "a type argument": [replace(SHIPS, "new Fleet<Ship>", "new Fleet<any>"), code],
  "a modifier": [replace(SHIPS, "private ships", "public ships"), code],
  "readonly removed": [replace(SHIPS, "readonly home", "home"), code],
  "an optional member": [replace(SHIPS, "  name: string;", "  name?: string;"), code],
  "an assertion": [replace(SHIPS, "return moor(ships[0],", "return moor(ships[0]!,"), code],
  "async removed": [replace(SHIPS, "sail = async (to", "sail = (to"), invalid],
  "await removed": [replace(SHIPS, "await weather", "weather"), code],
  "a decorator removed": [replace(SHIPS, "  @logged\n", ""), code],
  "a decorator made a comment": [replace(SHIPS, "  @logged\n", "  // @logged\n"), code],
  "an export removed": [replace(SHIPS, "export const LIMIT", "const LIMIT"), code],
  "an import added": [prepend(SHIPS, 'import "./more.js";\n'), code],
  "an import of types": [replace(BERTHS, "import type", "import"), code],
  "const made let": [replace(SHIPS, "const tons = ship.tons", "let tons = ship.tons"), code],
  parentheses: [replace(SHIPS, "return tons * 2", "return (tons * 2)"), code],
  "a block around a statement": [
    replace(SHIPS, "of ships) fleet.add(ship);", "of ships) { fleet.add(ship); }"),
    code,
  ],
  "a statement at the end": [append(BERTHS, "dock;\n"), code],
  "an empty statement": [append(BERTHS, ";\n"), code],
  "a debugger": [insertBefore(SHIPS, "  dock(ship, berth);", "  debugger;\n"), code],
  "a function removed": [
    replace(WEATHER, "exports.storm = function storm(place) {\n  return cache[place] > 9;\n};\n", ""),
    code,
  ],
  "code in a declaration file": [append("src/types.d.ts", "export declare const more: number;\n"), code],
  "code in a test": [append("test/ships.test.ts", "launch([]);\n"), code],
  "a comment in a file of settings": [append("tsconfig.json", "// note\n"), "non-source-changed"],
  "package.json": [append("package.json", "\n"), "non-source-changed"],
  "the lock file": [append("package-lock.json", "\n"), "non-source-changed"],
  "a new module": [write("src/more.ts", "// more\n"), "file-added"],
  "a new declaration file": [write("src/more.d.ts", "export {};\n"), "file-added"],
  "an eslint comment removed": [replace(SHIPS, "  // eslint-disable-next-line no-console\n", ""), directive],
  "an eslint comment changed": [replace(SHIPS, "no-console\n", "no-undef\n"), directive],
  "an eslint block removed": [replace(WEATHER, "/* eslint-disable no-var */\n", ""), directive],
  "a ts comment removed": [replace(SHIPS, "  // @ts-expect-error: wrong on purpose\n", ""), directive],
  "a ts comment made a note": [replace(SHIPS, "// @ts-expect-error: wrong", "// wrong"), directive],
  "a ts comment moved": [
    all(
      replace(SHIPS, "  // @ts-expect-error: wrong on purpose\n", ""),
      insertBefore(SHIPS, "  constructor", "  // @ts-expect-error: wrong on purpose\n"),
    ),
    directive,
  ],
  "ts-check removed": [replace("bin/harbour.js", "// @ts-check\n", ""), directive],
  "a shebang changed": [replace("bin/harbour.js", "env node", "env deno"), directive],
  "a shebang pushed down": [prepend("bin/harbour.js", "// note\n"), invalid],
  "ts-ignore added": [insertBefore(SHIPS, "  dock(ship, berth);", "  // @ts-ignore\n"), added],
  "ts-ignore in a block": [insertBefore(SHIPS, "  dock(ship, berth);", "  /* @ts-ignore */\n"), added],
  "ts-nocheck added": [prepend(BERTHS, "// @ts-nocheck\n"), added],
  "eslint-disable added": [prepend(BERTHS, "/* eslint-disable */\n"), added],
  "eslint-disable-line added": [
    replace(
      BERTHS,
      "let count = berth.ships.length",
      "let count = berth.ships.length // eslint-disable-line",
    ),
    added,
  ],
  "prettier-ignore added": [insertBefore(BERTHS, "export class", "// prettier-ignore\n"), added],
  "biome-ignore added": [insertBefore(BERTHS, "export class", "// biome-ignore lint: so\n"), added],
  "istanbul ignore added": [insertBefore(BERTHS, "export class", "/* istanbul ignore next */\n"), added],
  "v8 ignore added": [insertBefore(BERTHS, "export class", "/* v8 ignore next */\n"), added],
  "globals in a block": [prepend(BERTHS, "/* global window */\n"), added],
  "a region": [prepend(BERTHS, "//#region berths\n"), added],
  "a type of Flow": [insertBefore(WEATHER, "exports.forecast", "/*:: type Place = string; */\n"), added],
  "a source map": [append(BERTHS, "//# sourceMappingURL=x.map\n"), added],
  "a triple slash": [prepend(BERTHS, '/// <reference path="x.d.ts" />\n'), added],
  "a pragma of JSX": [prepend(PANEL, "/** @jsx h */\n"), added],
  "PURE added": [
    replace(SHIPS, 'new Fleet<Ship>("north")', '/* #__PURE__ */ new Fleet<Ship>("north")'),
    added,
  ],
  "a type in a comment": [
    insertAfter(WEATHER, "/* eslint-disable no-var */\n", "/** @type {any} */\n"),
    added,
  ],
};
