import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import type { DecodedSource, Definition, TextEdit } from "../../syntax.ts";
import { definitionsByPython, standardLibrary, type PythonDefinitions } from "./python-reference.ts";
import { python } from "./index.ts";

function decode(content: string | Uint8Array): DecodedSource {
  const source = python.decode(typeof content === "string" ? Buffer.from(content) : content);
  if ("problem" in source) throw new Error(source.detail);
  return source;
}

function outline(text: string): readonly Definition[] {
  return python.outline(decode(text)).definitions;
}

function only(text: string): Definition {
  const [definition, ...others] = outline(text);
  if (definition === undefined || others.length > 0) throw new Error(`not one definition: ${text}`);
  return definition;
}

function apply(source: DecodedSource, edit: TextEdit): DecodedSource {
  return decode(source.encode(source.text.slice(0, edit.start) + edit.text + source.text.slice(edit.end)));
}

describe("fields of a definition", () => {
  test("names, kinds and parents", () => {
    const text =
      "class A:\n  if x:\n    def f(self):\n      def g(): pass\n      class B: pass\nasync def h(): pass\n";
    expect(outline(text).map(({ qualifiedName, kind, parent }) => [qualifiedName, kind, parent])).toEqual([
      ["A", "class", undefined],
      ["A.f", "method", 0],
      ["A.f.g", "function", 1],
      ["A.f.B", "class", 1],
      ["h", "function", undefined],
    ]);
  });

  test("definitions of one name are counted", () => {
    const text = "if x:\n    def f(): pass\nelse:\n    def f(): pass\n";
    expect(outline(text).map(({ ordinal }) => ordinal)).toEqual([0, 1]);
  });

  test("decorators, lines and span", () => {
    const text = "x = 1\n@a\n@b.c(\n    1)\ndef f():\n    return 1\n\n# after\n";
    const definition = only(text);
    expect(definition).toMatchObject({
      firstLine: 2,
      line: 5,
      lastLine: 6,
      decorators: ["a", "b.c(\n    1)"],
    });
    expect(text.slice(definition.span.start, definition.span.end)).toMatch(/^@a[^]*return 1$/);
  });

  test.each([
    ["def f(self, a, /, b: int = 1, *c, d=g(x, y), **e): pass\n", ["a", "b", "c", "d", "e"]],
    ["def f[T: (int, str)](a: T, *, b: lambda q: 1): pass\n", ["a", "b"]],
    ["def f(a=lambda z, w: (z, w), b={1: x}): pass\n", ["a", "b"]],
    ["class A(B, c=D): pass\n", []],
  ])("parameters of %s", (text, parameters) => {
    expect(only(text).parameters).toEqual(parameters);
  });

  test.each([
    ["    a(); b.c(d()); a()\n", ["a", "c", "d"]],
    ["    if (x): return (y)\n    print (z)\n", ["print"]],
    ["    return f'{g(1)} {h:{i()}}'\n", ["g", "i"]],
    ["    match (x):\n        case A(b) if c(): d()\n", ["c", "d"]],
    ["    match(x); case(y)\n", ["match", "case"]],
    ["    a[0](); (b)(); 'c'.join(d)\n", ["join"]],
  ])("calls in %s", (body, calls) => {
    expect(only(`def f():\n${body}`).calls).toEqual(calls);
  });

  test("calls of nested definitions count, their headers too; one's own header does not", () => {
    const [outer, inner] = outline("@a()\ndef f(x=b()):\n    @c()\n    def g(y=d()):\n        e()\n");
    expect(outer?.calls).toEqual(["c", "d", "e"]);
    expect(inner?.calls).toEqual(["e"]);
  });

  test.each([
    ["return 1", "value"],
    ["return", "nothing"],
    ["return None", "nothing"],
    ["yield 1", "yields"],
    ["return (yield)", "yields"],
    ["def g(): return 1", "nothing"],
    ["pass", "nothing"],
  ])("%s returns %s", (statement, returns) => {
    expect(outline(`def f():\n    ${statement}\n`)[0]?.returns).toBe(returns);
  });

  test("what is raised", () => {
    expect(only("def f():\n    raise A\n    raise b.C(1) from d\n    raise\n    raise A()\n").raises).toEqual(
      ["A", "C"],
    );
  });

  test.each([
    ["def f(): ...\n", true, 1],
    ["def f():\n    'doc'\n", true, 0],
    ["def f():\n    'doc'\n    pass\n", true, 1],
    ["def f(): pass; x\n", false, 2],
    ["class A:\n    def f(self): pass\n", false, 1],
    ["def f():\n    if x: a; b\n    else: c\n    d\n", false, 2],
  ])("stub or not: %s", (text, isStub, bodyStatements) => {
    expect(outline(text)[0]).toMatchObject({ isStub, bodyStatements });
  });

  test.each([
    ['"""One.\n\n    Two\n      three\n    """', "One.\n\nTwo\n  three"],
    ["'a' \"b\"", "ab"],
    ["('a'\n    'b')", "ab"],
    [
      String.raw`'a\n\x41\u00e9\101\
b'`,
      "a\nAéAb",
    ],
    [String.raw`r'a\n'`, String.raw`a\n`],
    ["u'a'", "a"],
    ["'\\ta\\n\\tb'", "a\nb"],
  ])("the docstring %s", (literal, text) => {
    expect(only(`def f():\n    ${literal}\n`).docstring?.text).toBe(text);
  });

  test.each(["f'a'", "b'a'", "'a',", "'a'.b", "'a' + 'b'", "x = 'a'", "'a' f'b'", "'a' % b", "('a',)"])(
    "%s is no docstring",
    (statement) => {
      expect(only(`def f():\n    ${statement}\n    g\n`).docstring).toBeUndefined();
    },
  );
});

describe("broken files", () => {
  test.each([
    ["def f(:\n    pass\n\ndef g():\n    x = (1\n\ndef h():\n    pass\n", ["g", "h"]],
    ["class A\n    pass\ndef f():\n    pass\n", ["f"]],
    ["def f():\n        a\n    b\ndef g(): pass\n", ["f", "g"]],
    ["x = 'abc\ndef f(): pass\n", ["f"]],
  ])("%j still has its definitions", (text, names) => {
    const found = python.outline(decode(text));
    expect(found.broken).toBe(true);
    expect(found.definitions.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });
});

describe("the standard library of the Python at hand", () => {
  let files: string[] = [];
  let reference: PythonDefinitions = [];
  const sources = new Map<string, DecodedSource>();

  beforeAll(async () => {
    const folder = await standardLibrary();
    const all = (await readdir(folder, { recursive: true }))
      .filter((file) => file.endsWith(".py") && !file.includes("site-packages"))
      .sort();
    files = createRandom("outline")
      .shuffle(all)
      .slice(0, 150)
      .map((file) => path.join(folder, file));
    reference = await definitionsByPython(files);
    for (const [index, file] of files.entries()) {
      if (reference[index] !== null) sources.set(file, decode(await readFile(file)));
    }
  });

  test("the outline is what ast finds", () => {
    expect(sources.size).toBeGreaterThan(140);
    files.forEach((file, index) => {
      const source = sources.get(file);
      const expected = reference[index];
      if (source === undefined || !expected) return;
      const found = python.outline(source);
      expect(found.broken, file).toBe(false);
      expect(found.definitions.map(comparable), file).toEqual(expected);
    });
  });

  test("every docstring can be removed, and put back as another text", () => {
    let removed = 0;
    for (const [file, source] of sources) {
      if (source.text.length > 40_000) continue;
      const documented = python
        .outline(source)
        .definitions.filter(({ docstring }) => docstring !== undefined);
      for (const definition of createRandom(file).shuffle(documented).slice(0, 1)) {
        const without = apply(source, python.removeDocstring(source, definition));
        expect(withoutDocstring(without, definition), `${file} ${definition.qualifiedName}`).toBe(true);
        expectOneChange(source, without, definition, "removed");
        const target = sameDefinition(without, definition);
        const again = apply(
          without,
          python.insertDocstring(without, target, 'New "text"\n\nwith \\ two\n  parts"'),
        );
        expect(sameDefinition(again, definition).docstring?.text).toBe('New "text"\n\nwith \\ two\n  parts"');
        expectOneChange(without, again, definition, "added");
        removed++;
      }
    }
    expect(removed).toBeGreaterThan(30);
  });
});

function comparable(definition: Definition): unknown {
  const { qualifiedName, kind, line, lastLine, firstLine, docstring, parameters, bodyStatements } =
    definition;
  return {
    qualifiedName,
    kind,
    line,
    lastLine,
    firstLine,
    parameters,
    bodyStatements,
    docstring: docstring?.text.includes("\\N{") ? "named" : (docstring?.text ?? null),
    docstringLines: docstring === undefined ? null : [docstring.firstLine, docstring.lastLine],
    decorators: definition.decorators.length,
  };
}

function sameDefinition(source: DecodedSource, { qualifiedName, ordinal }: Definition): Definition {
  const found = python
    .outline(source)
    .definitions.find((other) => other.qualifiedName === qualifiedName && other.ordinal === ordinal);
  if (found === undefined) throw new Error(`${qualifiedName} is gone`);
  return found;
}

function withoutDocstring(source: DecodedSource, definition: Definition): boolean {
  return sameDefinition(source, definition).docstring === undefined;
}

function expectOneChange(
  before: DecodedSource,
  after: DecodedSource,
  { qualifiedName, ordinal }: Definition,
  change: string,
): void {
  expect(python.sameCode(before, after)).toMatchObject({
    same: true,
    docstrings: [{ qualifiedName, ordinal, change }],
  });
}
