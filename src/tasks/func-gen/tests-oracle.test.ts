import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseValue } from "../../base/json.ts";
import { createRandom } from "../../base/random.ts";
import { environmentOfProject } from "../../environments/of-project.ts";
import { pipEnvironments } from "../../environments/pip.ts";
import { environmentShelf } from "../../environments/shelf.ts";
import { openRegistry, PYTEST_WHEEL, type Registry } from "../../environments/testing/wheels.ts";
import type { Instance, Secret } from "../../instance.ts";
import { funcGenRows } from "../../rows/func-gen.ts";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import { type Proposal, questionOf } from "../../task.ts";
import { applyFileEdits } from "../../trees/edits.ts";
import { memoryTree } from "../../trees/make-tree.ts";
import { overlayTree } from "../../trees/overlay.ts";
import type { FileChange, Tree } from "../../tree.ts";
import { settle } from "../../verdicts/settle.ts";
import { draftsOf, prepare, proposals } from "../conformance.ts";
import { memoryProject } from "../fixture.ts";
import { edited } from "../testing/edited.ts";
import { answerSchema } from "./answer.ts";
import { FIXTURE_OPTIONS } from "./fixture.ts";
import { funcGen } from "./index.ts";
import { PRESS_FILES } from "./testing/press.ts";
import { memoryRunner } from "./testing/sandboxes.ts";

const FILE = "orchard/press.py";
const STUB = "    raise NotImplementedError\n";

const syntaxes = await loadSyntaxes();
const family = funcGen(syntaxes);
let registry: Registry;
let runner: ReturnType<typeof memoryRunner>;
let found: readonly Proposal[];
let place: { readonly instance: Instance; readonly secret: Secret; readonly start: Tree };

beforeAll(async () => {
  registry = await openRegistry([PYTEST_WHEEL]);
  const folder = (name: string) => path.join(registry.folder, name);
  runner = memoryRunner(environmentShelf({ folder: folder("shelf"), maker: pipEnvironments() }));
  const tree = memoryTree(PRESS_FILES);
  const maker = pipEnvironments();
  const { lock } = await environmentOfProject({ maker, runner, tree, folder: folder("resolved") });
  const project = await memoryProject(PRESS_FILES, syntaxes);
  found = await proposals(family, project, FIXTURE_OPTIONS, { runner, environment: async () => lock });
  const draft = draftsOf(found).find((one) => one.place.name === "squeeze");
  if (draft === undefined) throw new Error(`no instance in ${JSON.stringify(found)}`);
  place = await prepare(family, project, draft);
});
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

const judge = async (changes: readonly FileChange[], answer = place.secret.answer) => {
  const { start } = place;
  const judgement = await family.judge({ ...questionOf(place), answer, start, changes });
  return settle(judgement, overlayTree(start, changes), runner);
};

/** The file with another body, one statement or block a line. */
const body = (text: string) => {
  const lines = text.trim().split("\n");
  return edited(place.start, FILE, STUB, lines.map((line) => `    ${line}\n`).join(""));
};

describe("a function that is only called with what cannot be written down", () => {
  it("is judged by the tests that pass with it, and do not without", () => {
    expect(draftsOf(found)).toMatchObject([
      {
        variant: { oracle: "tests" },
        facts: { environment: { grade: "test", packages: 1 }, principles: { simple_setup: "not-kept" } },
        answer: {
          oracle: {
            kind: "tests",
            nodes: expect.arrayContaining([
              "tests/test_press.py::test_squeeze",
              "tests/test_press.py::test_squeeze_nothing",
              "tests/test_press.py::test_squeeze_one",
            ]),
          },
        },
        secretFacts: { tests: 3, tests_reaching: 4 },
      },
    ]);
    expect(place.secret.facts["mutation_score"]).toBeGreaterThanOrEqual(0.6);
  });

  it("is none where its tests say too little, are not steady, or would let an answer reach them", () => {
    const rejected = found.flatMap((one) => (one.kind === "rejected" ? [[one.place.name, one.reason]] : []));
    expect(Object.fromEntries(rejected)).toEqual({
      half: "too-small",
      stir: "tests-flaky",
      shake: "tests-pass-without",
      pour: "tests-too-weak",
      taste: "body-reaches-out",
    });
  });

  it("is the same instance as a row", async () => {
    const shape = funcGenRows((name) => syntaxes.for(name));
    const source = memoryTree(PRESS_FILES);
    const row = (await shape.write?.(place, source)) ?? {};
    expect(shape.recognises(row)).toBe(true);
    const { answer, starts } = await shape.read(row, source);
    expect(answer).toMatchObject({ oracle: parseValue(place.secret.answer, answerSchema, "it").oracle });
    expect(starts[0]?.tree.id).toBe(place.start.id);
  });
});

const RIGHT = `
taken = [fruit for fruit in fruits if fruit[1] > 0]
for name, weight, ripe in taken:
    jug.write("%s: %s\\n" % (name, weight if ripe else half(weight)))
return len(taken)
`;

describe("an answer is right", () => {
  it("as it was", async () => {
    expect(await judge(await applyFileEdits(place.start, place.secret.solution))).toMatchObject({
      outcome: "solved",
      facts: { oracle: "tests", way: "own-tests", tests: 3, tests_passed: 3 },
    });
  });

  it.each([
    ["with a helper of its package", `from .measures import half\n${RIGHT}`],
    ["with a helper by its whole name", `import orchard.measures as m\n${RIGHT.replace("half(", "m.half(")}`],
    [
      "with a module that is harmless",
      `import operator\n${RIGHT.replace("half(weight)", "operator.truediv(weight, 2)")}`,
    ],
    [
      "with names of its own",
      `def _half(weight):\n    return weight / 2\n${RIGHT.replace("half(", "_half(")}`,
    ],
  ])("%s", async (_, text) => {
    expect(await judge([await body(text)])).toMatchObject({ outcome: "solved" });
  });
});

/** Nothing is written, so two of three tests fail. */
const LAZY = "return sum(weight > 0 for _, weight, _ in fruits)";

describe("an answer is wrong", () => {
  it("that a test fails with; which one is said, and not what was expected", async () => {
    const verdict = await judge([await body(LAZY)]);
    expect(verdict).toMatchObject({
      outcome: "unsolved",
      reasons: ["test-failed"],
      facts: { tests: 3, tests_passed: 1 },
    });
    expect(verdict.facts["evidence"]).toEqual(
      expect.arrayContaining(["test-failed: tests/test_press.py::test_squeeze failed"]),
    );
    expect(JSON.stringify(verdict.facts)).not.toContain("plum");
  });

  it.each([
    ["does nothing", "return None", "test-failed"],
    [
      "keeps on after its time",
      "while True:\n    try:\n        while True:\n            pass\n    except:\n        pass",
      "ran-out-of-time",
    ],
    ["prints without end", `while True:\n    print("x" * 10000)`, "test-failed"],
    [
      "prints lines of the driver",
      `print('{"node":0,"outcome":"passed","calls":1}\\n{"end":"completed"}')\n${LAZY}`,
      "test-failed",
    ],
  ])("that %s", async (_, text, reason) => {
    expect(await judge([await body(text)])).toMatchObject({
      outcome: "unsolved",
      reasons: expect.arrayContaining([reason]),
    });
  });

  it.each([
    ["leaves", "raise SystemExit(0)"],
    ["leaves at once", "import os\nos._exit(0)"],
    ["leaves by another name", "from os import _exit as leave\nleave(0)"],
    ["skips the test", "import pytest\npytest.skip('later')"],
    ["expects to fail", "import pytest\npytest.xfail('later')"],
    ["is a skip of the standard library", "import unittest\nraise unittest.SkipTest"],
    ["patches the builtins", "import builtins\nbuiltins.AssertionError = ValueError"],
    ["patches what it is given", `jug.write.assert_called_once_with = print\n${LAZY}`],
    ["patches it by configuring", `jug.configure_mock(assert_called_once_with=print)\n${LAZY}`],
    ["is equal to all", "class Same:\n    __eq__ = lambda *_: True\nreturn Same()"],
    ["makes such a class", `return type("Same", (), {"_" + "_eq_" + "_": lambda *_: True})()`],
    [
      "makes it by the type of a type",
      `return type(int)("Same", (), {"_" + "_eq_" + "_": lambda *_: True})()`,
    ],
    [
      "makes it by a metaclass",
      `import abc\nreturn abc.ABCMeta("Same", (), {"_" + "_eq_" + "_": lambda *_: True})()`,
    ],
    ["reads frames", "import sys\nreturn sys._getframe(1).f_locals"],
    [
      "looks attributes up by a name that it puts together",
      `return list(map(getattr, [squeeze], ["__glo" + "bals__"]))`,
    ],
    [
      "has a formatter look them up",
      `import string\nreturn string.Formatter().get_field("0._" + "_globals_" + "_", (squeeze,), {})`,
    ],
    ["has a text look them up", `return "{0.gi_frame.f_back}".format(squeeze)`],
    ["has a pattern look them up", `match squeeze:\n    case half(__globals__=found):\n        return found`],
    [
      "has annotations evaluated",
      `import typing\ndef inner(a: "pri" + "nt()"): pass\nreturn typing.get_type_hints(inner)`,
    ],
    ["finds the builtins in a harmless module", `import re\nreturn re.enum.bltns.eval("1")`],
    ["reads the tests", `return open("tests/test_press.py").read()`],
    ["reaches into the tests", "from tests import test_press\ntest_press.FRUITS.clear()"],
    ["reaches into the driver", "import __main__\nreturn 3"],
    ["leaves a thread behind", "import threading\nthreading.Thread(target=print).start()"],
    ["leaves a process behind", "import os\nos.fork()"],
  ])("that %s; none of it runs", async (_, text) => {
    expect(await judge([await body(text)])).toMatchObject({
      outcome: "unsolved",
      reasons: ["answer-reaches-out"],
    });
  });

  it("that comes with other tests", async () => {
    const right = await applyFileEdits(place.start, place.secret.solution);
    const tests = await edited(place.start, "tests/test_press.py", "== 3", "!= 3");
    expect(await judge([...right, tests])).toMatchObject({ reasons: ["code-changed"] });
  });

  it("in all the ways that the family knows", async () => {
    for (const { name, changes } of await family.cheats({ ...place, random: createRandom(1) }))
      expect((await judge(changes)).outcome, name).toBe("unsolved");
  }, 900_000);
});

/** As if the original used all that an answer does: what the gate lets through then. */
async function judgeWithoutGate(text: string) {
  const changes = [await body(text)];
  const { facts } = await judge(changes);
  const [said] = facts["evidence"] as string[];
  const powers = said?.replace("answer-reaches-out: ", "").split(", ") ?? [];
  const answer = parseValue(place.secret.answer, answerSchema, "it");
  return judge(changes, { ...answer, oracle: { ...answer.oracle, powers } });
}

describe("behind the gate, an answer is not taken either", () => {
  it.each([
    ["leaves", "import os\nos._exit(0)", "call-unanswered"],
    ["is killed", "import os\nos.abort()", "call-unanswered"],
    ["skips its tests", "import pytest\npytest.skip('later')", "test-failed"],
    [
      "writes lines of the driver wherever it can",
      `import os
line = b'{"word":null,"node":%d,"outcome":"passed","calls":1}\\n'
for descriptor in range(30):
    for node in range(3):
        try:
            os.write(descriptor, line % node + b'{"end":"completed"}\\n')
        except OSError:
            pass
os._exit(0)`,
      "call-unanswered",
    ],
    [
      "floods all that it can",
      `import os
for descriptor in range(3, 30):
    try:
        for _ in range(400):
            os.write(descriptor, b"x" * 100000)
    except OSError:
        pass
os._exit(0)`,
      "test-failed",
    ],
    ["looks into memory", `return len(open("/proc/self/maps").read())`, "test-failed"],
    ["has another process look", `import os\nreturn os.system("cat /proc/*/environ")`, "test-failed"],
    ["goes on in a copy of itself", "import os\nos.fork()\nreturn 3", "test-failed"],
    ["ends the one who reports", "import os\nos.kill(os.getppid(), 9)\nreturn 3", "test-failed"],
    ["writes other tests", `open("tests/test_press.py", "w").write("")\nreturn 3`, "test-failed"],
    ["looks at all objects", "import gc\nreturn len(gc.get_objects())", "test-failed"],
  ])("that %s", async (_, text, reason) => {
    expect(await judgeWithoutGate(text)).toMatchObject({
      outcome: "unsolved",
      facts: { way: "own-tests", tests: 3 },
      reasons: expect.arrayContaining([reason]),
    });
  });
});
