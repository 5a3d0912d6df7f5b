import { expect, test } from "vitest";
import * as fc from "fast-check";
import { cleanDocstring } from "./literals.ts";
import type { DecodedSource, TextEdit } from "../../syntax.ts";
import { python } from "./index.ts";

function decode(content: string | Uint8Array): DecodedSource {
  const source = python.decode(typeof content === "string" ? Buffer.from(content) : content);
  if ("problem" in source) throw new Error(source.detail);
  return source;
}

function apply({ text }: DecodedSource, { start, end, text: replacement }: TextEdit): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** The file with the docstring of its last documented definition taken away. */
function remove(text: string): string {
  const source = decode(text);
  const definition = python.outline(source).definitions.findLast(({ docstring }) => docstring !== undefined);
  if (definition === undefined) throw new Error("nothing to remove");
  return apply(source, python.removeDocstring(source, definition));
}

/** The file with a docstring for its last definition. */
function insert(text: string | Uint8Array, docstring: string): string {
  const source = decode(text);
  const definition = python.outline(source).definitions.at(-1);
  if (definition === undefined) throw new Error("nothing to document");
  return apply(source, python.insertDocstring(source, definition, docstring));
}

test.each([
  ["its line", "def f():\n    'd'\n    x\n", "def f():\n    x\n"],
  ["its lines and the blank ones below", "class A:\n    '''d\n    '''\n\n    \n    x\n", "class A:\n    x\n"],
  ["not what follows on its line", "def f():\n    'd'; x\n", "def f():\n    x\n"],
  ["not a comment on its line", "def f():\n    'd'  # why\n    x\n", "def f():\n    # why\n    x\n"],
  ["not a comment below it", "def f():\n    'd'\n\n    # why\n    x\n", "def f():\n    # why\n    x\n"],
  ["not a comment above it", "def f():\n    # why\n    'd'\n    x\n", "def f():\n    # why\n    x\n"],
  ["parentheses too", "def f():\n    ('d'\n     'e')\n    x\n", "def f():\n    x\n"],
  ["a semicolon too", "def f():\n    'd';\n    x\n", "def f():\n    x\n"],
  ["backslashes before it", "def f():\n    \\\n  'd'\n    x\n", "def f():\n    x\n"],
  ["to pass where nothing is left", "def f():\n    'd'\n", "def f():\n    pass\n"],
  ["to pass before a comment", "def f():\n    'd'  # why\n", "def f():\n    pass  # why\n"],
  ["to pass without a newline", "def f():\n    'd'", "def f():\n    pass"],
  ["to pass on the header's line", "def f(): 'd'\n", "def f(): pass\n"],
  ["on the header's line", "def f(): 'd'; x\n", "def f(): x\n"],
  ["with CRLF", "def f():\r\n\t'd'\r\n\r\n\tx\r\n", "def f():\r\n\tx\r\n"],
  ["with lone CR", "def f():\r\t'd'\r\tx\r", "def f():\r\tx\r"],
  [
    "before a nested definition",
    "def f():\n    'd'\n\n    @a\n    def g(): x\n",
    "def f():\n    @a\n    def g(): x\n",
  ],
])("removes a docstring: %s", (_, before, after) => {
  expect(remove(before)).toBe(after);
  expect(python.sameCode(decode(before), decode(after)).same).toBe(true);
});

test("a docstring above another string cannot be removed", () => {
  expect(() => remove("def f():\n    'd'\n    'e'\n    x\n")).toThrow(/would become its docstring/);
});

test("a definition without docstring has none to remove", () => {
  const source = decode("def f(): x\n");
  const [definition] = python.outline(source).definitions;
  if (definition === undefined) throw new Error("no definition");
  expect(() => python.removeDocstring(source, definition)).toThrow(/no docstring/);
});

test.each([
  ["above the body", "def f():\n    x\n", 'def f():\n    """D."""\n    x\n'],
  ["above comments", "def f():  # a\n    # b\n    x\n", 'def f():  # a\n    """D."""\n    # b\n    x\n'],
  ["in place of another", "def f():\n    ('a'\n     'b'); x\n", 'def f():\n    """D."""; x\n'],
  [
    "for a body on the header's line",
    "class A:\n  def f(): x; y\n",
    'class A:\n  def f():\n      """D."""\n      x; y\n',
  ],
  ["for a docstring on the header's line", "def f(): 'd'; x\n", 'def f():\n    """D."""; x\n'],
  [
    "with tabs and CRLF",
    "class A:\r\n\tdef f(): x\r\n",
    'class A:\r\n\tdef f():\r\n\t\t"""D."""\r\n\t\tx\r\n',
  ],
])("inserts a docstring: %s", (_, before, after) => {
  expect(insert(before, "D.")).toBe(after);
  expect(python.sameCode(decode(before), decode(after)).same).toBe(true);
});

test("characters that the encoding lacks are escaped", () => {
  const before = Buffer.from("# coding: latin-1\ndef f(): x\n", "latin1");
  expect(insert(before, "é €")).toContain(String.raw`"""é \u20ac"""`);
});

test("any text comes back as it was, cleaned", () => {
  const bodies = ["    x\n", "    'old'\n", "    'old'; x\n", "    # c\n    x\n"];
  const piece = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 8 }),
    fc.constantFrom('"', '"""', "'''", "\\", "\n", "\n    ", "\t", "\\n", "{x}", "x\r", "\0"),
  );
  fc.assert(
    fc.property(fc.constantFrom(...bodies), fc.array(piece, { maxLength: 8 }), (body, pieces) => {
      const before = `def f():\n${body}`;
      const text = pieces.join("").toWellFormed();
      // A text of nothing but white space is no docstring, and has no one cleaned form.
      fc.pre(text.trim() !== "");
      const after = decode(insert(before, text));
      const found = python.outline(after).definitions[0]?.docstring?.text;
      expect(found).toBe(cleanDocstring(indented(text)));
      expect(python.sameCode(decode(before), after)).toMatchObject({ same: true });
    }),
    { numRuns: 150 },
  );
});

/** As the text stands in the file: its lines after the first moved in by one level. */
function indented(text: string): string {
  return text
    .split("\n")
    .map((line, index) => (index === 0 || line === "" ? line : `    ${line}`))
    .join("\n");
}
