import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FRUITMATH, FRUITMATH_USER } from "../src/environments/testing/fruitmath.ts";
import { openRegistry, PYTEST_WHEEL, type Registry } from "../src/environments/testing/wheels.ts";
import { openDataset } from "../src/index.ts";
import { runCommand, temporaryFolder } from "../src/testing/command-line.ts";

/** A repository whose code imports a package and whose tests need pytest, from the build to the grade, as the commands do it. */
const FILES = {
  ...FRUITMATH_USER,
  "tests/test_weights.py": `import pytest

from orchard.weights import wet


@pytest.fixture
def weights():
    return [1, 5, 9, 12]


def test_wet(weights):
    assert wet(weights, 6) == [4, 12, 10, 13]
`,
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let registry: Registry;

beforeAll(async () => {
  folder = await temporaryFolder();
  registry = await openRegistry([FRUITMATH, PYTEST_WHEEL]);
  for (const [name, text] of Object.entries(FILES)) {
    const file = folder.file(`orchard/${name}`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const run = (words: string) => {
  const args = words.split(" ").map((word) => word.replace("@", `${folder.file("")}/`));
  return runCommand(args, { environment: { ...registry.settings } });
};

it("is built with the packages that it asks for, and graded with them", async () => {
  const few = "--set max_calls=12 --set max_mutants=8 --cache @cache";
  const built = await run(`build @orchard --task func-gen --environments pip --out @data ${few} --json`);
  expect(built.code, built.stderr).toBe(0);
  const { manifest } = await openDataset(folder.file("data"));
  expect(manifest.repositories).toMatchObject([{ environment: { packages: 2, problem: null } }]);
  const rows = await readFile(folder.file("data/instances.jsonl"), "utf8");
  const instance = JSON.parse(rows) as { id: string };
  expect(instance).toMatchObject({ facts: { environment: { grade: "test", packages: 2 } } });
  const nothing = { instance_id: instance.id, model_patch: "" };
  await writeFile(folder.file("predictions.jsonl"), `${JSON.stringify(nothing)}\n`);
  const graded = await run("grade @data --predictions @predictions.jsonl --json");
  expect(graded.rows()).toMatchObject([{ outcome: "unsolved" }]);
  const validated = await run("validate @data --json");
  expect(validated.rows()).toMatchObject([{ valid: true }]);
}, 900_000);
