import { expect, test } from "vitest";
import type { DecodedSource } from "../../syntax.ts";
import { syntaxFor } from "../index.ts";
import { compilerFault } from "./testing/compiler-reference.ts";
import { compileWithEngine } from "./testing/engine-reference.ts";
import { brokenJavascript, brokenModules, brokenScripts, brokenTypescript } from "./programs/broken.ts";
import { validJavascript, validModules, validScripts, validTypescript } from "./programs/valid.ts";

function source(text: string): DecodedSource {
  return { text, encoding: "utf-8", encode: (written) => Buffer.from(written) };
}

function isValid(path: string, text: string): boolean | undefined {
  return syntaxFor(path)?.validity(source(text)).valid;
}

const groups = [
  {
    name: "JavaScript",
    paths: ["a.js", "a.jsx", "a.mjs", "a.cjs"],
    broken: brokenJavascript,
    valid: validJavascript,
  },
  { name: "modules", paths: ["a.mjs"], broken: brokenModules, valid: validModules },
  { name: "scripts", paths: ["a.cjs"], broken: brokenScripts, valid: validScripts },
];

test.each(groups)(
  "refuses what V8 refuses, and takes what it takes: $name",
  async ({ paths, broken, valid }) => {
    const programs = [...broken, ...valid];
    const answers = await compileWithEngine(programs);
    programs.forEach((program, index) => {
      const expected = index >= broken.length;
      for (const path of paths) {
        const answer = path === "a.mjs" ? answers.modules[index] : answers.scripts[index];
        expect(answer === null, `V8, ${path}: ${program} ${answer}`).toBe(expected);
        expect(isValid(path, program), `${path}: ${program}`).toBe(expected);
      }
    });
  },
);

test("there are enough programs", () => {
  expect(brokenJavascript.length + brokenModules.length + brokenScripts.length).toBeGreaterThanOrEqual(250);
  expect(brokenTypescript.length).toBeGreaterThanOrEqual(70);
});

test("refuses what the TypeScript compiler refuses, and takes what it takes", () => {
  for (const program of brokenTypescript) {
    expect(compilerFault("a.ts", program), program).toBeDefined();
    expect(isValid("a.ts", program), program).toBe(false);
  }
  for (const program of validTypescript) {
    expect(compilerFault("a.ts", program), program).toBeUndefined();
    expect(isValid("a.ts", program), program).toBe(true);
  }
});

test("JavaScript is TypeScript, but for what only scripts may", () => {
  for (const program of [...validJavascript, ...validModules]) {
    expect(isValid("a.ts", program), program).toBe(true);
    expect(isValid("a.tsx", program), program).toBe(true);
  }
});

test("each extension takes what its tools take", () => {
  const jsx = "x = <a b={c}>text {d} <e /></a>\n";
  expect(["a.js", "a.jsx", "a.tsx"].map((path) => isValid(path, jsx))).toEqual([true, true, true]);
  expect(["a.mjs", "a.cjs", "a.ts", "a.mts"].map((path) => isValid(path, jsx))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  const types = "let x: string\n";
  expect(["a.ts", "a.cts", "a.d.ts"].map((path) => isValid(path, types))).toEqual([true, true, true]);
  expect(["a.js", "a.mjs"].map((path) => isValid(path, types))).toEqual([false, false]);
  expect(isValid("a.js", `// @flow\n${types}`)).toBe(true);
  expect(isValid("a.js", `/**\n * @flow strict\n */\n'use strict'\n${types}`)).toBe(true);
  expect(isValid("a.js", `x = '@flow'\n${types}`)).toBe(false);
  expect(isValid("a.ts", "let x = <string>y\n")).toBe(true);
  expect(isValid("a.tsx", "let x = <string>y\n")).toBe(false);
  expect(isValid("a.d.ts", "export function f(): void\nexport const x: number\n")).toBe(true);
});

test("declarations may merge, in namespaces too", () => {
  const merged =
    "declare module 'a' { export { b }; interface C {} const C: C; function d(): void; namespace d {} }\n";
  expect(isValid("a.d.ts", merged)).toBe(true);
  expect(isValid("a.ts", merged)).toBe(true);
  expect(isValid("a.ts", "function f(): void\nnamespace n { let x; let x }\n")).toBe(true);
});

test.each([
  ["parentheses", `${"(".repeat(5000)}1${")".repeat(5000)}`],
  ["open brackets", "[".repeat(100_000)],
  ["blocks", "{".repeat(5000) + "}".repeat(5000)],
  ["arrows", `${"x => ".repeat(20_000)}1`],
  ["templates", `${"`${".repeat(5000)}1${"}`".repeat(5000)}`],
  ["classes", `${"class A { a() { ".repeat(3000)}${"} }".repeat(3000)}`],
  ["signs", `x = ${"- ".repeat(50_000)}1`],
  ["additions", `x = 1${" + 1".repeat(100_000)}`],
  ["attributes", `x = a${".b".repeat(100_000)}`],
  ["else if", `${"if (a) b; else ".repeat(20_000)}c`],
  ["a long file", `${"x = 1;\n".repeat(300_000)}`],
])("an absurd file is refused, not a crash: %s", (_, text) => {
  for (const path of ["a.js", "a.ts"]) {
    expect(isValid(path, text)).toBe(false);
    expect(syntaxFor(path)?.outline(source(text)).broken).toBe(true);
    expect(syntaxFor(path)?.sameCode(source(text), source(`${text}\n`)).same).toBe(false);
  }
});

test("a file that would be read for ages is refused", () => {
  const answer = syntaxFor("a.ts")?.validity(source(`${"<T>(".repeat(60)}x`));
  expect(answer).toEqual({ valid: false, line: 1, message: "takes too long to read" });
});

test.each([
  ["parentheses", `${"(".repeat(200)}1${")".repeat(200)}`],
  ["additions", `x = 1${" + 1".repeat(2500)}`],
  ["calls", `x = a${".b()".repeat(1200)}`],
  ["else if", `${"if (a) b; else ".repeat(900)}c`],
  ["functions", `${"function f() { ".repeat(60)}${"}".repeat(60)}`],
])("deep nesting that programs have is read: %s", (_, text) => {
  const syntax = syntaxFor("a.js");
  expect(syntax?.validity(source(text)).valid).toBe(true);
  expect(syntax?.outline(source(text)).broken).toBe(false);
  expect(syntax?.sameCode(source(text), source(`${text} // x`)).same).toBe(true);
});

test("names the line of the fault", () => {
  const at = (text: string) => syntaxFor("a.js")?.validity(source(text));
  expect(at("a = 1\nb = 2\nif a\n")).toEqual({
    valid: false,
    line: 3,
    message: 'Unexpected token, expected "("',
  });
  expect(at("'\u2028'\r\nb\rlet x; let x\n")).toMatchObject({ valid: false, line: 3 });
  expect(at("a\n\nx = /(/\n")).toMatchObject({ valid: false, line: 3 });
});
