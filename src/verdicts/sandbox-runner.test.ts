import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { JudgePlan, PlanResult } from "../plan.ts";
import { namespaceSandboxes } from "../sandboxes/namespaces/namespaces.ts";
import { solved, unsolved } from "../verdict.ts";
import { temporaryFolder } from "../testing/command-line.ts";
import type { Workspace } from "../workspace.ts";
import { makeTestWorkspace } from "../workspaces/testing/workspace.ts";
import { sandboxRunner } from "./sandbox-runner.ts";
import { settle } from "./settle.ts";

/** Prints what the candidate returns for hidden inputs; what is right is known outside only. */
const PROBE = Buffer.from(
  "import json, sys\nsys.path.insert(0, '.')\nfrom candidate import double\nprint(json.dumps([double(n) for n in (2, 21)]))\n",
);

const plan: JudgePlan = {
  commands: [
    {
      name: "values",
      command: ["python3", "{files}/probe.py"],
      timeoutMs: 20_000,
      files: { "probe.py": PROBE },
    },
  ],
  decide: ([values]: readonly PlanResult[]) =>
    values !== undefined && Buffer.from(values.result.stdout).toString() === "[4, 42]\n"
      ? solved({})
      : unsolved(["wrong-values"]),
};

const runnerOf = ({ tree, gitDirectory, name }: Workspace, folder: string) =>
  sandboxRunner({
    sandboxes: async () => namespaceSandboxes({ folder: path.join(folder, "leases") }),
    base: tree,
    gitDirectory,
    name,
    scratch: path.join(folder, "scratch"),
  });

const judge = async (candidate: string) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "plan-"));
  try {
    await using workspace = await makeTestWorkspace({ "candidate.py": candidate });
    return await settle(plan, workspace.tree, runnerOf(workspace, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

test("a right candidate is solved", async () => {
  expect(await judge("def double(n): return n * 2\n")).toMatchObject({ outcome: "solved" });
});

test.each([
  ["is wrong", "def double(n): return n + 2\n"],
  ["leaves with success", "import os\nprint('passed')\ndef double(n): os._exit(0)\n"],
  ["never imports", "raise SystemExit(0)\n"],
  ["looks for the hidden file afterwards", "import os\ndef double(n): return os.listdir('/mnt')\n"],
])("a candidate that %s is not", async (_, candidate) => {
  expect(await judge(candidate)).toMatchObject({ outcome: "unsolved", reasons: ["wrong-values"] });
});

test("a sandbox that cannot start is no verdict", async () => {
  await using workspace = await makeTestWorkspace({ "candidate.py": "" });
  const nameless = { ...workspace, name: "../escape" };
  await using folder = await temporaryFolder();
  expect(await settle(plan, workspace.tree, runnerOf(nameless, folder.path))).toMatchObject({
    outcome: "no-verdict",
    cause: "sandbox:sandbox-start-failed",
  });
});
