import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readExchanges } from "../src/exchanges/store.ts";
import { build, openDataset } from "../src/index.ts";
import { runCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { startModelServer } from "../src/testing/model-server.ts";
import { writeSampleRepository } from "../src/testing/sample-repository.ts";

/** Bad input gets one clear line that says what to do, the right exit code, and leaves what was there intact. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let repository: string;
let data: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  repository = await writeSampleRepository(folder.file("orchard"));
  data = folder.file("data");
  await build({
    repositories: [repository],
    task: "func-localize",
    perRepository: 2,
    out: data,
    cache: folder.file("cache"),
  });
});
afterAll(() => folder[Symbol.asyncDispose]());

/** Runs a command that must fail, and returns its one error. */
async function failing(
  exitCode: number,
  ...args: string[]
): Promise<{ code: string; message: string; hint: string }> {
  const result = await runCommand([...args, "--json"], {
    environment: { XDG_CACHE_HOME: folder.file("home-cache") },
  });
  expect(result.code, result.stderr).toBe(exitCode);
  expect(result.stderr).not.toMatch(/^\s+at /m);
  const last = result.rows().at(-1) as { error: { code: string; message: string; hint: string } };
  expect(last.error.message).not.toContain("\n");
  expect(last.error.hint).not.toBe("");
  expect(result.stderr).toContain(`error: ${last.error.message}`);
  return last.error;
}

const buildArgs = (source: string, out: string) => [
  "build",
  source,
  "--task",
  "func-localize",
  "--out",
  folder.file(out),
];

describe("a repository that cannot be used", () => {
  it("is a path that does not exist", async () => {
    const error = await failing(2, ...buildArgs(folder.file("nowhere"), "o1"));
    expect(error.message).toContain("nowhere");
  });

  it("is an empty folder", async () => {
    await mkdir(folder.file("empty"));
    await failing(2, ...buildArgs(folder.file("empty"), "o2"));
  });

  it("has no commit yet", async () => {
    execFileSync("git", ["init", "--quiet", folder.file("unborn")]);
    await failing(2, ...buildArgs(folder.file("unborn"), "o3"));
  });

  it("does not have the commit that was asked for", async () => {
    const error = await failing(
      2,
      ...buildArgs(repository, "o4"),
      "--revision",
      "0123456789abcdef0123456789abcdef01234567",
    );
    expect(error.message).toContain("0123456789abcdef");
  });

  it("has damaged objects", async () => {
    const broken = folder.file("broken");
    await cp(repository, broken, { recursive: true });
    for (const name of await readdir(path.join(broken, ".git/objects"))) {
      if (name.length !== 2) continue;
      for (const file of await readdir(path.join(broken, ".git/objects", name))) {
        const place = path.join(broken, ".git/objects", name, file);
        execFileSync("chmod", ["u+w", place]);
        await writeFile(place, "garbage");
      }
    }
    await failing(2, ...buildArgs(broken, "o5"));
  });
});

it("a file that is too large or does not decode is left out and counted, not an error", async () => {
  const odd = folder.file("odd");
  await cp(repository, odd, { recursive: true });
  await writeFile(path.join(odd, "huge.py"), `x = 1\n${"# filler\n".repeat(6_000_000)}`);
  await writeFile(path.join(odd, "latin.py"), Buffer.from([0x78, 0x20, 0x3d, 0x20, 0x22, 0xe9, 0x22, 0x0a]));
  execFileSync("git", ["-c", "user.name=S", "-c", "user.email=s@localhost", "-C", odd, "add", "--all"]);
  execFileSync("git", [
    "-c",
    "user.name=S",
    "-c",
    "user.email=s@localhost",
    "-C",
    odd,
    "commit",
    "--quiet",
    "-m",
    "odd",
  ]);
  const result = await runCommand([
    ...buildArgs(odd, "odd-data"),
    "--per-repo",
    "1",
    "--cache",
    folder.file("cache"),
  ]);
  expect(result.code, result.stderr).toBe(0);
  const { manifest } = await openDataset(folder.file("odd-data"));
  expect(manifest.repositories[0]?.unusable).toEqual({ "bytes-do-not-decode": 1, "too-large": 1 });
});

describe("wrong usage", () => {
  it.each([
    [["build", "--task", "func-localize", "--out", "x"], "repository"],
    [["rollout", "x", "--run", "y"], "--agent"],
    [["build", "x", "--task", "func-localize", "--out", "y", "--per-repo", "many"], "--per-repo"],
    [["frobnicate"], "frobnicate"],
    [["status", "x", "--wrong-flag"], "--wrong-flag"],
  ])("%j names what is wrong", async (args, word) => {
    expect((await failing(2, ...args)).message).toContain(word);
  });

  it("an unknown task family, agent, format or knob lists what there is", async () => {
    expect(
      (await failing(2, "build", repository, "--task", "nope", "--out", folder.file("o6"))).hint,
    ).toContain("func-localize");
    expect((await failing(2, ...buildArgs(repository, "o7"), "--set", "masqued=true")).message).toContain(
      "masqued",
    );
    expect((await failing(2, "rollout", data, "--run", folder.file("r0"), "--agent", "nope")).hint).toContain(
      "scripted",
    );
  });
});

describe("a build of several families", () => {
  const several = (...flags: string[]) => [
    "build",
    repository,
    "--task",
    "func-localize,dep-search",
    "--out",
    folder.file("several"),
    ...flags,
  ];

  it.each([
    ["a number for one that is not built", "task-not-chosen", ["--per-repo", "3,func-gen=2"]],
    ["one to hold out that is not built", "task-not-chosen", ["--hold-out-task", "func-gen"]],
    ["a knob of nobody knows which", "option-of-which-task", ["--set", "masked=false"]],
    ["a knob that the family does not have", "unknown-option", ["--set", "dep-search.masked=false"]],
  ])("refuses %s", async (_, code, flags) => {
    expect((await failing(2, ...several(...flags))).code).toBe(code);
  });

  it.each([
    ["--split", "train=0.8,test=0.1"],
    ["--split", "held-out=1"],
    ["--balance", "languages"],
    ["--per-repo", "func-gen=none"],
  ])("names the flag that is wrong: %s %s", async (flag, value) => {
    const { code, stderr } = await runCommand(several(flag, value));
    expect(code).toBe(2);
    expect(stderr).toContain(flag);
  });
});

describe("a dataset that cannot be used", () => {
  const copy = async (name: string) => {
    await cp(data, folder.file(name), { recursive: true });
    return folder.file(name);
  };

  it("is no dataset", async () => {
    expect((await failing(2, "validate", repository)).code).toBe("not-a-dataset");
  });

  it("has a row with a missing field: the line and the field are named", async () => {
    const damaged = await copy("missing-field");
    const file = path.join(damaged, "instances.jsonl");
    await writeFile(file, (await readFile(file, "utf8")).replace('"task":"func-localize",', ""));
    const error = await failing(2, "validate", damaged);
    expect(error.message).toContain("instances.jsonl:1");
    expect(error.message).toContain('"task"');
  });

  it("was made by a newer version", async () => {
    const newer = await copy("newer");
    const file = path.join(newer, "manifest.json");
    await writeFile(
      file,
      (await readFile(file, "utf8")).replace('"schema_version": 2', '"schema_version": 99'),
    );
    expect((await failing(2, "rollout", newer, "--run", folder.file("r1"), "--agent", "scripted")).code).toBe(
      "newer-format",
    );
  });

  it("lost its repository", async () => {
    const partial = await copy("partial");
    const [name] = await readdir(path.join(partial, "repositories"));
    await cp(path.join(partial, "repositories", name ?? ""), folder.file("kept"), { recursive: true });
    execFileSync("rm", ["-r", path.join(partial, "repositories", name ?? "")]);
    expect((await failing(1, "validate", partial)).code).toBe("repository-missing");
  });
});

it("an output folder that holds something else is refused and untouched", async () => {
  const place = folder.file("thesis");
  await mkdir(place);
  await appendFile(path.join(place, "chapter1.tex"), "dear");
  for (const args of [
    buildArgs(repository, "thesis"),
    ["rollout", data, "--run", place, "--agent", "scripted"],
    ["demo", repository, "--out", place],
  ]) {
    expect((await failing(2, ...args)).code).toBe("output-folder-in-use");
  }
  expect(await readdir(place)).toEqual(["chapter1.tex"]);
});

it("a dataset is not built over with other options", async () => {
  const error = await failing(2, ...buildArgs(repository, "data"), "--seed", "other");
  expect(error.message).toContain('seed: "1" → "other"');
});

describe("a model that cannot be used", () => {
  const rollout = (run: string, baseUrl: string) =>
    `rollout ${data} --run ${folder.file(run)} --agent loop --model m --base-url ${baseUrl} --isolation process --allow-unsafe --limit 1`.split(
      " ",
    );

  it("may not run without isolation unless that is said", async () => {
    const error = await failing(
      2,
      ...rollout("r2", "http://127.0.0.1:9").filter((flag) => flag !== "--allow-unsafe"),
    );
    expect(error.hint).toContain("--allow-unsafe");
  });

  it("is at an endpoint that nobody listens at: the run stops, nothing counts as failed", async () => {
    expect((await failing(3, ...rollout("r3", "http://127.0.0.1:9/v1"))).code).toBe("model-unreachable");
    const status = (await runCommand(["status", folder.file("r3"), "--json"])).rows()[0];
    expect(status).toMatchObject({
      targets: 1,
      solved: 0,
      unsolved: 0,
      no_verdict: { "model:model-unreachable": 1 },
    });
  });

  it("refuses the key", async () => {
    await using server = await startModelServer();
    for (let call = 0; call < 5; call++) server.enqueue({ kind: "status", status: 401 });
    const error = await failing(3, ...rollout("r4", server.openaiUrl));
    expect(error.code).toBe("model-unauthorized");
    expect(error.message).not.toContain("Bearer");
  });

  it("answers as another: the run stops with all that was said, and goes on where the name is accepted", async () => {
    await using server = await startModelServer();
    const other = { kind: "answer", text: "I think the answer is 42.", servedModel: "n" } as const;
    server.enqueue(...Array.from({ length: 10 }, () => other));
    const error = await failing(3, ...rollout("r6", server.openaiUrl));
    expect(error).toMatchObject({
      code: "model-redirected",
      message: expect.stringContaining("another model answered: n") as string,
      hint: expect.stringContaining("--served-model") as string,
    });
    expect(server.requests).toHaveLength(1);
    const [attempt] = (await runCommand(["attempts", folder.file("r6"), "--json"])).rows();
    expect(attempt).toMatchObject({
      verdict: { outcome: "no-verdict", cause: "model:model-redirected" },
    });
    const [place = ""] = await readdir(folder.file("r6/attempts"));
    const kept = await Array.fromAsync(readExchanges(folder.file(`r6/attempts/${place}/exchanges.jsonl.gz`)));
    expect(kept).toMatchObject([{ response: { status: 200, complete: true } }]);

    const accepting = [...rollout("r6", server.openaiUrl), "--served-model", "n"];
    expect((await runCommand(accepting)).code).toBe(0);
    const refused = await failing(2, ...rollout("r6", server.openaiUrl));
    expect(refused.message).toContain("served_as: n is not accepted any more");
  });

  it("never calls a tool: that is the model's doing, and the attempt is unsolved", async () => {
    await using server = await startModelServer();
    for (let call = 0; call < 9; call++)
      server.enqueue({ kind: "answer", text: "I think the answer is 42." });
    const result = await runCommand([...rollout("r5", server.openaiUrl), "--json"]);
    expect(result.code, result.stderr).toBe(0);
    expect(result.rows()).toEqual([expect.objectContaining({ targets: 1, unsolved: 1, no_verdict: {} })]);
    const [attempt] = (await runCommand(["attempts", folder.file("r5"), "--json"])).rows();
    expect(attempt).toMatchObject({
      end: "stopped-calling-tools",
      verdict: { reasons: ["agent-stopped-calling-tools", "no-changes", "target-not-documented"] },
    });
  });
});

it("a full disk ends the run with one line; with space, the same command continues", () => {
  const main = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
  const place = folder.file("small");
  const rollout = `${process.execPath} ${main} rollout ${data} --run ${place}/run --agent scripted --concurrency 1`;
  const script = `
    mkdir -p ${place} && mount -t tmpfs -o size=24k tmpfs ${place} || exit 99
    ${rollout}; echo "first: $?"
    mount -o remount,size=64m ${place}
    ${rollout} --json; echo "second: $?"`;
  const result = spawnSync("unshare", ["--user", "--map-root-user", "--mount", "bash", "-c", script], {
    encoding: "utf8",
  });
  expect(result.stdout, result.stderr).toContain("first: 3");
  expect(result.stderr).toMatch(
    /error: No space left to write .*\n {2}Free some space and run the same command again/,
  );
  expect(result.stdout).toContain("second: 0");
  expect(result.stdout).toContain('"owed":0');
  expect(existsSync(place)).toBe(true);
});
