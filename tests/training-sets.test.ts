import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, rollout } from "../src/index.ts";
import { writeReader } from "../src/masks/testing/reader-files.ts";
import type { Sample } from "../src/sample.ts";
import { runCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { writeSampleRepository, writeSampleVariant } from "../src/testing/sample-repository.ts";
import { estimatingCounter } from "../src/text/token-counter.ts";
import { openTrainingSet } from "../src/training-sets/open.ts";
import { rowOf } from "../src/transforms/items.ts";
import { partsOf } from "../src/transforms/steps.ts";

/** A run as a training set, and what trainers read of either. */
let attempts: number;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  const repositories = [
    await writeSampleRepository(folder.file("orchard")),
    await writeSampleVariant(folder.file("vineyard"), "_too"),
  ];
  const splits = { shares: { train: 0.5, test: 0.5 } };
  await build({ repositories, task: "func-localize", perRepository: 2, out: folder.file("data"), splits });
  const counts = await rollout({ dataset: folder.file("data"), run: folder.file("run"), agent: "scripted" });
  attempts = counts.targets;
  expect(attempts).toBeGreaterThan(1);
});
afterAll(() => folder[Symbol.asyncDispose]());

const command = (...args: string[]) => runCommand(args, { cwd: folder.path });

async function samplesIn(name: string): Promise<Sample[]> {
  return Array.fromAsync((await openTrainingSet(folder.file(name))).samples());
}

describe("a run as a training set", () => {
  it("has every finished attempt, with its verdict, its patch and where it came from", async () => {
    expect((await command("select", "run", "--out", "all")).code).toBe(0);
    const samples = await samplesIn("all");
    expect(samples).toHaveLength(attempts);
    for (const sample of samples) {
      expect(sample).toMatchObject({
        task: "func-localize",
        language: "python",
        agent: { name: "scripted" },
        grade: { kind: "graded" },
        origin: { format: "run", name: "run" },
        lost: [],
      });
      expect(sample.patch).toMatch(/^(diff --git .*)?/);
      expect(sample.events[0]).toMatchObject({ type: "start", attempt: sample.id });
    }
  });

  it("gives the same rows as the run itself", async () => {
    const all = ["--include-unsolved"];
    for (const name of ["run", "all"])
      expect((await command("export", name, "--out", `of-${name}`, ...all)).code).toBe(0);
    const bytesIn = (name: string) => readFile(folder.file(`${name}/train.jsonl`));
    expect((await bytesIn("of-all")).equals(await bytesIn("of-run"))).toBe(true);
    const manifest = JSON.parse(await readFile(folder.file("of-all/manifest.json"), "utf8"));
    const { id } = await openTrainingSet(folder.file("all"));
    expect(manifest).toMatchObject({ source: { training_set: id, name: "all" } });
  });

  it("keeps to the splits of its dataset", async () => {
    const split = async (name: string) => {
      const args = ["select", "run", "--split", name, "--dataset", "data", "--out", name];
      expect(await command(...args)).toMatchObject({ code: 0 });
      return new Set((await samplesIn(name)).map(({ repository }) => repository?.name));
    };
    const [train, test] = [await split("train"), await split("test")];
    expect(train.size).toBe(1);
    expect(test.size).toBe(1);
    expect(train.isDisjointFrom(test)).toBe(true);
    const none = await command(
      "select",
      "run",
      "--split",
      "dev",
      "--dataset",
      "data",
      "--out",
      "x",
      "--json",
    );
    expect(none.rows()).toMatchObject([{ error: { code: "no-such-split" } }]);
  });
});

function tokensOf(sample: Sample): number {
  const { head, steps, tail } = partsOf(rowOf(sample), estimatingCounter);
  return [head, ...steps, tail].reduce((sum, { tokens }) => sum + tokens, 0);
}

describe("a transformed set", () => {
  beforeAll(async () => {
    expect((await command("select", "run", "--out", "before")).code).toBe(0);
  });
  const transform = (out: string, ...args: string[]) => command("transform", "before", "--out", out, ...args);

  it("is another set with its lineage, that every command reads", async () => {
    const apply = [
      "--apply",
      "redact:roots=/workspace,placeholder=/repo",
      "--apply",
      "rename-tools:to=openhands",
    ];
    const done = await transform("other", ...apply, "--json");
    expect(done).toMatchObject({ code: 0 });
    const [row] = done.rows();
    expect(row).toMatchObject({
      considered: attempts,
      written: attempts,
      refused: {},
      samples: { transformed: attempts },
    });
    const parent = await openTrainingSet(folder.file("before"));
    const { manifest } = await openTrainingSet(folder.file("other"));
    expect(manifest).toMatchObject({
      parents: [{ kind: "training-set", id: parent.id, name: "before" }],
      operation: {
        name: "transform",
        options: { apply: [{ name: "redact" }, { name: "rename-tools", options: { to: "openhands" } }] },
      },
    });
    for (const sample of await samplesIn("other")) {
      expect(sample).toMatchObject({
        schema_version: 2,
        lineage: [{ parent: parent.id, sample: sample.id }],
      });
      expect(JSON.stringify(sample.events)).not.toContain('"/workspace');
    }
    const all = ["--include-unsolved"];
    for (const format of ["openai", "openhands", "sharegpt", "atif"])
      expect(
        await command("export", "other", "--format", format, "--out", `as-${format}`, ...all),
      ).toMatchObject({ code: 0 });
    const exported = (name: string) => readFile(folder.file(`${name}/train.jsonl`), "utf8");
    expect((await exported("as-openai")).match(/"name":"execute_bash"/g)?.length).toBeGreaterThan(attempts);
    for (const args of [
      ["facts", "other"],
      ["audit", "other"],
      ["select", "other", "--out", "again"],
    ])
      expect((await command(...args)).code).toBeLessThan(2);
    const diff = await command("diff", "before", "other", "--json");
    expect(diff.rows()).toContainEqual(
      expect.objectContaining({
        change: "changed",
        fields: expect.arrayContaining(["events", "marks", "lineage"]),
      }),
    );
  });

  it("is the same bytes once more, and from the run itself but for its parent's id", async () => {
    const lengths = (await samplesIn("before")).map(tokensOf);
    const length = Math.min(...lengths) - 1;
    const apply = ["--apply", "one-call", "--apply", `fit:length=${length},policy=windows`];
    for (const name of ["windows", "windows-again"])
      expect(await transform(name, ...apply)).toMatchObject({ code: 0 });
    const bytesIn = (name: string, file: string) => readFile(folder.file(`${name}/${file}`));
    for (const file of ["samples.jsonl.zst", "manifest.json"])
      expect((await bytesIn("windows", file)).equals(await bytesIn("windows-again", file))).toBe(true);
    expect((await samplesIn("windows")).map(({ id }) => id).join(" ")).toContain("~w2");
    for (const format of ["openai", "openhands", "sharegpt", "atif"]) {
      const exported = await command(
        "export",
        "windows",
        "--format",
        format,
        "--out",
        `w-${format}`,
        "--include-unsolved",
        "--json",
      );
      expect(exported.rows()).toMatchObject([{ refused: {} }]);
    }
    expect((await command("transform", "run", "--out", "of-the-run", ...apply)).code).toBe(0);
    const textsOf = async (name: string) => (await samplesIn(name)).map(({ id, events }) => ({ id, events }));
    expect(await textsOf("of-the-run")).toEqual(await textsOf("windows"));
  });

  it("is the set that it was where nothing is to do, and is never overwritten", async () => {
    expect(await transform("same", "--apply", "drop-plans")).toMatchObject({ code: 0 });
    expect((await openTrainingSet(folder.file("same"))).id).toBe(
      (await openTrainingSet(folder.file("before"))).id,
    );
    const again = await transform("same", "--apply", "one-call", "--json");
    expect(again.code).toBe(2);
    expect(again.rows()).toMatchObject([{ error: { code: "set-exists" } }]);
  });

  it.each([
    [["--apply", "shorten"], "unknown-transform"],
    [["--apply", "fit"], "malformed-row"],
    [["--apply", "fit:length=many"], "malformed-row"],
    [["--apply", "redact:names=true"], "malformed-row"],
    [["--apply", "fit:length=100", "--tokenizer", "none.json"], "tokenizer-unreadable"],
    [["--apply", "one-call", "--tokenizer", "none.json"], "usage"],
    [[], "usage"],
  ])("is not begun with %s", async (args, code) => {
    const done = await transform("wrong", ...args, "--json");
    expect(done.code).toBe(2);
    expect(done.rows()).toMatchObject([{ error: { code } }]);
    expect(existsSync(folder.file("wrong"))).toBe(false);
  });
});

describe("what of a run a trainer learns from", () => {
  const tokens = ["--tokenizer", "model", "--include-unsolved", "--json"];
  const exported = async (name: string, ...args: string[]) => {
    const { code, stdout } = await command("export", "run", "--out", name, ...tokens, ...args);
    expect(code).toBe(0);
    return JSON.parse(stdout);
  };
  beforeAll(async () => {
    await mkdir(folder.file("model"));
    await writeReader(folder.file("model"));
  });

  it("is measured in tokens of the model to train, and shown", async () => {
    const { tokens: measured, written } = await exported("measured", "--token-ids");
    expect(measured).toMatchObject({ marking: "generation", context: null, over_long: "refuse" });
    const shown = await command("mask", "measured", "--tokenizer", "model", "--json", "--token-ids");
    expect(shown.code).toBe(0);
    const lines = shown.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { total, trained } = measured;
    expect(lines.at(-1)).toMatchObject({ rows: written, tokens: total, trained, nothing_trained: 0 });
    const rows = (await readFile(folder.file("measured/train.jsonl"), "utf8")).trim().split("\n");
    for (const [index, row] of rows.entries())
      expect(JSON.parse(row)).toMatchObject({
        input_ids: lines[index].input_ids,
        labels: lines[index].labels,
      });
    const page = await command("mask", "measured", "--tokenizer", "model", "--out", "mask.html");
    expect(page.stdout).toContain("<|im_start|>assistant\n⟦");
    expect(await readFile(folder.file("mask.html"), "utf8")).toContain('<mark class="trained"');
  });

  it("is audited as the rows that it is, and not as what tells of them", async () => {
    const shared = ["--format", "sharegpt", "--include-unsolved", "--out", "shared"];
    expect((await command("export", "run", ...shared)).code).toBe(0);
    const [whole] = (await command("audit", "shared", "--json")).rows().slice(-1);
    expect(whole).toMatchObject({ read: attempts, unreadable: {} });
  });

  it("is refused where it is nothing: too long, or cut off before the model says anything", async () => {
    const refusedWith = async (...args: string[]) => (await exported("short", ...args)).refused;
    expect(await refusedWith("--context", "20")).toEqual({ "over-long": attempts });
    const kept = ["--context", "20", "--over-long", "keep"];
    expect(await refusedWith(...kept)).toEqual({ "nothing-trained-in-context": attempts });
    await writeFile(
      folder.file("asked.jsonl"),
      '{"messages": [{"role": "user", "content": "Hi"}]}\n{"text": "x"}\n',
    );
    const { code, stdout } = await command("mask", "asked.jsonl", "--tokenizer", "model", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({
      rows: 2,
      nothing_trained: 1,
      unreadable: { "no-chat": 1 },
    });
  });

  it("says what is wrong with its flags, and leaves what was there", async () => {
    const before = await readFile(folder.file("measured/train.jsonl"), "utf8");
    for (const args of [
      ["--context", "9"],
      ["--tokenizer", "nowhere"],
      ["--set", "leave_out=failed"],
      ["--format", "atif", "--tokenizer", "model"],
      ["--format", "verl", "--tokenizer", "model", "--token-ids"],
    ]) {
      const { code, stderr } = await command("export", "run", "--out", "measured", ...args);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(stderr).toMatch(/^error: /);
    }
    expect(await readFile(folder.file("measured/train.jsonl"), "utf8")).toBe(before);
  });
});
