import { once } from "node:events";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDataset } from "../src/index.ts";
import { createGitHistory } from "../src/testing/git-history.ts";
import { runCommand, startCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { writeSampleRepository, writeSampleVariant } from "../src/testing/sample-repository.ts";

/** Datasets of several repositories and families, as the command makes them: a process for each repository. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let list: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  const sample = await writeSampleRepository(folder.file("orchard"));
  // A fork, whose functions are the same; and a code base of its own, in which nothing is called as it is there.
  await cp(sample, folder.file("orchard-fork"), { recursive: true });
  await writeSampleVariant(folder.file("meadow"), "_there");
  await mkdir(folder.file("broken/.git"), { recursive: true });
  await writeFile(folder.file("broken/.git/HEAD"), "ref: refs/heads/nowhere\n");
  const names = ["orchard", "broken", "orchard-fork", "meadow"];
  list = folder.file("repositories.txt");
  await writeFile(list, `# three and a broken one\n${names.map((name) => folder.file(name)).join("\n")}\n`);
}, 60_000);
afterAll(() => folder[Symbol.asyncDispose]());

/** Without calls to resolve, which take the most time. */
const quickArgs = (out: string) => [
  ..."build --task func-localize --per-repo 2 --split train=0.5,test=0.5 --concurrency 2 --json".split(" "),
  list,
  "--out",
  folder.file(out),
  "--cache",
  folder.file("cache"),
];

const buildArgs = (out: string) => [
  ..."build --task func-localize,dep-search --per-repo 2 --total 5 --split train=0.5,test=0.5 --concurrency 2".split(
    " ",
  ),
  list,
  "--out",
  folder.file(out),
  "--cache",
  folder.file("cache"),
  "--json",
];

it("takes several families of several repositories, leaves out what cannot be read, and splits by clusters", async () => {
  const { code, stdout, stderr } = await runCommand(buildArgs("data"));
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("broken");
  const { manifest, ...dataset } = await openDataset(folder.file("data"));
  expect(JSON.parse(stdout)).toMatchObject({ instances: manifest.instances });
  expect(manifest.refused).toMatchObject([
    { repository: "broken", reason: expect.stringMatching(/repository/) },
  ]);
  expect(manifest.repositories.map(({ name, cluster }) => [name, cluster])).toEqual([
    ["orchard", "orchard"],
    ["orchard-fork", "orchard"],
    ["meadow", "meadow"],
  ]);
  const ids: string[] = [];
  const repositories = new Set<string>();
  for await (const { instance } of dataset.pairs()) {
    ids.push(instance.id);
    repositories.add(instance.repository.name);
  }
  // What the fork has the original has too, and is asked once.
  expect([...repositories].sort()).toEqual(["meadow", "orchard"]);
  expect(ids.length).toBe(manifest.instances);
  expect(Object.keys(manifest.tasks).sort()).toEqual(["dep-search", "func-localize"]);
  const splits = (await readFile(folder.file("data/splits.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(splits.map(({ id }) => id)).toEqual(ids);
  for (const [, rows] of Map.groupBy(splits, ({ cluster }) => cluster))
    expect(new Set(rows.map(({ split }) => split)).size).toBe(1);
}, 600_000);

it("goes on after kill -9, and comes to the same bytes", async () => {
  const whole = folder.file("whole");
  expect((await runCommand(quickArgs("whole"))).code).toBe(0);
  const { child } = startCommand(quickArgs("killed"));
  const parts = folder.file("killed/parts");
  const closed = once(child, "close");
  while (!(await readdir(parts).catch(() => [])).some((name) => /^\d+\.jsonl$/.test(name)))
    await new Promise((resolve) => setImmediate(resolve));
  child.kill("SIGKILL");
  await closed;
  const { code, stderr } = await runCommand(quickArgs("killed"));
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/\d of 4 repositories: done before/);
  for (const name of [
    "manifest.json",
    "instances.jsonl",
    "secrets.jsonl",
    "rejections.jsonl",
    "splits.jsonl",
  ])
    expect(await readFile(folder.file(`killed/${name}`), "utf8"), name).toBe(
      await readFile(path.join(whole, name), "utf8"),
    );
}, 600_000);

it("refuses what is a benchmark's by its name, unless it is asked for", async () => {
  const named = folder.file("requests-2.32.0");
  await cp(folder.file("meadow"), named, { recursive: true });
  const args = (sources: readonly string[], out: string) => [
    ..."build --task func-localize --per-repo 1".split(" "),
    ...sources,
    "--out",
    folder.file(out),
    "--cache",
    folder.file("cache"),
  ];
  const refused = await runCommand(args([named, folder.file("meadow")], "clean"));
  expect(refused.stdout).toContain(
    "left out: requests-2.32.0 (benchmark-basename: psf/requests is in SWE-bench)",
  );
  await runCommand([...args([named], "all"), "--allow-contaminated"]);
  const { manifest } = await openDataset(folder.file("all"));
  expect(manifest).toMatchObject({ contaminated: true, refused: [] });
}, 600_000);

it("refuses a fork under another name by its first commit, and cannot tell of a shallow clone", async () => {
  const hedge = createGitHistory(folder.file("hedge"));
  await writeFile(folder.file("first-commit"), FIRST_OF_PEXPECT);
  const first = hedge.git("hash-object", "-t", "commit", "-w", folder.file("first-commit"));
  hedge.git("hash-object", "-t", "tree", "-w", "/dev/null");
  hedge.git("update-ref", "refs/heads/main", first);
  await cp(folder.file("meadow"), hedge.folder, { recursive: true });
  hedge.commit({}, "Rewritten");
  hedge.git("clone", "-q", "--depth", "1", `file://${hedge.folder}`, folder.file("shallow-hedge"));
  const { stdout } = await runCommand([
    ..."build --task func-localize --per-repo 1".split(" "),
    hedge.folder,
    folder.file("shallow-hedge"),
    "--out",
    folder.file("known"),
    "--cache",
    folder.file("cache"),
  ]);
  expect(stdout).toContain("left out: hedge (benchmark-root: its first commit is that of pexpect/pexpect)");
  const { manifest } = await openDataset(folder.file("known"));
  expect(manifest.repositories.map(({ name }) => name)).toEqual(["shallow-hedge"]);
}, 600_000);

it("gives a repository up after so many candidates in vain, of which those that took but a look do not count", async () => {
  const tiny = folder.file("tiny");
  await mkdir(tiny, { recursive: true });
  const functions = [1, 2, 3, 4, 5].map(
    (number) =>
      `def add_${number}(fruit):\n    """Add ${number} to a number of fruit."""\n    return fruit + ${number}\n`,
  );
  await writeFile(path.join(tiny, "fruit.py"), functions.join("\n\n"));
  const endOf = async (task: string, ...flags: string[]) => {
    const out = folder.file(`tiny-${task}`);
    const places = ["--out", out, "--cache", folder.file("cache"), "--json"];
    await runCommand(["build", tiny, "--task", task, "--abandon-after", "2", ...flags, ...places]);
    return (await openDataset(out)).manifest.repositories[0]?.tasks?.[task];
  };
  const none = { eligible: 5, instances: 0 };
  expect(await endOf("func-gen")).toEqual({ ...none, examined: 5, abandoned: false });
  const strict = ["--set", "licences=permissive"];
  expect(await endOf("func-localize", ...strict)).toEqual({ ...none, examined: 2, abandoned: true });
}, 600_000);

it("shows a dataset to read, with the reference solutions and one rejection of each reason", async () => {
  const { code, stdout } = await runCommand(["look", folder.file("data"), "--count", "3"]);
  expect(code).toBe(0);
  expect(stdout).toContain("| broken | ");
  expect(stdout).toMatch(/## 3 of \d+ instances/);
  expect(stdout.match(/^diff --git/gm)?.length).toBeGreaterThanOrEqual(3);
  expect(stdout).toMatch(/## 3 of \d+ rejected candidates/);
  const again = await runCommand(["look", folder.file("data"), "--count", "3"]);
  expect(again.stdout).toBe(stdout);
}, 60_000);

/** As git keeps it: a history that it is in begins as that of pexpect/pexpect. */
const FIRST_OF_PEXPECT = `tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
author (no author) <(no author)@656d521f-e311-0410-88e0-e7920216d269> 1029161505 +0000
committer (no author) <(no author)@656d521f-e311-0410-88e0-e7920216d269> 1029161505 +0000

New repository initialized by cvs2svn.
`;
