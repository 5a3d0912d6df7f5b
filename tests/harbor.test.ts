import { execFileSync } from "node:child_process";
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadFamilies } from "../src/commands/families.ts";
import { openSourceTrees } from "../src/datasets/source-trees.ts";
import { exportInstances, openDataset, type InstancePair, type Verdict } from "../src/index.ts";
import { judgeFolder } from "../src/instance-exporters/harbor/verifier/judge.ts";
import { reportVerdict } from "../src/instance-exporters/harbor/verifier/report.ts";
import { createRandom } from "../src/base/random.ts";
import { questionOf } from "../src/task.ts";
import { runCommand, startCommand, temporaryFolder } from "../src/testing/command-line.ts";
import type { FileChange } from "../src/tree.ts";
import { applyFileEdits } from "../src/trees/edits.ts";
import { noVerdict, solved } from "../src/verdict.ts";
import { writeHarborTasks } from "./peers/harbor/cases.ts";

/** Instances as task folders that others run; `tests/peers/harbor` has Harbor itself read and run them. */
describe("export --format harbor", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const at = (name: string) => folder.file(`harbor/${name}`);
  const task = (id: string, name = "") => at(`export/tasks/${id}/${name}`);

  beforeAll(async () => {
    folder = await temporaryFolder();
    await writeHarborTasks(folder.path);
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it("judges the solution, no change at all and every known cheat as we do", async () => {
    const familyOf = await loadFamilies();
    await using trees = openSourceTrees(at("data"));
    const seen: Record<string, number> = {};
    for (const pair of await exported()) {
      const { instance, secret } = pair;
      const start = await trees.start(pair);
      const family = familyOf(instance.task);
      const cheats = await family.cheats({ instance, secret, start, random: createRandom("cheats") });
      const solution = await applyFileEdits(start, secret.solution);
      for (const changes of [solution, [], ...cheats.map((cheat) => cheat.changes)]) {
        const ours = await family.judge({ ...questionOf(pair), start, changes });
        const workspace = await changedWorkspace(instance.id, changes);
        const theirs = await judgeFolder(task(instance.id, "tests"), workspace);
        expect(theirs).toEqual(ours);
        const { outcome } = ours as Verdict;
        seen[`${instance.task} ${outcome}`] = (seen[`${instance.task} ${outcome}`] ?? 0) + 1;
      }
    }
    expect(Object.keys(seen).sort()).toEqual(
      ["dep-search", "func-localize", "issue-localize"].flatMap((name) => [
        `${name} solved`,
        `${name} unsolved`,
      ]),
    );
  });

  it("shows an agent the instruction and the start state, and nothing of the answer", async () => {
    await using trees = openSourceTrees(at("data"));
    for (const pair of await exported()) {
      const { instance, secret } = pair;
      expect((await readdir(task(instance.id))).sort()).toEqual([
        "environment",
        "instruction.md",
        "solution",
        "task.toml",
        "tests",
      ]);
      expect((await readdir(task(instance.id, "environment"))).sort()).toEqual(["Dockerfile", "start.tar"]);
      expect(await readFile(task(instance.id, "instruction.md"), "utf8")).toBe(instance.instruction);
      const archive = task(instance.id, "environment/start.tar");
      const listed = execFileSync("tar", ["-tf", archive], { encoding: "utf8" }).trimEnd().split("\n");
      expect(listed).toEqual((await trees.start(pair)).entries.map((entry) => entry.path));
      const removed = ((secret.answer as { targets?: { docstring: string }[] }).targets ?? []).map(
        ({ docstring }) => docstring,
      );
      for (const name of ["environment/start.tar", "environment/Dockerfile", "task.toml", "instruction.md"])
        for (const text of removed)
          expect(await readFile(task(instance.id, name), "latin1")).not.toContain(text);
    }
  });

  it("counts what it leaves out: judged by running, quarantined, or read as something else", async () => {
    const data = await copyOf("data", "marked");
    const [first, second] = await exported();
    const line = { id: first?.instance.id, valid: false, reasons: ["leak:file"] };
    const checks = { solution: true, noop: true, cheats: true, leaks: false };
    await writeFile(path.join(data, "validation.jsonl"), `${JSON.stringify({ ...line, checks })}\n`);
    const instances = await readFile(path.join(data, "instances.jsonl"), "utf8");
    const old = JSON.stringify(second?.instance.instruction);
    await writeFile(path.join(data, "instances.jsonl"), instances.replace(old, `"a\\r\\n${old.slice(1)}`));
    const { code, rows } = await runCommand([
      "export",
      data,
      "--format",
      "harbor",
      "--out",
      at("left"),
      "--json",
    ]);
    expect(code).toBe(0);
    const written = (await exported()).length - 2;
    const refused = { "instruction-altered-by-reader": 1, "judged-by-running": 2, quarantined: 1 };
    expect(rows()).toMatchObject([{ considered: written + 4, written, refused }]);
    expect((await readdir(at("left/tasks"))).length).toBe(written + 1);
  });

  it("gives the same bytes again, also over what a killed export left", async () => {
    const before = await contents(at("export"));
    const again = { dataset: at("data"), format: "harbor", out: at("again") };
    await mkdir(at("again"));
    const started = startCommand(["export", at("data"), "--format", "harbor", "--out", at("again")]);
    while (!(await readdir(at("again"))).some((name) => name.startsWith("tasks"))) await tick();
    started.child.kill("SIGKILL");
    await started.result;
    await exportInstances(again);
    expect(await contents(at("again"))).toEqual(before);
    await exportInstances(again);
    expect(await contents(at("again"))).toEqual(before);
  });

  it("refuses one image for all tasks, and a folder of somebody else", async () => {
    const harbor = (out: string, ...more: string[]) =>
      runCommand(["export", at("data"), "--format", "harbor", "--out", at(out), ...more]);
    const image = await harbor("images", "--set", "docker_image=ghcr.io/me/tasks");
    expect({ code: image.code, text: image.stderr }).toMatchObject({
      code: 2,
      text: expect.stringContaining("{id}"),
    });
    expect((await harbor("data")).stderr).toContain("holds something else");
    await harbor("images", "--set", "docker_image=ghcr.io/me/tasks:{id}", "--set", "network=no-network");
    const [pair] = await exported();
    const config = await readFile(at(`images/tasks/${pair?.instance.id}/task.toml`), "utf8");
    expect(config).toContain(`docker_image = "ghcr.io/me/tasks:${pair?.instance.id}"`);
    expect(config).toContain('network_mode = "no-network"');
  });

  it("takes nothing for a failure of the agent that is none", async () => {
    const [pair] = await exported();
    const tests = task(pair?.instance.id ?? "", "tests");
    expect(await judgeFolder(tests, at("nowhere"))).toMatchObject({
      reward: null,
      cause: "workspace-missing",
    });
    const other = await copyOf(path.relative(at(""), tests), "other-tests");
    const file = path.join(other, "task.json");
    const parts = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    await writeFile(file, JSON.stringify({ ...parts, grader_version: 999 }));
    expect(await judgeFolder(other, at("data"))).toMatchObject({ reward: null, cause: "grader-differs" });
    await writeFile(file, JSON.stringify({ ...parts, start_tree: "0".repeat(40) }));
    await expect(judgeFolder(other, at("data"))).rejects.toThrow("holds the tree");

    await mkdir(at("logs"));
    await reportVerdict(at("logs"), noVerdict("workspace-missing"));
    expect(await readdir(at("logs"))).toEqual(["verdict.json"]);
    // A link that an agent left does not lead the reward away.
    await symlink(at("elsewhere"), at("logs/reward.json"));
    await reportVerdict(at("logs"), solved({}));
    expect(await contents(at("logs"))).toMatchObject({
      "reward.json": '{"reward":1}\n',
      "reward.txt": "1\n",
    });
  });

  async function exported(): Promise<InstancePair[]> {
    const names = await readdir(at("export/tasks"));
    const pairs = await Array.fromAsync((await openDataset(at("data"))).pairs());
    return pairs.filter(({ instance }) => names.includes(instance.id));
  }

  /** A start state as the image has it, and what somebody did in it. */
  async function changedWorkspace(id: string, changes: readonly FileChange[]): Promise<string> {
    const workspace = at("workspace");
    await rm(workspace, { recursive: true, force: true });
    await mkdir(workspace);
    execFileSync("tar", ["-xf", task(id, "environment/start.tar"), "-C", workspace]);
    for (const { path: name, after } of changes) {
      const file = path.join(workspace, name);
      await rm(file, { force: true });
      if (after === undefined) continue;
      await mkdir(path.dirname(file), { recursive: true });
      if (after.mode === "120000") await symlink(Buffer.from(after.content), file);
      else await writeFile(file, after.content);
      if (after.mode === "100755") await chmod(file, 0o755);
    }
    return workspace;
  }

  async function copyOf(name: string, to: string): Promise<string> {
    execFileSync("cp", ["-r", at(name), at(to)]);
    return at(to);
  }
});

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

/** Every file below a folder with what is in it. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const read = async (file: string) => [path.relative(folder, file), await readFile(file, "latin1")] as const;
  return Object.fromEntries(await Promise.all(files.sort().map(read)));
}
