import { expect, test } from "vitest";
import type { DecodedSource } from "../../syntax.ts";
import { broken } from "./programs/broken.ts";
import { newer, valid } from "./programs/valid.ts";
import { compileWithPython } from "./python-reference.ts";
import { python } from "./index.ts";

function source(text: string): DecodedSource {
  return { text, encoding: "utf-8", encode: (written) => Buffer.from(written) };
}

function isValid(text: string): boolean {
  return python.validity(source(text)).valid;
}

test("refuses what CPython refuses", async () => {
  const { answers } = await compileWithPython(broken);
  expect(broken.length).toBeGreaterThanOrEqual(150);
  expect(broken.filter((_, index) => answers[index] === null)).toEqual([]);
  expect(broken.filter(isValid)).toEqual([]);
});

test("takes what CPython takes", async () => {
  const { answers } = await compileWithPython(valid);
  expect(valid.length).toBeGreaterThanOrEqual(150);
  expect(valid.filter((_, index) => answers[index] !== null)).toEqual([]);
  expect(valid.filter((program) => !isValid(program))).toEqual([]);
});

test("takes syntax that is newer than the Python at hand", async () => {
  const programs = newer.map(({ program }) => program);
  const { version, answers } = await compileWithPython(programs);
  const running = (version[0] ?? 0) * 100 + (version[1] ?? 0);
  newer.forEach(({ since: [major, minor], program }, index) => {
    expect(isValid(program), program).toBe(true);
    if (running >= major * 100 + minor) expect(answers[index], program).toBeNull();
  });
});

test.each([
  ["nested brackets", `${"(".repeat(5000)}1${")".repeat(5000)}\n`],
  ["open brackets", "[".repeat(100_000)],
  ["minus signs", `x = ${"-".repeat(50_000)}1\n`],
  ["additions", `x = 1${" + 1".repeat(100_000)}\n`],
  ["attributes", `x = a${".b".repeat(100_000)}\n`],
  ["nested f-strings", `x = ${"f'{".repeat(2_000)}\n`],
  ["indentation", Array.from({ length: 150 }, (_, depth) => `${" ".repeat(depth)}if x:\n`).join("")],
  ["a NUL character", "x = 1\u0000\n"],
])("an absurd file is refused, not a crash: %s", (_, text) => {
  expect(isValid(text)).toBe(false);
  expect(python.outline(source(text)).definitions).toEqual([]);
  expect(isValid("x = 1\n")).toBe(true);
});

test("names the line of the fault", () => {
  expect(python.validity(source("a = 1\nb = 2\nif a\n    c\n"))).toMatchObject({ valid: false, line: 3 });
  expect(python.validity(source("if a:\n\tb\n        c\n"))).toMatchObject({ valid: false, line: 3 });
});
