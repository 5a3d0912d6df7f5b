import fc from "fast-check";
import { expect, test } from "vitest";
import type { DecodedSource, Definition, Syntax, TextEdit } from "../../syntax.ts";
import { syntaxFor } from "../index.ts";
import { readJsdoc, writeJsdoc } from "./jsdoc.ts";

function syntaxOf(path: string): Syntax {
  const syntax = syntaxFor(path);
  if (syntax === undefined) throw new Error(`no syntax for ${path}`);
  return syntax;
}

function source(text: string): DecodedSource {
  return { text, encoding: "utf-8", encode: (written) => Buffer.from(written) };
}

function last(text: string, path = "a.ts"): Definition {
  const definition = syntaxOf(path).outline(source(text)).definitions.at(-1);
  if (definition === undefined) throw new Error("nothing found");
  return definition;
}

function apply(text: string, edit: TextEdit): string {
  return text.slice(0, edit.start) + edit.text + text.slice(edit.end);
}

function removed(text: string): string {
  return apply(text, syntaxOf("a.ts").removeDocstring(source(text), last(text)));
}

function inserted(text: string, docstring: string): string {
  return apply(text, syntaxOf("a.ts").insertDocstring(source(text), last(text), docstring));
}

test.each([
  ["its line", "x\n/** D. */\nfunction f() { }\n", "x\nfunction f() { }\n"],
  ["its lines", "/**\n * D.\n */\nfunction f() { }\n", "function f() { }\n"],
  ["the blank lines below it", "x\n\n/** D. */\n\n\nfunction f() { }\n", "x\n\nfunction f() { }\n"],
  ["not the comment below it", "/** D. */\n// c\nfunction f() { }\n", "// c\nfunction f() { }\n"],
  ["not the comment beside it", "/** D. */ // c\nfunction f() { }\n", "// c\nfunction f() { }\n"],
  ["not the code beside it", "x\n  /** D. */ function f() { }\n", "x\n  function f() { }\n"],
  ["behind a comma", "let a = 1, /** D. */ f = () => 1\n", "let a = 1,  f = () => 1\n"],
  ["of two lines behind a comma", "let a = 1, /** D.\n*/ f = () => 1\n", "let a = 1, \nf = () => 1\n"],
  ["with CRLF", "x\r\n  /**\r\n   * D.\r\n   */\r\n  function f() { }\r\n", "x\r\n  function f() { }\r\n"],
  ["in a class", "class A {\n  /** D. */\n  m() { }\n}\n", "class A {\n  m() { }\n}\n"],
  ["above a decorator", "/** D. */\n@a\nexport class A { }\n", "@a\nexport class A { }\n"],
])("takes a docstring away: %s", (_, before, after) => {
  expect(removed(before)).toBe(after);
});

test("what cannot be taken away", () => {
  expect(() => removed("function f() { }\n")).toThrow(expect.objectContaining({ code: "no-docstring" }));
  expect(() => removed("/** A. */\n/** B. */\nfunction f() { }\n")).toThrow(
    expect.objectContaining({ code: "docstring-not-removable" }),
  );
  const elsewhere = last("x\nfunction g() { }\n");
  expect(() => syntaxOf("a.ts").removeDocstring(source("function f() { }\n"), elsewhere)).toThrow(
    expect.objectContaining({ code: "no-definition" }),
  );
});

test.each([
  ["a line", "x\nfunction f() { }\n", "D.", "x\n/** D. */\nfunction f() { }\n"],
  [
    "lines",
    "  export const f = () => 1\n",
    "D.\n\n  more",
    "  /**\n   * D.\n   *\n   *   more\n   */\n  export const f = () => 1\n",
  ],
  [
    "in place of another",
    "\t/**\n\t * A.\n\t */\n\tfunction f() { }\n",
    "D.",
    "\t/** D. */\n\tfunction f() { }\n",
  ],
  [
    "with CRLF",
    "x\r\nfunction f() { }\r\n",
    "A\nB",
    "x\r\n/**\r\n * A\r\n * B\r\n */\r\nfunction f() { }\r\n",
  ],
  ["beside code", "  x; function f() { }\n", "D.", "  x; \n  /** D. */\n  function f() { }\n"],
  ["in a class on one line", "class A { m() { } }\n", "D.", "class A { \n/** D. */\nm() { } }\n"],
  ["in an object on one line", "const a = { m() { } }\n", "D.", "const a = { \n/** D. */\nm() { } }\n"],
  ["behind a comment", "x\n/* c */ function f() { }\n", "D.", "x\n/* c */ /** D. */\nfunction f() { }\n"],
  ["above a decorator", "@a\nclass A { }\n", "D.", "/** D. */\n@a\nclass A { }\n"],
  [
    "below the shebang",
    "#!/bin/node\nfunction f() { }\n",
    "D.",
    "#!/bin/node\n/** D. */\nfunction f() { }\n",
  ],
  [
    "below a block about the file",
    "/** @file A. */\nfunction f() { }\n",
    "D.",
    "/** @file A. */\n/** D. */\nfunction f() { }\n",
  ],
  ["a text that would end it", "function f() { }\n", "a */ b", "/** a *\\/ b */\nfunction f() { }\n"],
])("gives a docstring: %s", (_, before, docstring, after) => {
  expect(inserted(before, docstring)).toBe(after);
  expect(last(after).docstring?.text).toBe(docstring);
});

const word = fc.constantFrom(
  "a",
  "*",
  "/",
  "*/",
  "\\",
  "*\\/",
  "//",
  "{",
  "}",
  "`",
  "${",
  "'",
  "é",
  "\u2028",
  "@param",
  "<b>",
  "/**",
  " ",
  "-",
);
const line = fc.array(word, { maxLength: 8 }).map((words) => words.join("").replaceAll(/[ \t]+$/g, ""));
/** Texts as they come from reading: no white space at the ends of lines, no blank lines around. */
const text = fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) =>
  lines
    .join("\n")
    .replaceAll(/^\n+|\n+$/g, "")
    .replaceAll(/^[ \t]+/g, ""),
);

test("any text comes back as it was, cleaned", () => {
  fc.assert(
    fc.property(
      text,
      fc.constantFrom("\n", "\r\n"),
      fc.constantFrom("", "  ", "\t"),
      (docstring, lineBreak, indent) => {
        const written = writeJsdoc(docstring, indent, lineBreak);
        expect(written.slice(2, -2)).not.toContain("*/");
        const read = readJsdoc(written);
        expect(readJsdoc(writeJsdoc(read, indent, lineBreak))).toBe(read);
        if (!/^[ \t]/m.test(docstring)) expect(read).toBe(docstring);
      },
    ),
    { numRuns: 1000 },
  );
});

const PLACES = [
  "x\n@\nfunction f() { }\n",
  "x; @function f() { }\n",
  "class A { a = 1; @m() { } }\n",
  "class A {\n  a = 1\n  @m() { }\n}\n",
  "const a = { b: 1, @m() { } }\n",
  "const a = {\n  b: 1,\n  @m: () => 1,\n}\n",
  "let a = 1, @f = () => 1\n",
  "switch (a) { case 1: @function f() { } }\n",
  "if (a) { @class B { } }\n",
  "x\n/* c */ @export default function () { }\n",
  "// c\n@exports.f = function () { }\n",
];

test("giving and taking a docstring changes that docstring and nothing else", () => {
  const syntax = syntaxOf("a.tsx");
  fc.assert(
    fc.property(fc.constantFrom(...PLACES), text, fc.boolean(), (place, docstring, windows) => {
      const bare = (windows ? place.replaceAll("\n", "\r\n") : place).replace("@", "");
      const { qualifiedName } = last(bare);
      const full = inserted(bare, docstring);
      expect(last(full).docstring?.text).toBe(readJsdoc(writeJsdoc(docstring, "", "\n")));
      expect(syntax.sameCode(source(bare), source(full))).toMatchObject({
        same: true,
        docstrings: [{ qualifiedName, change: "added" }],
        comments: [],
      });
      const without = removed(full);
      expect(last(without).docstring).toBeUndefined();
      expect(syntax.sameCode(source(full), source(without))).toMatchObject({
        same: true,
        docstrings: [{ qualifiedName, change: "removed" }],
        comments: [],
      });
    }),
    { numRuns: 500 },
  );
});
