import { mkdir, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, rollout } from "../src/index.ts";
import { writeReader } from "../src/masks/testing/reader-files.ts";
import type { Sample } from "../src/sample.ts";
import { runCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { writeSampleRepository } from "../src/testing/sample-repository.ts";
import { openTrainingSet } from "../src/training-sets/open.ts";

/** Rows as somebody else would publish them, of a dataset and a run of ours. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let samples: Sample[];
beforeAll(async () => {
  folder = await temporaryFolder();
  const repositories = [await writeSampleRepository(folder.file("orchard"))];
  await build({ repositories, task: "func-localize", perRepository: 8, out: folder.file("data") });
  await rollout({ dataset: folder.file("data"), run: folder.file("run"), agent: "scripted" });
  expect(await command("select", "run", "--out", "set")).toMatchObject({ code: 0 });
  samples = await Array.fromAsync((await openTrainingSet(folder.file("set"))).samples());
  await mkdir(folder.file("model"));
  await writeReader(folder.file("model"));
});
afterAll(() => folder[Symbol.asyncDispose]());

const command = (...args: string[]) => runCommand(args, { cwd: folder.path });

const says = (content: string, said: string) => [
  { role: "user", content },
  { role: "assistant", content: said },
];

/** What the command prints of rows: its findings by check, and the whole. */
async function auditOf(rows: readonly object[], ...args: string[]) {
  await writeFile(folder.file("theirs.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const { code, stdout, rows: printed } = await command("audit", "theirs.jsonl", "--json", ...args);
  expect(code, stdout).toBeLessThan(2);
  const lines = printed() as Record<string, unknown>[];
  const found = Map.groupBy(lines.slice(0, -1), ({ check }) => check);
  return {
    code,
    evidenceOf: (check: string) => found.get(check)?.map(({ evidence }) => evidence) ?? [],
    whole: lines.at(-1),
  };
}

describe("claims about instances of a dataset", () => {
  const solved = () => samples.find(({ grade }) => grade.kind === "graded" && grade.outcome === "solved");
  const row = (id: string, more: object) => ({ id, messages: says(`Mend ${id}.`, "Done."), ...more });

  it("are judged again by our graders, each with its reasons, and what cannot be judged is counted apart", async () => {
    const { instance: instance_id, patch } = solved() ?? {};
    expect(patch).toMatch(/^diff --git /);
    const broken = "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-not there\n+at all\n";
    const { code, evidenceOf, whole } = await auditOf(
      [
        row("honest", { instance_id, patch, resolved: true }),
        row("modest", { instance_id, patch, resolved: false }),
        row("boasting", { instance_id, patch: broken, resolved: true }),
        row("failed", { instance_id, patch: broken, resolved: false }),
        row("silent", { instance_id, patch }),
        row("elsewhere", { instance_id: "acme__orchard-1", patch, resolved: true }),
        row("bare", { instance_id, resolved: true }),
      ],
      "--dataset",
      "data",
    );
    expect(code).toBe(1);
    expect(evidenceOf("claim-differs")).toEqual([
      "said not to be solved, and is",
      expect.stringMatching(/^said to be solved, and is not: .*diff-does-not-apply/),
    ]);
    expect(whole).toMatchObject({
      claims: {
        judged: 5,
        agreed: 2,
        claimed_solved_but_not: 1,
        claimed_unsolved_but_solved: 1,
        unclaimed: { solved: 1, unsolved: 0 },
        not_judged: { "not-in-dataset": 1, "no-patch": 1 },
      },
      checks: expect.arrayContaining([
        expect.objectContaining({ check: "claim-differs", severity: "error", samples: 2 }),
      ]),
    });
  });

  it("hold for a run of ours, whose verdicts are the graders'", async () => {
    const { stdout } = await command("audit", "run", "--dataset", "data");
    expect(stdout).toMatch(new RegExp(`as they say +${samples.length} of ${samples.length} \\(100 %\\)`));
    expect(stdout).not.toContain("claim-differs");
  });
});

describe("rows in tokens of the model to train", () => {
  it("are those that export writes and mask counts", async () => {
    const tokenizer = ["--tokenizer", "model", "--context", "600"];
    await command("export", "run", "--include-unsolved", "--out", "rows");
    const masked = JSON.parse(
      (await command("mask", "rows", ...tokenizer, "--json")).stdout.trim().split("\n").at(-1) ?? "",
    );
    const audited = await command("audit", "run", ...tokenizer, "--json");
    const { tokens } = JSON.parse(audited.stdout.trim().split("\n").at(-1) ?? "");
    expect(tokens.measured).toBe(samples.length);
    for (const name of [
      "tokens",
      "trained",
      "trained_in_context",
      "left_out",
      "over_long",
      "nothing_trained",
    ])
      expect({ [name]: tokens[name] }).toEqual({ [name]: masked[name] });
    const inBins = tokens.lengths.reduce((sum: number, bin: { samples: number }) => sum + bin.samples, 0);
    expect(inBins).toBe(samples.length);
  });

  it("are found that train nothing, or are cut where they do", async () => {
    const text = "a".repeat(150);
    const { evidenceOf, whole } = await auditOf(
      [
        { id: "short", messages: says("Mend it.", "Done.") },
        { id: "cut", messages: says("Mend it.", text) },
        { id: "behind", messages: says(text, "Done.") },
        { id: "asked", messages: says("Mend it.", "").slice(0, 1) },
      ],
      "--tokenizer",
      "model",
      "--context",
      "100",
    );
    expect(evidenceOf("trained-cut-off")).toEqual([expect.stringMatching(/^\d+ of 151 trained tokens/)]);
    expect(evidenceOf("nothing-trained-in-context")).toEqual([
      "all of 6 trained tokens lie behind token 100",
    ]);
    expect(evidenceOf("too-long")).toHaveLength(2);
    expect(evidenceOf("not-measured")).toEqual([expect.stringMatching(/^nothing-to-train-on: /)]);
    expect(whole).toMatchObject({
      tokens: { measured: 3, not_measured: { "nothing-to-train-on": 1 }, over_long: 2, trained_cut_off: 1 },
    });
  });

  it("are found of which the template trains nothing", async () => {
    const template =
      "{% for message in messages %}{{ message.content }}{% generation %}{% endgeneration %}{% endfor %}";
    await writeFile(folder.file("nothing.jinja"), template);
    const { evidenceOf } = await auditOf(
      [{ id: "plain", messages: says("Mend it.", "Done.") }],
      "--tokenizer",
      "model",
      "--template",
      "nothing.jinja",
    );
    expect(evidenceOf("nothing-trained")).toEqual(["0 of 13 tokens"]);
  });

  it("are estimated without a tokenizer, and said to be", async () => {
    const rows = [{ id: "long", messages: says("Mend it.", "a".repeat(700)) }];
    const { evidenceOf } = await auditOf(rows, "--context", "100");
    expect(evidenceOf("too-long")).toEqual([expect.stringMatching(/^about 20\d tokens, by 3\.5/)]);
  });
});

describe("a page of an audit", () => {
  const hostile = '<script>alert(1)</script><img src="https://example.org/x">\u001b[2J';

  it("shows what stands in rows and runs none of it", async () => {
    const repositories = Array.from({ length: 9 }, (_, index) => `acme__tools${index % 3}-${index}`);
    const rows = [...repositories, "acme__rare-1"].map((instance_id) => ({
      instance_id,
      resolved: true,
      patch: "",
      messages: says(`Mend ${instance_id}.`, `${"As an AI, I say "}${hostile}`),
    }));
    await auditOf(rows, "--out", "audit.html");
    const page = await readFile(folder.file("audit.html"), "utf8");
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'/);
    expect(page).not.toMatch(/<script|<img|\s(?:style|src)="|href="(?!#)/);
    expect(page).not.toContain("\u001b");
    expect(page).toContain("&lt;script&gt;");
    expect(page).toContain('<a href="#solved-without-a-change">');
    expect(page).toContain("10 of 10 (100 %)");
    // Six examples of ten samples; the one of a repository of its own comes last, and is among them.
    const article = page.slice(page.indexOf('id="solved-without-a-change"')).split("</article>")[0] ?? "";
    expect(article.match(/<tr><td>/g)).toHaveLength(6);
    expect(article).toContain("acme/rare");
    await auditOf(rows, "--out", "again.html");
    expect(await readFile(folder.file("again.html"), "utf8")).toBe(page);
  });

  it.each([
    [["--out", "audit.pdf"], "usage"],
    [["--template", "x.jinja"], "usage"],
    [["--isolation", "namespaces"], "usage"],
    [["--dataset", "run"], "not-a-dataset"],
    [["--tokenizer", "nowhere"], "tokenizer-unreadable"],
  ])("is not begun with %s", async (args, code) => {
    const done = await command("audit", "run", ...args, "--json");
    expect(done.code).toBe(2);
    expect(done.rows()).toMatchObject([{ error: { code } }]);
  });
});
