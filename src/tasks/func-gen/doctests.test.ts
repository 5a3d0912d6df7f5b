import { expect, test } from "vitest";
import type { Json } from "../../base/json.ts";
import { memoryTree } from "../../trees/make-tree.ts";
import { checkDoctests } from "./doctests.ts";
import { driverFiles } from "./driver-files.ts";
import { parseOptions } from "./options.ts";
import { memoryRunner } from "./testing/sandboxes.ts";

/** By function: its docstring. Each returns `name.upper()` in a list. */
const DOCSTRINGS = {
  right: `Right, whatever stands between.

    >>> right("fig")
    [   'FIG']
    >>> right(3)
    Traceback (most recent call last):
        ...
    AttributeError: in the words of another version
    >>> right("a long name")
    ['A ... NAME']
    >>> {one: right(one) for one in ("fig", "plum")}
    {'plum': ["PLUM"], 'fig': ['FIG']}`,
  wrong: `Wrong once.

    >>> wrong("fig")
    ['fig']
    >>> wrong("plum")
    ['PLUM']`,
  silent: `Shows how, and not what.

    >>> silent("fig")
    >>> silent("fig")  # doctest: +SKIP
    ['fig']`,
  nameless: `Takes a name that the reader thinks of.

    >>> nameless(some_fruit)
    ['FIG']
    >>> nameless(no_fruit)
    Traceback (most recent call last):
    ValueError: no fruit`,
  malformed: `Lacks a blank.

    >>>malformed("fig")
    >>> malformed("fig")
  ['FIG']`,
  endless: `Never ends.

    >>> while True: pass
    >>> __import__("os")._exit(0)
    1`,
  plain: "Has no examples.",
};

const source = Object.entries(DOCSTRINGS).map(
  ([name, docstring]) => `def ${name}(name):\n    """${docstring}\n    """\n    return [name.upper()]\n`,
);
const tree = memoryTree({ "orchard.py": source.join("\n\n") });

async function check(name: keyof typeof DOCSTRINGS, options: Record<string, Json> = {}) {
  await using runner = memoryRunner();
  const bench = { runner, tree, files: await driverFiles(), options: parseOptions(options) };
  return checkDoctests({ module: "orchard", name, roots: [""] }, DOCSTRINGS[name], bench);
}

const counted = (examples: number | null, failures: number | null, errors: number | null) => ({
  fit: true,
  facts: {
    doctests: true,
    doctest_examples: examples,
    doctest_failures: failures,
    doctest_errors: errors,
  },
});

test("examples that come out as they say are counted, blanks and the words of errors apart", async () => {
  expect(await check("right")).toEqual(counted(4, 0, 0));
});

test("a docstring that shows what does not come out is untrue; how many may be so is an option", async () => {
  expect(await check("wrong")).toMatchObject({
    fit: false,
    reason: "doctest-fails",
    detail: "1 of 2 examples",
    facts: { doctest_failures: 1 },
  });
  expect(await check("wrong", { max_doctest_failures: 1 })).toEqual(counted(2, 1, 0));
  expect(await check("wrong", { max_doctest_failures: null })).toEqual(counted(2, 1, 0));
});

test("what says nothing of its outcome, or cannot be run, is no untruth", async () => {
  expect(await check("silent")).toEqual(counted(0, 0, 0));
  expect(await check("nameless")).toEqual(counted(2, 0, 2));
});

test("nobody knows of examples that cannot be read or do not come to their end", async () => {
  expect(await check("malformed")).toEqual(counted(null, null, null));
  expect(await check("endless")).toEqual(counted(null, null, null));
});

test("without examples nothing is run", async () => {
  expect(await check("plain")).toEqual({ fit: true, facts: { doctests: false } });
});
