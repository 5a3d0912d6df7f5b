import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalJson } from "../../base/json.ts";
import type { Environments } from "../../environment.ts";
import { environmentOfProject } from "../../environments/of-project.ts";
import { pipEnvironments } from "../../environments/pip.ts";
import { environmentShelf } from "../../environments/shelf.ts";
import { FRUITMATH, FRUITMATH_USER } from "../../environments/testing/fruitmath.ts";
import { openRegistry, PYTEST_WHEEL, type Registry } from "../../environments/testing/wheels.ts";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import { type Proposal, questionOf } from "../../task.ts";
import { applyFileEdits } from "../../trees/edits.ts";
import { memoryTree } from "../../trees/make-tree.ts";
import { overlayTree } from "../../trees/overlay.ts";
import { settle } from "../../verdicts/settle.ts";
import { draftsOf, prepare, proposals } from "../conformance.ts";
import { memoryProject } from "../fixture.ts";
import { edited } from "../testing/edited.ts";
import { FIXTURE_OPTIONS } from "./fixture.ts";
import { funcGen } from "./index.ts";
import { memoryRunner } from "./testing/sandboxes.ts";

const WITH_COPY = {
  ...FRUITMATH,
  files: {
    ...FRUITMATH.files,
    // A copy of a function of the project, in a module of another name.
    "fruitmath_vendored.py": `def peel(fruit, times):
    layers = [fruit]
    for number in range(times):
        layers.append(layers[-1][1:])
    return layers
`,
  },
};

const FILES = {
  ...FRUITMATH_USER,
  "orchard/weights.py": `${FRUITMATH_USER["orchard/weights.py"]}

def peel(fruit, times):
    """Return a fruit as it is, and after each of so many rounds of peeling."""
    layers = [fruit]
    for number in range(times):
        layers.append(layers[-1][1:])
    return layers
`,
  "orchard/plain.py": `def sort_out(fruits, bad):
    """Return the fruits that are not bad, in the order of their names, each once."""
    good = []
    for fruit in sorted(fruits):
        if fruit not in bad and fruit not in good:
            good.append(fruit)
    return good
`,
  // What they are given comes out of fixtures, which only pytest knows.
  "tests/test_all.py": `import pytest

from orchard.plain import sort_out
from orchard.weights import peel, wet


@pytest.fixture
def weights():
    return [1, 5, 9, 12]


@pytest.fixture
def fruits():
    return ["plum", "fig", "pear", "fig"]


def test_wet(weights):
    assert wet(weights, 6) == [4, 12, 10, 13]


def test_drought(weights):
    assert wet(weights, 0) == [2, 6, 10, 13]


def test_wrong(weights):
    assert wet(weights, 3) == "never"


def test_sort_out(fruits):
    assert sort_out(fruits, ["pear"]) == ["fig", "plum"]


def test_peel(fruits):
    assert peel("fig", 2) == ["fig", "ig", "g"]
`,
};

const syntaxes = await loadSyntaxes();
const family = funcGen(syntaxes);
let registry: Registry;
let environments: Environments;
let runner: ReturnType<typeof memoryRunner>;
let found: readonly Proposal[];

async function proposed() {
  const folder = path.join(registry.folder, "resolved");
  const tree = memoryTree(FILES);
  const { lock } = await environmentOfProject({ maker: pipEnvironments(), runner, tree, folder });
  const project = await memoryProject(FILES, syntaxes);
  return proposals(family, project, FIXTURE_OPTIONS, { runner, environment: async () => lock });
}

beforeAll(async () => {
  registry = await openRegistry([WITH_COPY, PYTEST_WHEEL]);
  environments = environmentShelf({ folder: path.join(registry.folder, "shelf"), maker: pipEnvironments() });
  runner = memoryRunner(environments);
  found = await proposed();
});
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

const draftOf = (name: string) => {
  const draft = draftsOf(found).find(({ place }) => place.name === name);
  if (draft === undefined) throw new Error(`no instance of ${name} in ${JSON.stringify(found)}`);
  return draft;
};

describe("with an environment", () => {
  it("calls are recorded while pytest runs the tests that enter the function", () => {
    expect(draftOf("wet")).toMatchObject({
      facts: { environment: { grade: "test", packages: 2 }, principles: { simple_setup: "not-kept" } },
      secretFacts: { calls_from_doctests: 0, calls_from_tests: 2 },
    });
  });

  it("what comes out the same without packages is judged without them", () => {
    expect(draftOf("sort_out")).toMatchObject({
      facts: { environment: { grade: "test", packages: 0 }, principles: { simple_setup: "kept" } },
      secretFacts: { calls_from_tests: 1 },
    });
    expect(draftOf("sort_out").answer).not.toHaveProperty("oracle.environment");
  });

  it("a function whose body stands in some package is no question", () => {
    const rejected = found.flatMap((one) => (one.kind === "rejected" ? [one] : []));
    expect(rejected).toMatchObject([
      { place: { name: "peel" }, reason: "copy-in-environment", detail: "fruitmath_vendored.py" },
    ]);
  });

  it("comes out the same every time", async () => {
    expect(canonicalJson(await proposed())).toBe(canonicalJson(found));
  });

  it("answers are judged with the packages; where these are missing there is no verdict", async () => {
    const project = await memoryProject(FILES, syntaxes);
    const pair = await prepare(family, project, draftOf("wet"));
    const { start, secret } = pair;
    const judge = async (changes: Awaited<ReturnType<typeof applyFileEdits>>, using = runner) =>
      settle(await family.judge({ ...questionOf(pair), start, changes }), overlayTree(start, changes), using);
    const solution = await applyFileEdits(start, secret.solution);
    expect(await judge(solution)).toMatchObject({ outcome: "solved", facts: { way: "recorded" } });
    const wrong = "    return [fruitmath.heavier(one) for one in weights]\n";
    const edit = await edited(start, "orchard/weights.py", "    raise NotImplementedError\n", wrong);
    expect(await judge([edit])).toMatchObject({ outcome: "unsolved", reasons: ["wrong-result"] });
    await using poor = memoryRunner(environmentShelf({ folder: path.join(registry.folder, "empty") }));
    expect(await judge(solution, poor)).toMatchObject({
      outcome: "no-verdict",
      cause: "sandbox:environment-missing",
    });
  });
});

it("without an environment, what imports packages and what only pytest runs gives nothing", async () => {
  const project = await memoryProject(FILES, syntaxes);
  const all = await proposals(family, project, FIXTURE_OPTIONS, { runner });
  const reasons = all.flatMap((one) => (one.kind === "rejected" ? [[one.place.name, one.reason]] : []));
  expect(Object.fromEntries(reasons)).toEqual({
    wet: "not-importable",
    peel: "not-importable",
    sort_out: "never-called",
  });
});
