import { describe, expect, test } from "vitest";
import type { CodeComparison, DecodedSource, Syntax } from "../../syntax.ts";
import { syntaxFor } from "../index.ts";

function syntaxOf(path: string): Syntax {
  const syntax = syntaxFor(path);
  if (syntax === undefined) throw new Error(`no syntax for ${path}`);
  return syntax;
}

function decode(path: string, content: string | Uint8Array): DecodedSource {
  const source = syntaxOf(path).decode(typeof content === "string" ? Buffer.from(content) : content);
  if ("problem" in source) throw new Error(source.detail);
  return source;
}

function compare(path: string, before: string, after: string): CodeComparison {
  return syntaxOf(path).sameCode(decode(path, before), decode(path, after));
}

/** `same`, or the reason, as one word. */
function outcome(comparison: CodeComparison): string {
  return comparison.same ? "same" : comparison.reason;
}

/** Each change as `change line text`, with a `!` where the comment is a directive. */
function commentsOf(comparison: CodeComparison): string[] {
  if (!comparison.same) throw new Error(comparison.detail);
  return comparison.comments.map(
    ({ change, line, text, directive }) => `${change} ${line} ${text}${directive ? " !" : ""}`,
  );
}

function docstringsOf(comparison: CodeComparison): string[] {
  if (!comparison.same) throw new Error(comparison.detail);
  return comparison.docstrings.map(
    ({ qualifiedName, ordinal, change }) => `${change} ${qualifiedName}#${ordinal}`,
  );
}

type Case = readonly [name: string, before: string, after: string];

const F = "function f(a) {\n  return a;\n}\n";

const same: readonly Case[] = [
  ["nothing", F, F],
  ["a docstring added", F, `/** Doc. */\n${F}`],
  ["a docstring removed", `/** Doc. */\n${F}`, F],
  ["a docstring of several lines", F, `/**\n * Doc.\n *\n *   more\n */\n${F}`],
  ["a docstring that shows code", F, `/**\n * return b;\n */\n${F}`],
  ["a comment line", F, `// note\n${F}`],
  ["a comment behind code", F, "function f(a) { // note\n  return a;\n}\n"],
  ["a comment within brackets", "x = [1, 2]\n", "x = [ // one\n  1, /* two */\n  // three\n  2]\n"],
  ["a comment in an empty file", "", "// note\n"],
  ["a comment at the end without line break", "x = 1", "x = 1 // end"],
  [
    "a block comment of one line behind return",
    "function f() { return 1 }",
    "function f() { return /* a */ 1 }",
  ],
  ["a block comment of two lines where nothing ends", "x = a + b\n", "x = a /*\n*/ + b\n"],
  ["a comment in JSX braces", "x = <a>{ }</a>\n", "x = <a>{ /* note */ }</a>\n"],
  ["a comment between JSX attributes", "x = <a b c />\n", "x = <a b /* note */ c />\n"],
  ["a comment in a template's expression", "x = `${a}`\n", "x = `${/* note */ a}`\n"],
  ["a comment before a pattern", "x = /a/g\n", "x = /* b */ /a/g\n"],
  ["a comment in place of white space", "typeof x\n", "typeof/**/x\n"],
  ["a shebang", "x\n", "#!/usr/bin/env node\nx\n"],
  ["blank lines", F, `\n\n${F}\n`],
  ["indentation", F, "function f(a) {\n\t\treturn a;\n}\n"],
  ["code on one line", F, "function f(a) { return a; }"],
  ["a line break where nothing ends", "x = a + b\n", "x = a +\n  b\n"],
  ["LF to CRLF", F, F.replaceAll("\n", "\r\n")],
  ["LF to lone CR", F, F.replaceAll("\n", "\r")],
  ["LF to U+2028", F, F.replaceAll("\n", "\u2028")],
  ["CRLF within a template", "x = `a\nb${c}\nd`\n", "x = `a\r\nb${c}\r\nd`\r\n"],
  ["CRLF behind a backslash in a string", "x = 'a\\\nb'\n", "x = 'a\\\r\nb'\r\n"],
  ["CRLF within JSX text", "x = <a>\n  b\n</a>\n", "x = <a>\r\n  b\r\n</a>\r\n"],
  ["the line break at the end", "x = 1\n", "x = 1"],
  ["a comment below use strict", "'use strict'\nx\n", "'use strict'\n// note\nx\n"],
  ["a comment above use strict", "'use strict'\nx\n", "/* note */ 'use strict'\nx\n"],
];

const changed: readonly Case[] = [
  ["a name", F, F.replaceAll("a", "b")],
  ["a number", "x = 1\n", "x = 2\n"],
  ["a number written otherwise", "x = 16\n", "x = 0x10\n"],
  ["a string", "x = 'a'\n", "x = 'b'\n"],
  ["a string's quotes", "x = 'a'\n", 'x = "a"\n'],
  ["an escape", "x = 'a'\n", "x = '\\x61'\n"],
  ["white space in a string", "x = 'a b'\n", "x = 'a  b'\n"],
  ["a comment's look in a string", "x = '// a'\n", "x = '// b'\n"],
  ["a comment's look in a template", "x = `\n// a\n`\n", "x = `\n// b\n`\n"],
  ["a comment line within a template", "x = `\na\n`\n", "x = `\n// c\na\n`\n"],
  ["white space in a template", "x = `a ${b}`\n", "x = `a  ${b}`\n"],
  ["a comment's look in a pattern", "x = /\\/* a *\\//\n", "x = /\\/* b *\\//\n"],
  ["a pattern's flag", "x = /a/g\n", "x = /a/i\n"],
  ["JSX text", "x = <a>b</a>\n", "x = <a>c</a>\n"],
  ["white space in JSX text", "x = <a>b c</a>\n", "x = <a>b  c</a>\n"],
  ["a line break in JSX text", "x = <a>b c</a>\n", "x = <a>b\nc</a>\n"],
  ["a comment's look in JSX text", "x = <a>b</a>\n", "x = <a>b // c\n</a>\n"],
  ["a JSX comment where there was none", "x = <a>b</a>\n", "x = <a>b{/* c */}</a>\n"],
  ["an operator", "x = a + b\n", "x = a - b\n"],
  ["two lines swapped", "a()\nb()\n", "b()\na()\n"],
  ["code commented out", "a()\nb()\n", "a()\n// b()\n"],
  ["a comment made code", "a()\n// b()\n", "a()\nb()\n"],
  ["a semicolon", "a()\nb()\n", "a();\nb()\n"],
  ["a comma", "x = [1, 2]\n", "x = [1, 2,]\n"],
  ["parentheses", "x = a + b\n", "x = (a + b)\n"],
  ["a directive", "x\n", "'use strict'\nx\n"],
  ["a directive in parentheses", "'use strict'\nx\n", "('use strict')\nx\n"],
  ["a comment that swallows code", "a()\nb()\n", "a() // b()\n"],
  ["a block that swallows code", "a()\nb()\nc()\n", "a()\n/* b()\n*/ c()\n"],
  ["let to const", "let x = 1\n", "const x = 1\n"],
];

/** Where a line break, or a comment with one, ends a statement: the tokens are the same, the program is not. */
const endings: readonly Case[] = [
  ["return", "function f() { return x }", "function f() { return\nx }"],
  ["return and a comment of two lines", "function f() { return x }", "function f() { return /*\n*/ x }"],
  ["return and a line comment", "function f() { return x }", "function f() { return // a\nx }"],
  ["break", "a: for (;;) { break a }", "a: for (;;) { break\na }"],
  ["continue", "a: for (;;) { continue a }", "a: for (;;) { continue\na }"],
  ["yield", "function* f() { yield x }", "function* f() { yield\nx }"],
  ["++ below", "a\n++b", "a++\nb"],
  ["++ behind a comment of two lines", "a ++\nb", "a /*\n*/ ++ /* */ b"],
  ["-- above", "a--\nb", "a\n--b"],
  ["async and a function", "async function f() { }", "async\nfunction f() { }"],
  ["async and an arrow", "x = async (a) => b", "x = async\n(a) => b"],
  ["a getter in a class", "class A { get *a() { } }", "class A { get\n*a() { } }"],
  ["static in a class", "class A { static\na }", "class A { static; a }"],
  ["async in a class", "class A { async a() { } }", "class A { async\na() { } }"],
  ["a call that begins a line", "a\n(b)", "a;(b)"],
  ["let", "let\nx", "let; x"],
  ["a line separator", "function f() { return x }", "function f() { return\u2028x }"],
  ["a lone CR", "function f() { return x }", "function f() { return\rx }"],
];

const endingsInTypes: readonly Case[] = [
  ["type", "type A = 1\n", "type\nA = 1\n"],
  ["declare", "declare function f(): void\n", "declare\nfunction f(): void\n"],
  ["abstract", "abstract class A { }\n", "abstract\nclass A { }\n"],
  ["interface", "interface A { }\n", "interface\nA\n{ }\n"],
  ["namespace", "namespace A { }\n", "namespace\nA\n{ }\n"],
  ["readonly in a class", "class A { readonly a }\n", "class A { readonly\na }\n"],
  ["as", "x = a as B\n", "x = a\nas B\n"],
  ["export declare", "export declare class A { }\n", "export declare\nclass A { }\n"],
  ["export type", "export type A = 1\n", "export type // x\nA = 1\n"],
];

describe("the same code", () => {
  test.each(same)("%s", (_, before, after) => {
    expect(compare("a.js", before, after)).toMatchObject({ same: true });
    expect(compare("a.tsx", before, after)).toMatchObject({ same: true });
  });

  test("types", () => {
    const before = "let x: Map<A, B<C>> = y as D; type E<T> = T extends F ? 1 : 2\n";
    const after = "let x /* a */ : Map<A, B<C> > = y /* b */ as D; // c\ntype E<T>\n= T extends F ? 1 : 2\n";
    expect(outcome(compare("a.ts", before, after))).toBe("same");
  });
});

describe("other code", () => {
  test.each(changed)("%s", (_, before, after) => {
    expect(outcome(compare("a.js", before, after))).toBe("code-changed");
    expect(outcome(compare("a.tsx", before, after))).toBe("code-changed");
  });

  test.each(endings)("a line break and %s", (_, before, after) => {
    expect(outcome(compare("a.js", before, after))).not.toBe("same");
    expect(outcome(compare("a.ts", before, after))).not.toBe("same");
  });

  test.each(endingsInTypes)("a line break and %s, in TypeScript", (_, before, after) => {
    expect(outcome(compare("a.ts", before, after))).not.toBe("same");
  });

  test("the line is that of the new file", () => {
    expect(compare("a.js", "a\nb\nc\n", "// x\na\nb\nd\n")).toMatchObject({
      line: 4,
      detail: "`c` became `d`",
    });
    const found = compare("a.js", "function f() { return x }", "function f() {\n  return\n  x }");
    expect(found).toMatchObject({ same: false, line: 2, detail: expect.stringContaining("read otherwise") });
  });

  test("a file that is no longer valid", () => {
    expect(compare("a.js", F, `${F}\n/* open`)).toMatchObject({ reason: "now-invalid", line: 5 });
    expect(compare("a.js", F, F.replace(") {", ") {{"))).toMatchObject({ reason: "now-invalid" });
    expect(compare("a.mjs", F, `${F}with (a) { }`)).toMatchObject({ reason: "now-invalid", line: 4 });
    expect(compare("a.js", F, "/* a */ */\n")).toMatchObject({ reason: "now-invalid" });
  });

  test("the byte order mark is a change, and a comment beside it is none", () => {
    const marked = (text: string) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]);
    const syntax = syntaxOf("a.js");
    const before = decode("a.js", marked(F));
    expect(outcome(syntax.sameCode(before, decode("a.js", F)))).toBe("code-changed");
    expect(outcome(syntax.sameCode(before, decode("a.js", marked(`// x\n${F}`))))).toBe("same");
  });
});

describe("scripts and modules", () => {
  test("an HTML-like comment is one in a script", () => {
    expect(commentsOf(compare("a.cjs", "x\n", "x\n<!-- a\n--> b\n"))).toEqual([
      "added 2 <!-- a",
      "added 3 --> b",
    ]);
  });

  test("where a file may be a script or a module, it has to be the same as both", () => {
    expect(outcome(compare("a.js", "x\n", "x\n--> b\n"))).toBe("now-invalid");
    expect(outcome(compare("a.js", "x\n<!--y\n", "x\n<!--z\n"))).toBe("code-changed");
    expect(outcome(compare("a.js", "with (x) y\n", "with (x) y\n<!-- z\n"))).toBe("same");
    expect(outcome(compare("a.js", "await\n/x/g\n", "await\n/x/g // z\n"))).toBe("same");
  });

  test("TypeScript has no such comments", () => {
    expect(outcome(compare("a.ts", "x\n", "x\n<!-- a\n"))).not.toBe("same");
  });

  test("Flow's types are code", () => {
    const before = "// @flow\nfunction f(a: string): void { }\n";
    expect(outcome(compare("a.js", before, `${before}// x\n`))).toBe("same");
    expect(outcome(compare("a.js", before, before.replace("string", "number")))).toBe("code-changed");
    expect(outcome(compare("a.js", before, before.replace("// @flow\n", "")))).toBe("same");
    expect(commentsOf(compare("a.js", before, before.replace("// @flow\n", "")))).toEqual([
      "removed 1 // @flow !",
    ]);
  });
});

describe("what changed", () => {
  test("docstrings, by name and place", () => {
    const before = `/** F. */\n${F}\nclass A {\n  m() { }\n  /** G. */\n  get x() { return 1 }\n  set x(y) { }\n}\n`;
    const after = `/** F */\n${F}\n/** A. */\nclass A {\n  /** M. */ \n  m() { }\n  get x() { return 1 }\n  /** S. */\n  set x(y) { }\n}\n`;
    const comparison = compare("a.js", before, after);
    expect(docstringsOf(comparison)).toEqual([
      "changed f#0",
      "added A#0",
      "added A.m#0",
      "removed A.x#0",
      "added A.x#1",
    ]);
    expect(commentsOf(comparison)).toEqual([]);
  });

  test("the docstring of the file", () => {
    const code = "import a from 'a'\nfunction f() { }\n";
    expect(docstringsOf(compare("a.js", code, `/** Doc. */\n${code}`))).toEqual(["added #0"]);
    expect(
      docstringsOf(compare("a.js", `#!/bin/node\n// c\n/** D. */\n${code}`, `#!/bin/node\n// c\n${code}`)),
    ).toEqual(["removed #0"]);
    expect(docstringsOf(compare("a.js", F, `/** @file Doc. */\n${F}`))).toEqual(["added #0"]);
    expect(docstringsOf(compare("a.js", F, `/** Of the file. */\n\n/** Of f. */\n${F}`))).toEqual([
      "added #0",
      "added f#0",
    ]);
    expect(docstringsOf(compare("a.js", F, `/** Of f. */\n\n${F}`))).toEqual(["added f#0"]);
    const interfaces = "interface A { }\nfunction f() { }\n";
    expect(commentsOf(compare("a.ts", interfaces, `/** Of A. */\n${interfaces}`))).toEqual([
      "added 1 /** Of A. */",
    ]);
  });

  test("a second block above makes the first one a comment", () => {
    const comparison = compare("a.js", `/** A. */\n${F}`, `/** A. */\n/** B. */\n${F}`);
    expect(docstringsOf(comparison)).toEqual(["changed f#0"]);
    expect(commentsOf(comparison)).toEqual(["added 1 /** A. */"]);
  });

  test("comments, by what they stand at", () => {
    expect(commentsOf(compare("a.js", "a // x\nb\n", "a\nb // x\n"))).toEqual([
      "removed 1 // x",
      "added 2 // x",
    ]);
    expect(commentsOf(compare("a.js", "a // x\n", "a // y\n"))).toEqual(["changed 1 // y"]);
    expect(commentsOf(compare("a.js", "a // x\n", "a\n// x\n"))).toEqual(["changed 2 // x"]);
    expect(commentsOf(compare("a.js", "/* x\r\n y */ a\r\n", "/* x\n y */ a\n"))).toEqual([]);
  });
});

describe("a file that was not valid before", () => {
  const broken = "<template>\nconst x = 1\nif (\n";
  const odd = "const x = a |> b\nx.c()\n";

  test("only lines of comments may change", () => {
    expect(commentsOf(compare("a.js", odd, `// eslint-disable x\n${odd}  // end\n`))).toEqual([
      "added 1 // eslint-disable x !",
      "added 4 // end",
    ]);
    expect(outcome(compare("a.js", odd, odd.replace("b", "c")))).toBe("code-changed");
    expect(outcome(compare("a.js", odd, odd.replace("b\n", "b // c\n")))).toBe("code-changed");
    expect(outcome(compare("a.js", odd, odd.replace("\n", "\n\n")))).toBe("code-changed");
    expect(outcome(compare("a.js", odd, "const x = 1\n"))).toBe("code-changed");
  });

  test("nothing may change where brackets and strings do not close, or text may stand bare", () => {
    expect(compare("a.js", broken, broken)).toMatchObject({ same: true });
    expect(compare("a.js", broken, `// x\n${broken}`)).toMatchObject({ reason: "code-changed", line: 1 });
    expect(outcome(compare("a.js", "x = <a>\n// b\n</a> |> c\n", "x = <a>\n// d\n</a> |> c\n"))).toBe(
      "code-changed",
    );
    expect(outcome(compare("a.js", "a |> `\n// b\n`\n", "a |> `\n// c\n`\n"))).toBe("code-changed");
    expect(outcome(compare("a.js", "a |> '\\\n// b'\n", "a |> '\\\n// c'\n"))).toBe("code-changed");
    expect(outcome(compare("a.js", "a |> /*\n// b\n*/ c\n", "a |> /*\n// d\n*/ c\n"))).toBe("code-changed");
  });
});
