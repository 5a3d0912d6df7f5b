import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EnvironmentLock, EnvironmentMaker } from "../environment.ts";
import { memoryRunner } from "../tasks/func-gen/testing/sandboxes.ts";
import { memoryTree } from "../trees/make-tree.ts";
import { environmentOfProject } from "./of-project.ts";
import { pipEnvironments } from "./pip.ts";
import { environmentShelf } from "./shelf.ts";
import { openRegistry, PYTEST_WHEEL, type Registry } from "./testing/wheels.ts";

const FRUITMATH = {
  name: "fruitmath",
  version: "1.2",
  requires: ["orchard"],
  files: { "fruitmath/__init__.py": "def heavier(weight):\n    return weight + 1\n" },
};
/** The package under study, as the registry has it. */
const ORCHARD = {
  name: "orchard",
  version: "3.0",
  files: { "orchard/__init__.py": "ORIGINAL = 'the answer'\n", "orchard_data/__init__.py": "" },
};
/** Another package that brings a copy of it. */
const COPYCAT = { name: "copycat", version: "1.0", files: { "copycat.py": "", "orchard/__init__.py": "" } };

let registry: Registry;
let maker: EnvironmentMaker;

beforeAll(async () => {
  registry = await openRegistry([FRUITMATH, ORCHARD, COPYCAT, PYTEST_WHEEL]);
  maker = pipEnvironments();
});
afterAll(() => registry[Symbol.asyncDispose]());

async function environmentOf(files: Record<string, string>, name: string) {
  await using runner = memoryRunner();
  const folder = path.join(registry.folder, name);
  return environmentOfProject({ maker, runner, tree: memoryTree(files), folder });
}

const PROJECT = `[project]
name = "orchard"
dependencies = ["fruitmath>=1", "orchard[all]; python_version < '3'"]
optional-dependencies.test = ["pytest", "orchard[more]"]
optional-dependencies.more = ["copycat"]
`;
const FILES = {
  "pyproject.toml": PROJECT,
  "orchard/__init__.py": "",
  "setup.py": "raise SystemExit('run')\n",
};

describe("the environment of a project", () => {
  it("is what its files ask for and what that needs, exact, without the project itself", async () => {
    const { lock, problem } = await environmentOf(FILES, "whole");
    expect(problem).toBeUndefined();
    expect(lock?.packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      "copycat 1.0",
      "fruitmath 1.2",
      "pytest 9.0",
    ]);
    expect(lock).toMatchObject({ project: { name: "orchard" }, without: ["orchard", "setup"] });
  });

  it("is what the code alone needs where the rest has no wheel, and says so", async () => {
    const { lock, problem } = await environmentOf(
      {
        ...FILES,
        "test-requirements.txt":
          "only-as-source==1 # never built\n-e .\na @ https://example.org/a.whl\nb==1 --global-option=x\nc==${HOME}\n",
      },
      "part",
    );
    expect(problem).toMatch(/only-as-source/);
    expect(problem).not.toMatch(/example\.org|global-option|HOME/);
    expect(lock?.packages.map(({ name }) => name)).toEqual(["fruitmath", "pytest"]);
  });

  it("is none where nothing can be had", async () => {
    const found = await environmentOf({ "requirements.txt": "no-such-package\n" }, "none");
    expect(found).toEqual({ problem: expect.stringMatching(/no-such-package/) });
  });

  it("stays the same on this machine, whatever the registry has later", async () => {
    const first = await environmentOf(FILES, "later");
    await registry.add([{ ...FRUITMATH, version: "1.3" }]);
    expect(await environmentOf(FILES, "later")).toEqual(first);
  });
});

describe("a shelf of environments", () => {
  let found: ReturnType<typeof environmentOf> | undefined;
  const lockOf = async () => {
    const { lock } = await (found ??= environmentOf(FILES, "shelf"));
    if (lock === undefined) throw new Error("no environment");
    return lock;
  };
  const shelf = (name: string) => {
    const folder = path.join(registry.folder, name);
    return { folder, environments: environmentShelf({ folder, maker }) };
  };

  it("holds the packages, the project's metadata, and nothing of its modules", async () => {
    const folder = await shelf("kept").environments.folderOf(await lockOf());
    const names = await readdir(folder);
    expect(names).toEqual(
      expect.arrayContaining(["copycat.py", "fruitmath", "orchard-0.dist-info", "pytest.py"]),
    );
    expect(names.filter((name) => name.startsWith("orchard"))).toEqual(["orchard-0.dist-info"]);
    expect(await readdir(path.join(folder, "orchard-0.dist-info"))).toEqual(["METADATA"]);
  });

  it("is made once by whoever is first, and leaves nothing half-made", async () => {
    const lock = await lockOf();
    const { folder } = shelf("raced");
    const both = await Promise.all([1, 2, 3].map(() => environmentShelf({ folder, maker }).folderOf(lock)));
    expect(new Set(both).size).toBe(1);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it("makes anew what a killed process or a cleaner left incomplete", async () => {
    const lock = await lockOf();
    const { folder } = shelf("cleaned");
    const place = await environmentShelf({ folder, maker }).folderOf(lock);
    await rm(path.join(place, "fruitmath"), { recursive: true });
    await mkdir(path.join(folder, "preparing-of-a-killed-one"));
    expect(await environmentShelf({ folder, maker }).folderOf(lock)).toBe(place);
    expect(existsSync(path.join(place, "fruitmath"))).toBe(true);
  });

  it("without anybody to make it, says what is missing and what to do", async () => {
    const missing = environmentShelf({ folder: path.join(registry.folder, "empty") }).folderOf(
      await lockOf(),
    );
    await expect(missing).rejects.toMatchObject({
      code: "environment-missing",
      hint: expect.stringContaining("--environments pip"),
    });
  });

  it("refuses another content under the same version", async () => {
    const lock = await lockOf();
    const packages = lock.packages.map((one) => ({ ...one, sha256: "0".repeat(64) }));
    const forged: EnvironmentLock = { ...lock, packages };
    await expect(shelf("forged").environments.folderOf(forged)).rejects.toMatchObject({
      code: "environment-not-made",
    });
  });

  it("shows it to sandboxes at one place, read-only", async () => {
    const lock = await lockOf();
    await using runner = memoryRunner(shelf("shown").environments);
    const say =
      "import sys; sys.path.append(sys.argv[1]); import fruitmath; print(fruitmath.heavier(1), fruitmath.__file__); open(fruitmath.__file__, 'a')";
    const [done] = await runner.run({
      tree: memoryTree({ "a.txt": "" }),
      environment: lock,
      commands: [{ name: "use", command: ["python3", "-S", "-c", say, "{environment}"], timeoutMs: 60_000 }],
    });
    expect(Buffer.from(done?.result.stdout ?? []).toString()).toBe("2 /opt/packages/fruitmath/__init__.py\n");
    expect(Buffer.from(done?.result.stderr ?? []).toString()).toMatch(
      /Read-only file system|Permission denied/,
    );
  });
});

it("never builds anything: a source distribution is refused, and its code does not run", async () => {
  const { lock } = await environmentOf(FILES, "shelf");
  await using only = await openRegistry([PYTEST_WHEEL]);
  const trap = path.join(only.folder, "ran");
  const source = path.join(only.folder, "wheels", "trap-1.0");
  await mkdir(source);
  await writeFile(path.join(source, "setup.py"), `open(${JSON.stringify(trap)}, "w")\n`);
  await writeFile(path.join(source, "PKG-INFO"), "Metadata-Version: 2.1\nName: trap\nVersion: 1.0\n");
  execFileSync("tar", ["-czf", `${source}.tar.gz`, "-C", path.dirname(source), "trap-1.0"]);
  await expect(maker.resolve(["trap"], lock?.python ?? "")).rejects.toMatchObject({
    code: "environment-not-resolved",
    message: expect.stringContaining("trap"),
  });
  expect(existsSync(trap)).toBe(false);
});

it("says so when the machine has another Python than the sandbox", async () => {
  await expect(maker.resolve(["pytest"], "2.7")).rejects.toMatchObject({
    code: "environment-python-differs",
  });
});
