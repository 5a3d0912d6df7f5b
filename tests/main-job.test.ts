import { existsSync } from "node:fs";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  build,
  exportAttempts,
  exportInstances,
  grade,
  openDataset,
  finishedAttempts,
  openRun,
  regrade,
  report,
  rollout,
  validate,
} from "../src/index.ts";
import { runCommand, startCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { writeSampleRepository } from "../src/testing/sample-repository.ts";

/** The chain on a small repository: build → validate → rollout → grade → export → report. */
describe("the main job", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let repository: string;
  const request = () => ({
    repositories: [repository],
    task: "func-localize",
    perRepository: 4,
    cache: folder.file("cache"),
  });

  beforeAll(async () => {
    folder = await temporaryFolder();
    repository = await writeSampleRepository(folder.file("orchard"));
    await build({ ...request(), out: folder.file("data") });
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it("makes instances whose two halves belong together and give nothing away", async () => {
    const dataset = await openDataset(folder.file("data"));
    expect(dataset.manifest).toMatchObject({ tasks: { "func-localize": { instances: 4 } }, instances: 4 });
    expect(dataset.manifest.eligible).toBeGreaterThanOrEqual(dataset.manifest.examined);
    for await (const { instance, secret } of dataset.pairs()) {
      expect(secret.id).toBe(instance.id);
      const [target] = (secret.answer as { targets: { path: string; qualified_name: string }[] }).targets;
      const name = target?.qualified_name.split(".").at(-1) ?? "";
      expect(name).not.toBe("");
      expect(JSON.stringify(instance)).not.toContain(name);
      expect(JSON.stringify(instance)).not.toContain(target?.path);
    }
  });

  it("gives the same bytes for the same input, options and seed, and others for another seed", async () => {
    const again = folder.file("again");
    await build({ ...request(), out: again, cache: folder.file("other-cache") });
    for (const name of ["manifest.json", "instances.jsonl", "secrets.jsonl", "rejections.jsonl"]) {
      expect(await readFile(path.join(again, name), "utf8"), name).toBe(
        await readFile(folder.file(`data/${name}`), "utf8"),
      );
    }
    await build({ ...request(), out: folder.file("seeded"), seed: "2" });
    const instances = (name: string) => readFile(folder.file(`${name}/instances.jsonl`), "utf8");
    expect(await instances("seeded")).not.toBe(await instances("data"));
  });

  it("finds every instance valid, in any order", async () => {
    const results = await validate({ dataset: folder.file("data"), repeat: 2 });
    expect(results).toHaveLength(4);
    expect(results.filter((result) => !result.valid)).toEqual([]);
  });

  it("goes on with a validation after kill -9; what was found for another question is not used", async () => {
    const log = folder.file("data/validation.partial.jsonl");
    const lines = async () => (await readFile(log, "utf8").catch(() => "")).split("\n").filter(Boolean);
    const args = ["validate", folder.file("data"), "--repeat", "40", "--json"];
    const { child, result } = startCommand(args);
    while ((await lines()).length < 6) await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGKILL");
    await result;
    const found = await lines();
    // Half a line, as a killed writer leaves it, and a finding that no check of this dataset makes.
    const odd = { round: 40, validation: { ...JSON.parse(found[1] ?? "").validation, valid: false } };
    await writeFile(log, `${found.join("\n")}\n${JSON.stringify(odd)}\n{"round":7,"val`);
    const second = await runCommand(args);
    const results = second.rows() as { id: string; valid: boolean }[];
    expect(results).toHaveLength(4);
    expect(results.filter(({ valid }) => !valid)).toMatchObject([{ id: odd.validation.id }]);
    expect(existsSync(log)).toBe(false);

    await writeFile(log, `{"asked":"another"}\n${JSON.stringify({ ...odd, round: 1 })}\n`);
    expect((await validate({ dataset: folder.file("data") })).filter(({ valid }) => !valid)).toEqual([]);
  });

  it("lets the scripted agent work, grades it the same twice, and exports what was solved", async () => {
    const run = folder.file("run");
    const counts = await rollout({ dataset: folder.file("data"), run, agent: "scripted" });
    expect(counts).toMatchObject({ targets: 4, no_verdict: {}, running: 0, owed: 0 });
    expect(counts.solved).toBeGreaterThanOrEqual(1);

    const first = await finishedAttempts(await openRun(run));
    for await (const again of grade({ subject: run })) {
      expect(again.outcome).toBe(first.get((again.attempt_id ?? "").replace(/\.\d+$/, ""))?.verdict.outcome);
    }
    const exported = await exportAttempts({ run, format: "openai", out: folder.file("sft") });
    expect(exported.counts).toMatchObject({ considered: 4, written: counts.solved });
    await report({ subject: run, out: folder.file("run.html") });
    expect(await readFile(folder.file("run.html"), "utf8")).toContain("<!doctype html>");
  });

  it("says which verdicts a newer grader would change, and keeps them when asked", async () => {
    const run = folder.file("run");
    expect(await regrade({ subject: run })).toMatchObject({ graded: 4, unmatched: 0, changes: [] });
    const printed = await runCommand(["grade", run, "--json"]);
    const rows = printed.rows() as { attempt_id: string; outcome: string; reasons: string[] }[];
    const wrong = rows.find((row) => row.outcome === "solved") ?? rows[0];
    const earlier = rows.map((row) =>
      row === wrong
        ? { ...row, outcome: "unsolved", resolved: false, reward: 0, reasons: ["file-added"] }
        : row,
    );
    await writeFile(folder.file("earlier.jsonl"), earlier.map((row) => JSON.stringify(row)).join("\n"));
    const again = await regrade({ subject: run, against: folder.file("earlier.jsonl"), save: true });
    expect(again.changes).toMatchObject([
      {
        attempt_id: wrong?.attempt_id,
        before: { outcome: "unsolved", reasons: ["file-added"] },
        after: { outcome: "solved", reasons: [] },
        why: ["file-added"],
      },
    ]);
    expect(await readFile(path.join(run, "grades.jsonl"), "utf8")).toContain(wrong?.attempt_id);
    expect((await regrade({ subject: run })).changes).toEqual([]);
    expect((await openRun(run)).counts).toMatchObject({ targets: 4, owed: 0 });
  });

  it("writes instances as published rows that are graded as the instances are", async () => {
    const data = folder.file("data");
    await exportInstances({ dataset: data, format: "rows", out: folder.file("rows") });
    const predictions = folder.file("predictions");
    await mkdir(predictions, { recursive: true });
    const state = await finishedAttempts(await openRun(folder.file("run")));
    const expected = new Map<string, unknown>();
    for (const attempt of state.values()) {
      const patch = await readFile(folder.file(`run/attempts/${attempt.id}/patch.diff`));
      await writeFile(path.join(predictions, `${attempt.instance}.diff`), patch);
    }
    for await (const { instance_id, outcome, reasons } of grade({ subject: data, predictions }))
      expected.set(instance_id, { outcome, reasons });
    expect(expected.size).toBe(4);
    const rows = folder.file("rows/rows.jsonl");
    for await (const { instance_id, outcome, reasons } of grade({
      subject: rows,
      predictions,
      repositories: folder.path,
      cache: folder.file("cache"),
    })) {
      expect({ outcome, reasons }).toEqual(expected.get(instance_id));
      expected.delete(instance_id);
    }
    expect([...expected.keys()]).toEqual([]);
  });

  it("does nothing when the same rollout is asked for again, and only what is new when it grows", async () => {
    const again = { dataset: folder.file("data"), run: folder.file("grown"), agent: "scripted" };
    const done: string[] = [];
    const onAttempt = (attempt: { id: string }) => void done.push(attempt.id);
    await rollout({ ...again, limit: 1, onAttempt });
    await rollout({ ...again, limit: 1, onAttempt });
    expect(done).toHaveLength(1);
    await rollout({ ...again, limit: 2, attempts: 2, onAttempt });
    expect(done).toHaveLength(4);
    expect(new Set(done).size).toBe(4);
    await expect(rollout({ ...again, maxSteps: 7 })).rejects.toMatchObject({
      code: "other-run",
      fields: { differences: ["max_steps: 60 → 7", "attempts: 2 → 1 (may only grow)"] },
    });
  });

  it("continues after kill -9, losing and repeating nothing", async () => {
    const run = folder.file("killed");
    const args = [
      "rollout",
      folder.file("data"),
      "--run",
      run,
      "--agent",
      "scripted",
      "--concurrency",
      "1",
      "--json",
    ];
    const { child, result } = startCommand(args);
    const ledger = path.join(run, "ledger.jsonl");
    const finishedLines = async () =>
      (await readFile(ledger, "utf8").catch(() => ""))
        .split("\n")
        .filter((line) => line.includes('"type":"finished"'));
    while ((await finishedLines()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGKILL");
    await result;
    const before = await finishedLines();

    const second = await runCommand(args);
    expect(second.stderr).not.toContain("error");
    expect(second.rows()).toEqual([expect.objectContaining({ targets: 4, owed: 0, running: 0 })]);
    const after = await finishedLines();
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after).toHaveLength(4);
  });

  it("enters an attempt that was finished when its process was killed before the ledger's line", async () => {
    const run = folder.file("unentered");
    const request = { dataset: folder.file("data"), run, agent: "scripted", limit: 1 };
    await rollout(request);
    const ledger = path.join(run, "ledger.jsonl");
    const lines = (await readFile(ledger, "utf8")).trim().split("\n");
    await writeFile(ledger, `${lines.slice(0, -1).join("\n")}\n`);
    const done: string[] = [];
    await rollout({ ...request, onAttempt: (attempt) => void done.push(attempt.id) });
    expect(done).toEqual([]);
    expect((await openRun(run)).counts.owed).toBe(0);
  });

  it("continues a build that was killed", async () => {
    const out = folder.file("half-built");
    await cp(folder.file("data"), out, { recursive: true });
    await rm(path.join(out, "manifest.json"));
    await expect(openDataset(out)).rejects.toMatchObject({ code: "build-unfinished" });
    await build({ ...request(), out });
    expect(await readFile(path.join(out, "manifest.json"), "utf8")).toBe(
      await readFile(folder.file("data/manifest.json"), "utf8"),
    );
    expect(await readdir(out)).not.toContain("parts");
  });
});
