import { describe, expect, test } from "vitest";
import type { DecodedSource, Definition } from "../../syntax.ts";
import { syntaxFor } from "../index.ts";

function source(text: string): DecodedSource {
  return { text, encoding: "utf-8", encode: (written) => Buffer.from(written) };
}

function outline(text: string, path = "a.ts"): readonly Definition[] {
  const found = syntaxFor(path)?.outline(source(text));
  expect(found?.broken, text).toBe(false);
  return found?.definitions ?? [];
}

function only(text: string, path = "a.ts"): Definition {
  const [definition, ...rest] = outline(text, path);
  if (definition === undefined) throw new Error("nothing found");
  expect(rest.map(({ qualifiedName }) => qualifiedName)).toEqual([]);
  return definition;
}

/** `kind name`, with the place among others of that name where it is not the first. */
function names(text: string, path = "a.ts"): string[] {
  return outline(text, path).map(
    ({ kind, qualifiedName, ordinal }) => `${kind} ${qualifiedName}${ordinal === 0 ? "" : `#${ordinal}`}`,
  );
}

describe("what is a definition", () => {
  test.each([
    ["function f() { }", ["function f"]],
    ["async function* f() { }", ["function f"]],
    ["class A { }", ["class A"]],
    [
      "class A { constructor() { } m() { } get x() { return 1 } set x(y) { } static s() { } #p() { } }",
      [
        "class A",
        "method A.constructor",
        "method A.m",
        "method A.x",
        "method A.x#1",
        "method A.s",
        "method A.#p",
      ],
    ],
    [
      "class A { f = () => 1; g = function () { }; h = 1; static #i = async () => { } }",
      ["class A", "method A.f", "method A.g", "method A.#i"],
    ],
    [
      "class A { [Symbol.iterator]() { } 'a b'() { } 1() { } [x + y]() { } static { function g() { } } }",
      ["class A", "method A.[Symbol.iterator]", "method A.a b", "method A.1", "function A.g"],
    ],
    [
      "const f = () => 1, g = function () { }, h = class { m() { } }, i = 1",
      ["function f", "function g", "class h", "method h.m"],
    ],
    ["let f = (async () => { }) as F; var g = <G>(function () { })", ["function f", "function g"]],
    ["const f = wrap(() => 1); const { g } = { g() { } }; call(function h() { })", []],
    [
      "const api = { get() { }, set: (x) => x, v1: { list: function () { } }, n: 1, [k]() { } }",
      ["method api.get", "method api.set", "method api.v1.list", "method api.[k]"],
    ],
    [
      "export function f() { } export const g = () => 1; export class A { }",
      ["function f", "function g", "class A"],
    ],
    ["export default function () { }", ["function default"]],
    ["export default function f() { }", ["function f"]],
    ["export default class { m() { } }", ["class default", "method default.m"]],
    ["export default async () => { }", ["function default"]],
    [
      "export default { data() { }, methods: { go() { } } }",
      ["method default.data", "method default.methods.go"],
    ],
    [
      "function outer() { function inner() { } class B { m() { } } return () => { const f = () => 1 } }",
      ["function outer", "function outer.inner", "class outer.B", "method outer.B.m", "function outer.f"],
    ],
    [
      "(function () { function f() { } })(); describe('x', () => { function g() { } })",
      ["function f", "function g"],
    ],
    ["function f(a = function g() { }, b = class { m() { } }) { }", ["function f"]],
    ["if (a) { function f() { } } else { function f() { } }", ["function f", "function f#1"]],
  ])("%s", (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  test.each([
    ["exports.f = function () { }", ["function f"]],
    ["module.exports = () => 1", ["function default"]],
    ["module.exports = { f() { }, g: () => 1 }", ["method default.f", "method default.g"]],
    ["module.exports.f = exports.g = function () { }", ["function f"]],
    ["exports = module.exports = function () { }", ["function default"]],
    [
      "function A() { this.m = function () { } }\nA.prototype.n = function () { }\nA.s = () => 1\nA.prototype = { o() { } }",
      ["function A", "method A.m", "method A.n", "method A.s", "method A.o"],
    ],
    ["exports.A = class { m() { } }", ["class A", "method A.m"]],
    [
      "f = function () { }; a[b] = function () { }; a['c'] = () => 1; a += function () { }",
      ["function f", "method a.c"],
    ],
    ["const f = exports.f = function () { }", ["function f"]],
  ])("%s", (text, expected) => {
    expect(names(text, "a.cjs")).toEqual(expected);
  });

  test.each([
    [
      "function f(a: string): void\nfunction f(a: number): void\nfunction f(a: any) { return a }",
      ["function f", "function f#1", "function f#2"],
    ],
    ["declare function f(): void\ndeclare class A { m(): void }", ["function f", "class A", "method A.m"]],
    [
      "abstract class A { abstract m(): void; n(): void { } private x?: () => void }",
      ["class A", "method A.m", "method A.n"],
    ],
    [
      "namespace a.b { export function f() { } export namespace c { class D { m() { } } } }",
      ["function a.b.f", "class a.b.c.D", "method a.b.c.D.m"],
    ],
    [
      "declare module 'x' { function f(): void }\ndeclare global { function g(): void }",
      ["function x.f", "function global.g"],
    ],
    ["interface A { m(): void }\ntype B = { n(): void }\nenum C { d }\nlet x: { o(): void }", []],
    ["export = function () { }", ["function default"]],
    ["@a class A { @b() m() { } @c f = () => 1 }", ["class A", "method A.m", "method A.f"]],
  ])("%s", (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  test("Flow and JSX", () => {
    expect(
      names("// @flow\nfunction f(a: ?string): void { }\nexport type A = { m(): void };\n", "a.js"),
    ).toEqual(["function f"]);
    expect(names("const A = () => <a b={() => 1}>{c(function d() { })}</a>\n", "a.jsx")).toEqual([
      "function A",
    ]);
  });
});

describe("where it is", () => {
  test("decorators, export, lines and span", () => {
    const text = "x\n\n@a\n@b.c(\n  1)\nexport class A {\n  @d()\n  private m() { }\n}\n// after\n";
    const [type, method] = outline(text);
    expect(type).toMatchObject({ firstLine: 3, line: 6, lastLine: 9, decorators: ["a", "b.c(\n  1)"] });
    expect(text.slice(type?.span.start, type?.span.end)).toMatch(/^@a[^]*\}\n\}$/);
    expect(method).toMatchObject({ firstLine: 7, line: 8, lastLine: 8, parent: 0, decorators: ["d()"] });
    expect(text.slice(method?.span.start, method?.span.end)).toBe("@d()\n  private m() { }");
  });

  test.each([
    ["export const f = () => {\n};\n", 1, 1, 2, "export const f = () => {\n};"],
    ["const\n  f = 1,\n  g = () => 1;\n", 3, 3, 3, "g = () => 1"],
    ["const f = () => 1,\n  g = 1;\n", 1, 1, 1, "const f = () => 1"],
    ["exports\n  .f = function () { };\n", 1, 1, 2, "exports\n  .f = function () { };"],
    ["export default\n  function () { }\n", 1, 2, 2, "export default\n  function () { }"],
    ["export @a class A { }\n", 1, 1, 1, "export @a class A { }"],
    ["const a = {\n  f: async () => 1,\n}\n", 2, 2, 2, "f: async () => 1"],
    ["declare function f(): void;\n", 1, 1, 1, "declare function f(): void;"],
  ])("%s", (text, firstLine, line, lastLine, span) => {
    const definition = only(text);
    expect(definition).toMatchObject({ firstLine, line, lastLine });
    expect(text.slice(definition.span.start, definition.span.end)).toBe(span);
  });

  test("lines end with LF, CRLF and a lone CR; not with U+2028", () => {
    expect(only("'\u2028\u2029'\r\n\rfunction f() {\n}\n")).toMatchObject({
      firstLine: 3,
      line: 3,
      lastLine: 4,
    });
  });
});

describe("what it says", () => {
  test.each([
    [
      "function f(a, b = 1, { c, d: e, ...g }, [h, , i] = [], ...j) { }",
      ["a", "b", "c", "d", "g", "h", "i", "j"],
    ],
    ["function f(this: A, a?: string, ...b: C[]): void { }", ["a", "b"]],
    ["const f = a => a", ["a"]],
    ["const f = ({ 'a': b, [c]: d }) => b", ["a", "d"]],
    ["class A { }", []],
  ])("parameters: %s", (text, expected) => {
    expect(outline(text)[0]?.parameters).toEqual(expected);
  });

  test("parameters that are properties", () => {
    expect(outline("class A { constructor(private a: B, public c = 1) { } }")[1]?.parameters).toEqual([
      "a",
      "c",
    ]);
  });

  test("calls and what is thrown, in order, without repeats", () => {
    const text = `function f() {
      a.b().c(); new D(e()); super_?.g(); tag\`\`; a.b(); i[j](); import("k");
      if (x) throw new Err(1);
      throw make();
      () => { inner(); throw new errors.Inner() };
      throw x;
    }`;
    expect(only(text)).toMatchObject({
      calls: ["b", "c", "D", "e", "g", "tag", "Err", "make", "inner", "Inner"],
      raises: ["Err", "make", "Inner"],
    });
    expect(outline("class A { @dec() m() { g() } }")[0]?.calls).toEqual(["dec", "g"]);
  });

  test.each([
    ["function f() { return 1 }", "value"],
    ["function f() { return }", "nothing"],
    ["function f() { g(() => { return 1 }) }", "nothing"],
    ["function f() { class A { m() { return 1 } } }", "nothing"],
    ["const f = () => 1", "value"],
    ["const f = () => { }", "nothing"],
    ["function* f() { yield 1 }", "yields"],
    ["const a = { get f() { return 1 } }", "value"],
    ["class A { m() { return 1 } }", "nothing"],
  ])("returns: %s", (text, expected) => {
    expect(outline(text)[0]?.returns).toBe(expected);
  });

  test.each([
    ["function f() { 'use strict'; a; b }", 3, false],
    ["const f = () => 1", 1, false],
    ["function f() { /* nothing */ }", 0, true],
    ["class A { a = 1; m() { } }", 2, false],
    ["class A { }", 0, true],
    ["declare function f(): void", 0, true],
  ])("statements: %s", (text, bodyStatements, isStub) => {
    expect(outline(text)[0]).toMatchObject({ bodyStatements, isStub });
  });
});

describe("docstrings", () => {
  test.each([
    ["/** Doc. */\nfunction f() { }", "Doc."],
    ["/**\n * Doc.\n *\n *   more\n * @param a\n */\nfunction f(a) { }", "Doc.\n\n  more\n@param a"],
    ["/** Doc.\n * more */\nfunction f() { }", "Doc.\nmore"],
    ["/**\n  Doc.\n    more\n*/\nfunction f() { }", "Doc.\n  more"],
    ["\t/**\r\n\t * Doc.\r\n\t */\r\n\tfunction f() { }", "Doc."],
    ["/** A *\\/ b. */\nfunction f() { }", "A */ b."],
    ["/** */\nfunction f() { }", ""],
    ["/** A. */\n/** B. */\nfunction f() { }", "B."],
    ["/** A. */ // note\n\n\nfunction f() { }", "A."],
    ["x\n/** A. */ function f() { }", "A."],
    ["/** A. */\nexport default async function f() { }", "A."],
    ["/** A. */\n@a\nexport class A { }", "A."],
    ["/** A. */\nexport const f = () => 1", "A."],
    ["/** A. */\nexports.f = () => 1", "A."],
    ["const a = 1, /** A. */ f = () => 1", "A."],
    ["const a = {\n  /** A. */\n  f() { }\n}", "A."],
    ["class A {\n  /** A. */\n  @b static f = () => 1\n}", "A."],
    ["#!/usr/bin/env node\n/** A. */\nfunction f() { }", "A."],
    ["/** @deprecated */\nfunction f() { }", "@deprecated"],
  ])("%j", (text, expected) => {
    expect(outline(text).at(-1)?.docstring?.text).toBe(expected);
  });

  test.each([
    "/* A. */\nfunction f() { }",
    "// A.\nfunction f() { }",
    "/*** A. */\nfunction f() { }",
    "/**/\nfunction f() { }",
    "x /** A. */\nfunction f() { }",
    "x; /** A. */ function f() { }",
    "@a /** A. */ class A { }",
    "export /** A. */ function f() { }",
    "const f = /** A. */ () => 1",
    "function f() /** A. */ { }",
    "function f() { /** A. */ }",
    "/** A. */ x\nfunction f() { }",
    "class A { /** A. */ m() { } }",
    "/** @file A. */\nfunction f() { }",
    "/** @typedef {A} B */\nfunction f() { }",
    "/** @license MIT */\nfunction f() { }",
    "/**\n * @ts-ignore\n */\nfunction f() { }",
  ])("none in %j", (text) => {
    expect(outline(text, "a.ts").at(-1)?.docstring).toBeUndefined();
  });

  test("where it stands", () => {
    const text = "x\n  /**\n   * A.\n   */\n  function f() { }\n";
    const { docstring, firstLine } = only(text);
    expect(docstring).toMatchObject({ firstLine: 2, lastLine: 4 });
    expect(text.slice(docstring?.span.start, docstring?.span.end)).toBe("/**\n   * A.\n   */");
    expect(firstLine).toBe(5);
  });
});

describe("broken files", () => {
  test("the definitions before the fault are found", () => {
    const found = syntaxFor("a.ts")?.outline(
      source("/** A. */\nfunction f() { }\nclass B { m() { } }\nfunction g( {\n"),
    );
    expect(found?.broken).toBe(true);
    expect(found?.definitions.map(({ qualifiedName }) => qualifiedName)).toEqual(["f", "B", "B.m"]);
  });

  test("comments are found by their looks", () => {
    const text = "#!x\nif (\n// a\nx = 'b // c' /* d */ + `// e ${f /* g */} // h` + /[/*]/ // i\n/** j";
    const found = syntaxFor("a.js")?.comments(source(text));
    expect(found?.map((comment) => comment.text)).toEqual([
      "#!x",
      "// a",
      "/* d */",
      "/* g */",
      "// i",
      "/** j",
    ]);
    expect(found?.map(({ ownLine }) => ownLine)).toEqual([true, true, false, false, false, true]);
  });
});
