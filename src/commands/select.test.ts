import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { sampleOf } from "../exporters/testing/records.ts";
import { writeReader } from "../masks/testing/reader-files.ts";
import type { Sample } from "../sample.ts";
import { runCommand, startCommand, temporaryFolder } from "../testing/command-line.ts";
import { openTrainingSet } from "../training-sets/open.ts";
import { idsIn, writeSet } from "../training-sets/testing/sets.ts";
import { select } from "./select.ts";

const unsolved: Sample["grade"] = {
  kind: "graded",
  outcome: "unsolved",
  reward: 0,
  reasons: ["not-found"],
  grader_version: 1,
};
const claimed = (resolved: boolean): Sample["grade"] => ({ kind: "claimed", resolved, by: "resolved" });

/** A user's words of this length. */
function saying(id: string, characters: number): Sample {
  const sample = sampleOf(id);
  const content = id.padEnd(characters, "x");
  const events = sample.events.map((event) => (event.type === "input" ? { ...event, content } : event));
  return { ...sample, events };
}

const mixed = [
  sampleOf("a.1"),
  sampleOf("b.1", { grade: unsolved }),
  sampleOf("c.1", { grade: claimed(true) }),
  sampleOf("d.1", { grade: claimed(false) }),
  sampleOf("e.1", { grade: { kind: "ungraded" } }),
  sampleOf("f.1", { grade: { kind: "no-verdict", cause: "sandbox-failed" } }),
];

describe("hybrid-gym select", () => {
  it("takes what is graded as asked, and counts the others under what they are", async () => {
    await using folder = await temporaryFolder();
    await writeSet(folder.file("set"), mixed);
    const solved = await runCommand(["select", "set", "--outcome", "solved", "--out", "solved", "--json"], {
      cwd: folder.path,
    });
    expect(solved.rows()).toMatchObject([
      {
        considered: 6,
        written: 1,
        refused: { unsolved: 1, claimed: 2, ungraded: 1, "no-verdict": 1 },
        rules: [
          { rule: "outcome solved", left_out: 5 },
          { rule: "the record is there", left_out: 0 },
          { rule: "no conversation twice", left_out: 0 },
          { rule: "the record is there still", left_out: 0 },
        ],
      },
    ]);
    const args = ["select", "set", "--outcome", "solved", "--accept-claims", "--out", "claims"];
    const { stdout, code } = await runCommand(args, { cwd: folder.path });
    expect(code).toBe(0);
    expect(stdout).toContain("left out: outcome solved, claims accepted  4");
    expect(await idsIn(folder.file("claims"))).toEqual(["a.1", "c.1"]);
    expect((await openTrainingSet(folder.file("claims"))).manifest.counts.grades).toEqual({
      claimed: 1,
      solved: 1,
    });
  });

  it("mixes sets, keeps apart what has one id, and leaves out what was said already", async () => {
    await using folder = await temporaryFolder();
    await writeSet(folder.file("one"), [sampleOf("a.1"), sampleOf("b.1")]);
    const other = saying("a.1", 90);
    await writeSet(folder.file("two"), [other, sampleOf("b.1", { model: "student" })]);
    const from = [folder.file("one"), folder.file("two")];
    const manifest = await select({ from, out: folder.file("mix") });
    expect(manifest.counts).toMatchObject({ considered: 4, written: 3, refused: { "same-conversation": 1 } });
    expect(manifest.parents.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "training-set one",
      "training-set two",
    ]);
    expect(await idsIn(folder.file("mix"))).toEqual(["a.1", "b.1", "a.1~2"]);
    expect((await select({ from, out: folder.file("again") })).id).toBe(manifest.id);
  });

  it("takes the best of each instance, quotas and a limit, the same by the same seed", async () => {
    await using folder = await temporaryFolder();
    const samples = ["a", "b", "c", "d"].flatMap((instance, number) =>
      [300, 100, 200].map((size, attempt) => ({
        ...saying(`${instance}.${attempt}`, size),
        language: number < 3 ? "python" : "typescript",
        dollars: attempt === 0 ? 0.1 : null,
      })),
    );
    await writeSet(folder.file("set"), samples);
    const ids = async (name: string, ...flags: string[]) => {
      const args = ["select", "set", "--out", name, ...flags];
      expect(await runCommand(args, { cwd: folder.path })).toMatchObject({ code: 0 });
      return idsIn(folder.file(name));
    };
    expect(await ids("best", "--best-of", "instance=1")).toEqual(["a.1", "b.1", "c.1", "d.1"]);
    expect(
      await ids("cheap", "--best-of", "instance=1", "--prefer", "cheapest", "--where", "instance = a,d"),
    ).toEqual(["a.0", "d.0"]);
    const quota = ["--best-of", "instance=1", "--quota", "language=1"];
    const drawn = await ids("quota", ...quota);
    expect(drawn).toHaveLength(2);
    expect(drawn).toContain("d.1");
    expect(await ids("again", ...quota)).toEqual(drawn);
    const seeds = await Promise.all(
      ["1", "2", "3", "4", "5"].map(async (seed) => {
        const out = folder.file(`seed-${seed}`);
        await select({ from: [folder.file("set")], out, limit: 3, seed });
        return (await idsIn(out)).join();
      }),
    );
    expect(new Set(seeds).size).toBeGreaterThan(1);
  });

  it("makes a matched control, and says how well it matched", async () => {
    await using folder = await temporaryFolder();
    await writeSet(folder.file("set"), [saying("a.9", 400), saying("b.9", 50)]);
    await writeSet(folder.file("pool"), [
      saying("a.1", 390),
      saying("a.2", 100),
      saying("c.1", 60),
      saying("c.2", 900),
    ]);
    const args = ["select", "pool", "--control-of", "set", "--out", "control", "--json"];
    const { rows } = await runCommand(args, { cwd: folder.path });
    expect(await idsIn(folder.file("control"))).toEqual(["a.1", "c.1"]);
    expect(rows()).toMatchObject([
      {
        written: 2,
        refused: { "not-in-control": 2 },
        control: { wanted: 2, matched: 2, same_instance: 1, instances: 2, instances_covered: 1 },
      },
    ]);
  });

  it("keeps to a policy of licences, by SPDX's rules, and says of how many nothing is known", async () => {
    await using folder = await temporaryFolder();
    const samples = [
      sampleOf("mit.1", { instance_facts: { licence: ["MIT"] } }),
      sampleOf("either.1", { instance_facts: { licence: ["Apache-2.0 OR GPL-3.0-only"] } }),
      sampleOf("both.1", { instance_facts: { licence: ["Apache-2.0", "GPL-3.0-only"] } }),
      sampleOf("and.1", { instance_facts: { licence: ["MIT AND GPL-3.0-only"] } }),
      sampleOf("later.1", { instance_facts: { licence: ["GPL-2.0-or-later"] } }),
      sampleOf("own.1", { instance_facts: { licence: ["See the notice"] } }),
      sampleOf("half.1", { instance_facts: { licence: ["MIT", "unknown"] } }),
      sampleOf("imported.1"),
    ];
    await writeSet(folder.file("set"), samples);
    const chosen = async (...args: string[]) => {
      const out = folder.file(args.join("-"));
      const { rows } = await runCommand(["select", "set", ...args, "--out", out, "--json"], {
        cwd: folder.path,
      });
      return { ids: await idsIn(out), row: rows()[0] };
    };
    const permissive = await chosen("--licence", "permissive");
    expect(permissive.ids).toEqual(["mit.1", "either.1"]);
    expect(permissive.row).toMatchObject({
      refused: { licence: 3, "licence-unknown": 3 },
      rules: [{ rule: "licence permissive", left_out: 6 }, {}, {}, {}],
    });
    const unknown = await chosen("--licence", "permissive", "--licence-unknown");
    expect(unknown.ids).toEqual(["mit.1", "either.1", "own.1", "half.1", "imported.1"]);
    expect((await chosen("--licence", "MIT,GPL-3.0-only")).ids).toEqual([
      "mit.1",
      "either.1",
      "and.1",
      "later.1",
    ]);
    expect((await chosen("--where", "licences = GPL-3.0-only")).ids).toEqual(["both.1"]);
  });

  it("says what is wrong before it reads or writes anything", async () => {
    await using folder = await temporaryFolder();
    await writeSet(folder.file("set"), mixed);
    const codeOf = async (...args: string[]) => {
      const command = ["select", ...args, "--json"];
      const { code, rows } = await runCommand(command, { cwd: folder.path });
      return [code, (rows()[0] as { error: { code: string } }).error.code];
    };
    expect(await codeOf("set", "--out", "new", "--where", "turn < 3")).toEqual([2, "unknown-field"]);
    expect(await codeOf("set", "--out", "new", "--where", "turns < few")).toEqual([2, "where-malformed"]);
    expect(await codeOf("set", "--out", "new", "--licence", "MIT,GPL3")).toEqual([2, "unknown-licence"]);
    expect(await codeOf("set", "--out", "new", "--licence", "MIT OR ISC")).toEqual([2, "unknown-licence"]);
    expect(await codeOf("set", "--out", "new", "--licence-unknown")).toEqual([2, "usage"]);
    expect(await codeOf("set", "--out", "new", "--split", "train")).toEqual([2, "usage"]);
    expect(await codeOf("set", "--out", "new", "--best-of", "model=1")).toEqual([2, "usage"]);
    expect(await codeOf("nowhere", "--out", "new")).toEqual([2, "not-a-run"]);
    expect(existsSync(folder.file("new"))).toBe(false);
    expect(await codeOf("set", "--out", "set")).toEqual([2, "set-exists"]);
  });

  it("leaves a set that says it is incomplete after kill -9; the same command makes it anew", async () => {
    await using folder = await temporaryFolder();
    await writeSet(
      folder.file("set"),
      (function* () {
        for (let number = 0; number < 5000; number++) yield sampleOf(`s-${number}`);
      })(),
    );
    const args = ["select", "set", "--out", "new"];
    const { child, result } = startCommand(args, { cwd: folder.path });
    while (!existsSync(folder.file("new/manifest.json")))
      await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGKILL");
    await result;
    const left = JSON.parse(await readFile(folder.file("new/manifest.json"), "utf8"));
    expect(left).toMatchObject({ complete: false, id: null });
    await expect(openTrainingSet(folder.file("new"))).rejects.toMatchObject({ code: "set-incomplete" });
    expect(await runCommand(args, { cwd: folder.path })).toMatchObject({ code: 0 });
    expect(await idsIn(folder.file("new"))).toHaveLength(5000);
  });
});

describe("hybrid-gym diff", () => {
  it("says what came, went and changed, and in which fields", async () => {
    await using folder = await temporaryFolder();
    await writeSet(folder.file("one"), [sampleOf("a.1"), sampleOf("b.1"), sampleOf("c.1", { task: null })]);
    await writeSet(folder.file("two"), [
      sampleOf("d.1"),
      sampleOf("b.1", { grade: unsolved, dollars: null }),
      sampleOf("a.1"),
    ]);
    const { rows } = await runCommand(["diff", "one", "two", "--json"], { cwd: folder.path });
    const repositories = { "acme/tools": 1 };
    expect(rows()).toEqual([
      { id: "d.1", change: "added" },
      { id: "b.1", change: "changed", fields: ["grade", "dollars"] },
      { id: "c.1", change: "removed" },
      {
        same: 1,
        added: { samples: 1, tasks: { "func-localize": 1 }, repositories, outcomes: { solved: 1 } },
        removed: { samples: 1, tasks: { unknown: 1 }, repositories, outcomes: { solved: 1 } },
        changed: {
          samples: 1,
          tasks: { "func-localize": 1 },
          repositories,
          outcomes: { unsolved: 1 },
          fields: { dollars: 1, grade: 1 },
        },
      },
    ]);
    const { stdout, code } = await runCommand(["diff", "one", "two"], { cwd: folder.path });
    expect(code).toBe(0);
    expect(stdout).toContain("field: grade");
  });

  it("chooses by how often instances are solved, of all that was given", async () => {
    await using folder = await temporaryFolder();
    const attempts = (instance: string, solvedOf: readonly boolean[]) =>
      solvedOf.map((isSolved, index) => ({
        ...saying(`${instance}.${index}`, 50 + index),
        instance,
        ...(isSolved ? {} : { grade: unsolved }),
      }));
    await writeSet(folder.file("set"), [
      ...attempts("always", [true, true]),
      ...attempts("never", [false, false]),
      ...attempts("half", [true, false]),
    ]);
    const rules = { passRate: { least: 0.1, most: 0.9 }, outcome: "solved" as const };
    await select({ from: [folder.file("set")], out: folder.file("out"), ...rules });
    expect(await idsIn(folder.file("out"))).toEqual(["half.0"]);
  });

  it("caps what a set is to hold only a share of, and fills a budget of tokens", async () => {
    await using folder = await temporaryFolder();
    const withLookups = (id: string, lookups: number) => ({ ...saying(id, 40), instance_facts: { lookups } });
    const samples = Array.from({ length: 12 }, (_, index) => withLookups(`s.${index}`, index < 8 ? 1 : 9));
    await writeSet(folder.file("set"), samples);
    const from = [folder.file("set")];
    const caps = ["instance.lookups <= 3: 50%"];
    const { counts, operation } = await select({ from, out: folder.file("capped"), caps });
    expect(counts).toMatchObject({ written: 8, refused: { cap: 4 } });
    expect(operation.rules).toContainEqual({ rule: "cap instance.lookups <= 3: 50%", left_out: 4 });
    const quotas = [{ group: "instance.lookups", count: 2 }];
    expect((await select({ from, out: folder.file("quota"), quotas })).counts.written).toBe(4);

    await mkdir(folder.file("model"));
    await writeReader(folder.file("model"));
    const budget = { tokenizer: folder.file("model"), tokenBudget: 300 };
    await select({ from, out: folder.file("budget"), ...budget });
    const { rows } = await runCommand([
      "facts",
      folder.file("budget"),
      "--tokenizer",
      budget.tokenizer,
      "--json",
    ]);
    const lengths = rows().map((row) => Number((row as { tokens: number }).tokens));
    const total = lengths.reduce((sum, tokens) => sum + tokens, 0);
    expect(total).toBeLessThanOrEqual(300);
    expect(total + Math.min(...lengths)).toBeGreaterThan(300);
    await expect(select({ from, out: folder.file("x"), tokenBudget: 9 })).rejects.toMatchObject({
      code: "usage",
    });
    await expect(select({ from, out: folder.file("x"), caps: ["turns < 3"] })).rejects.toMatchObject({
      code: "cap-malformed",
    });
    expect(existsSync(folder.file("x"))).toBe(false);
  });
});
