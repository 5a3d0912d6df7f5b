import { createServer } from "node:http";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, openDataset, validate } from "../src/index.ts";
import { ISSUES, ORCHARD_OPTIONS, writeOrchard } from "../src/tasks/issue-localize/testing/orchard.ts";
import { runCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { createGitHistory } from "../src/testing/git-history.ts";

/** From a history, or from published rows, to a dataset of issues. */
describe("building issue-localize", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let ids: Record<string, string>;
  const set = Object.entries(ORCHARD_OPTIONS).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const common = (out: string) => [
    "--task",
    "issue-localize",
    "--cache",
    folder.file("cache"),
    "--out",
    folder.file(out),
  ];
  const command = (...args: string[]) => runCommand(["build", ...args, "--json"]);

  beforeAll(async () => {
    folder = await temporaryFolder();
    ids = writeOrchard(createGitHistory(folder.file("repos/gardener/orchard")));
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it("mines a history; each instance is proved on its own commit, and again by validate", async () => {
    const out = folder.file("data");
    const source = folder.file("repos/gardener/orchard");
    const cache = folder.file("cache");
    const request = { repositories: [source], task: "issue-localize", options: ORCHARD_OPTIONS, cache };
    const manifest = await build({ ...request, out });
    expect(manifest).toMatchObject({
      eligible: 10,
      examined: 10,
      instances: 1,
      rejected: { "same-code": 1 },
    });
    for await (const { instance, secret } of (await openDataset(out)).pairs()) {
      expect(instance.repository.commit).not.toBe(manifest.repositories[0]?.commit);
      expect(secret.facts["fix"]).toBe(ids["message"]);
      expect(await readdir(`${out}/repositories`)).toEqual([`${instance.repository.tree}.git`]);
    }
    expect(await validate({ dataset: out })).toMatchObject([{ valid: true }]);
  });

  it("reads published rows, each at its base commit", async () => {
    const row = {
      instance_id: "gardener__orchard-1",
      repo: "gardener/orchard",
      base_commit: ids["message"],
      problem_statement:
        "At exactly zero degrees there is no warning, although we have had ice on the crates every time.",
      patch: `--- a/orchard/weather.py\n+++ b/orchard/weather.py\n@@ -6,1 +6,1 @@\n-    if night < 0:\n+    if night <= 0:\n`,
    };
    const rows = [row, { ...row, instance_id: "gardener__orchard-2", base_commit: "f".repeat(40) }];
    await writeFile(folder.file("rows.jsonl"), rows.map((one) => JSON.stringify(one)).join("\n"));
    const { stdout } = await command(
      folder.file("rows.jsonl"),
      "--repos",
      folder.file("repos"),
      ...set,
      ...common("rows"),
    );
    expect(JSON.parse(stdout)).toMatchObject({ examined: 2, instances: 1, rejected: { "base-missing": 1 } });
  });

  it("asks GitHub for issues, keeps the answers, and says what is wrong when it refuses", async () => {
    const asked: string[] = [];
    let status = 200;
    const server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      const issue = ISSUES.find(({ number }) => request.url?.endsWith(`/issues/${number}`));
      response.writeHead(status).end(JSON.stringify(issue ?? null));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const environment = { GITHUB_API_URL: `http://127.0.0.1:${port}`, GITHUB_TOKEN: "t0ken" };
    const ask = (out: string, cache: string) =>
      runCommand(
        [
          "build",
          folder.file("repos/gardener/orchard"),
          "--name",
          "gardener/orchard",
          "--issues",
          "github",
          "--set",
          'texts=["linked"]',
          ...set,
          "--json",
        ].concat(["--task", "issue-localize", "--out", folder.file(out), "--cache", folder.file(cache)]),
        { environment },
      );
    try {
      const first = await ask("github", "github-cache");
      expect(JSON.parse(first.stdout)).toMatchObject({ instances: 1, rejected: { "text-not-wanted": 2 } });
      expect(asked).toEqual(["/repos/gardener/orchard/issues/12 Bearer t0ken"]);
      await ask("github-again", "github-cache");
      expect(asked).toHaveLength(1);
      status = 401;
      const refused = await ask("github-refused", "other-cache");
      expect(refused).toMatchObject({ code: 3, stdout: expect.stringContaining('"issues-refused"') });
    } finally {
      server.close();
    }
  });

  it.each([
    ["fixes-not-taken", ["rows.jsonl", "--repos", "repos", "--task", "func-localize"]],
    ["row-repositories-missing", ["foreign.jsonl", "--repos", "repos", "--task", "issue-localize"]],
    ["malformed-row", ["nameless.jsonl", "--repos", "repos", "--task", "issue-localize"]],
    ["malformed-json", ["broken.jsonl", "--repos", "repos", "--task", "issue-localize"]],
    ["no-sources", ["empty.jsonl", "--repos", "repos", "--task", "issue-localize"]],
    ["no-history", ["plain", "--task", "issue-localize"]],
    ["issues-need-a-name", ["repos/gardener/orchard", "--task", "issue-localize", "--issues", "github"]],
    ["no-such-file", ["repos/gardener/orchard", "--task", "issue-localize", "--issues", "none.jsonl"]],
  ])("says %s in one error", async (code, args) => {
    await mkdir(folder.file("plain"), { recursive: true });
    await writeFile(folder.file("plain/a.py"), "a = 1\n");
    await writeFile(folder.file("foreign.jsonl"), '{"instance_id":"a","repo":"else/where"}\n');
    await writeFile(folder.file("nameless.jsonl"), '{"instance_id":"a"}\n');
    await writeFile(folder.file("broken.jsonl"), '{"instance_id":\n');
    await writeFile(folder.file("empty.jsonl"), "");
    const placed = args.map((arg) => (/^(?:repos|plain)|\.jsonl$/.test(arg) ? folder.file(arg) : arg));
    const { stdout, code: exitCode } = await command(
      ...placed,
      "--cache",
      folder.file("cache"),
      "--out",
      folder.file(`error-${code}`),
    );
    expect({ exitCode, stdout }).toEqual({
      exitCode: 2,
      stdout: expect.stringContaining(`"code":"${code}"`),
    });
  });
});
