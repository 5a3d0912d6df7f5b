import { expect, test } from "vitest";
import { BENCHMARK_ROOTS } from "./benchmark-roots.ts";
import { BENCHMARKS } from "./benchmarks.ts";
import { loadFunctionIndex, matchFunctions } from "./functions.ts";
import { matchName } from "./names.ts";
import { matchRoots } from "./roots.ts";

test.each([
  ["django/django", undefined, "benchmark-name", "django/django"],
  ["Django/Django", undefined, "benchmark-name", "django/django"],
  ["tiangolo/fastapi", undefined, "benchmark-name", "fastapi/fastapi"],
  ["local", "https://github.com/pallets/click.git", "benchmark-name", "pallets/click"],
  ["somebody/django", undefined, "benchmark-basename", "django/django"],
  ["attrs-25.3.0", undefined, "benchmark-basename", "python-attrs/attrs"],
  ["attrs", undefined, "benchmark-basename", "python-attrs/attrs"],
])("%s at %s is refused", (name, url, reason, repository) => {
  expect(matchName({ name, ...(url === undefined ? {} : { url }) })).toMatchObject({ reason, repository });
});

test.each(["orchard", "encode/httpx", "django-extensions/django-extensions", "rich-15.0.0", "clicky"])(
  "%s is not",
  (name) => {
    expect(matchName({ name })).toBeUndefined();
  },
);

const functions = (values: readonly number[], vendored = false) =>
  values.map((value) => ({ path: "a.py", qualifiedName: `f${value}`, value, vendored }));
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, place) => from + place);
const index = { repositoryOf: (value: number) => (value < 100 ? "pallets/flask" : undefined) };

test("a repository with a fifth of its functions from one benchmark's is a fork of it", () => {
  expect(matchFunctions(functions(numbers(80, 180)), index)).toEqual({
    repository: "pallets/flask",
    share: 0.2,
  });
  expect(matchFunctions(functions(numbers(81, 181)), index)).toBeUndefined();
});

test("what it carries along of others, and a handful of functions, tell nothing", () => {
  const vendored = functions(numbers(0, 100), true);
  expect(matchFunctions([...vendored, ...functions(numbers(200, 300))], index)).toBeUndefined();
  expect(matchFunctions(functions(numbers(0, 10)), index)).toBeUndefined();
});

test("the index has functions of every repository that it was made of", async () => {
  const { repositories, repositoryOf } = await loadFunctionIndex();
  expect(repositories.length).toBeGreaterThan(60);
  for (const { name, functions: count } of repositories) expect(count, name).toBeGreaterThan(10);
  expect(repositoryOf(-1)).toBeUndefined();
});

test("a history that begins as a benchmark's is a fork of it, whatever else was merged into it", () => {
  const django = "d6ded0e91bcdd2a8f7a221f6a5552a33fe545359";
  expect(matchRoots(["0".repeat(40), django])).toBe("django/django");
  expect(matchRoots(["0".repeat(40)])).toBeUndefined();
  expect(matchRoots([])).toBeUndefined();
});

test("each of their repositories has a root, but for those that the documentation names", () => {
  const names = BENCHMARKS.flatMap(({ repositories }) => repositories.map(({ name }) => name));
  const known = new Set(BENCHMARK_ROOTS.values());
  expect(new Set(names.filter((name) => !known.has(name)))).toEqual(
    new Set(["pytest-dev/pytest", "protonmail/webclients"]),
  );
  expect([...known].filter((name) => !names.includes(name))).toEqual([]);
});
