import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { runProgram } from "../../base/process.ts";

export interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
  readonly requires?: readonly string[];
}

/** A registry in a folder: the only one that pip asks while it is there. */
export interface Registry extends AsyncDisposable {
  /** For whatever the test keeps. */
  readonly folder: string;
  /** What a command of its own is told. */
  readonly settings: Readonly<Record<string, string>>;
  add(wheels: readonly Wheel[]): Promise<void>;
}

const MAKE = `
import base64, hashlib, json, sys, zipfile
folder, wheels = sys.argv[1], json.load(sys.stdin)
for one in wheels:
    name, version = one["name"], one["version"]
    info = f"{name}-{version}.dist-info"
    requires = "".join(f"Requires-Dist: {line}\\n" for line in one.get("requires", []))
    files = {
        **one["files"],
        f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n{requires}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    record = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text.encode())}\\n"
        for path, text in files.items()
    )
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\\n"
    with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)
`;

/** Makes wheels, and lets pip find them and nothing else until the registry is disposed of. */
export async function openRegistry(wheels: readonly Wheel[]): Promise<Registry> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "registry-"));
  // Sandboxes, which are shown what is in it, run as somebody else.
  await chmod(folder, 0o755);
  const place = path.join(folder, "wheels");
  await mkdir(place);
  const add = async (more: readonly Wheel[]) => {
    const made = await runProgram("python3", ["-c", MAKE, place], { stdin: JSON.stringify(more) });
    if (made.exitCode !== 0) throw new Error(made.stderr);
  };
  await add(wheels);
  const settings = { PIP_NO_INDEX: "1", PIP_FIND_LINKS: place, PIP_CONFIG_FILE: os.devNull };
  const before = Object.keys(settings).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, settings);
  return {
    folder,
    settings,
    add,
    async [Symbol.asyncDispose]() {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Stands for pytest where there is no network: fixtures by name, and the hooks that a recorder needs. */
const PYTEST = `
import importlib.util, inspect, os, sys
FIXTURES = {}
def hookimpl(**_options):
    return lambda function: function
def fixture(function):
    FIXTURES[function.__name__] = function
    return function
class Skipped(BaseException):
    pass
def skip(reason):
    raise Skipped(reason)
class Report:
    def __init__(self, nodeid, when, outcome):
        self.nodeid, self.when, self.outcome, self.passed = nodeid, when, outcome, outcome == "passed"
class Session:
    shouldstop = False
class Item:
    def __init__(self, session, path, name, function):
        self.session, self.nodeid, self.function = session, f"{path}::{name}", function
    def run(self):
        self.function(**{name: FIXTURES[name]() for name in inspect.signature(self.function).parameters})
def hooks(plugins, name, *arguments):
    return [getattr(one, name)(*arguments) for one in plugins if hasattr(one, name)]
def main(words, plugins):
    session, items = Session(), []
    for path in (word for word in words if word.endswith(".py")):
        sys.path.insert(0, os.getcwd())
        spec = importlib.util.spec_from_file_location(path[:-3].replace("/", "."), path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        items += [Item(session, path, name, one) for name, one in vars(module).items() if name.startswith("test")]
    hooks(plugins, "pytest_collection_modifyitems", items)
    for item in items:
        hooks(plugins, "pytest_runtest_logstart")
        hooks(plugins, "pytest_runtest_protocol", item)
        if session.shouldstop:
            return
        hooks(plugins, "pytest_runtest_logreport", Report(item.nodeid, "setup", "passed"))
        around = hooks(plugins, "pytest_runtest_call")
        for one in around:
            next(one)
        try:
            item.run()
            outcome = "passed"
        except Skipped:
            outcome = "skipped"
        except BaseException:
            outcome = "failed"
        for one in around:
            next(one, None)
        hooks(plugins, "pytest_runtest_logreport", Report(item.nodeid, "call", outcome))
        hooks(plugins, "pytest_runtest_logreport", Report(item.nodeid, "teardown", "passed"))
`;

export const PYTEST_WHEEL: Wheel = { name: "pytest", version: "9.0", files: { "pytest.py": PYTEST } };
