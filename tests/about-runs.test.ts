import { execFileSync } from "node:child_process";
import { appendFile, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, openRun, rollout } from "../src/index.ts";
import { bundle } from "../src/commands/bundle.ts";
import { dryRun } from "../src/commands/dry-run.ts";
import type { LedgerEvent } from "../src/run.ts";
import { writeRun, stageRun } from "../src/runs/testing/stage-run.ts";
import { writeLine } from "../src/stores/local/lines.ts";
import { runCommand, startCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { writeSampleRepository } from "../src/testing/sample-repository.ts";

/** What people see of a run, before, during and after it. */
describe("a run as people see it", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let run: string;
  let target: string;
  const at = "2026-01-01T00:00:00.000Z";
  const append = (event: LedgerEvent) => appendFile(path.join(run, "ledger.jsonl"), `${writeLine(event)}\n`);
  const key = "sk-live-0123456789abcdef0123";

  beforeAll(async () => {
    folder = await temporaryFolder();
    run = folder.file("run");
    const repository = await writeSampleRepository(folder.file("orchard"));
    await build({
      repositories: [repository],
      task: "func-localize",
      perRepository: 2,
      cache: folder.file("cache"),
      out: folder.file("data"),
    });
    await rollout({
      dataset: folder.file("data"),
      run,
      agent: "scripted",
      isolation: "process",
      allowUnsafe: true,
    });
    target = [...(await openRun(run)).state.targets.keys()][0] ?? "";
    // A second attempt that was begun, wrote a little and was interrupted.
    await append({ type: "claimed", at, attempt: `${target}.2`, target, worker: "gone:1:1" });
    await append({
      type: "interrupted",
      at,
      attempt: `${target}.2`,
      target,
      reason: "drained",
      steps: 1,
      usage: {},
    });
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it("is done once, and says how sure its rate is", async () => {
    const { code, rows, stderr } = await runCommand(["status", run, "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(rows()).toEqual([
      expect.objectContaining({
        state: "done",
        targets: 2,
        owed: 0,
        solved_rate: expect.objectContaining({ of: 2 }),
      }),
    ]);
    const watched = await runCommand(["status", run, "--watch"]);
    expect(watched.code).toBe(0);
    expect(watched.stdout).toMatch(/ · done\nagent scripted, isolation process \(no isolation\)\n/);
  });

  it("is watched until Ctrl-C while something is owed, one block for each change", async () => {
    const owed = folder.file("owed");
    await writeRun(owed, stageRun({ a: "+", b: "." }));
    const { child, result } = startCommand(["status", owed, "--watch", "--json"]);
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    child.kill("SIGINT");
    const { code, rows, stderr } = await result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(rows()).toEqual([expect.objectContaining({ state: "stopped", owed: 1 })]);
  });

  it("is estimated from three attempts on", async () => {
    const few = await runCommand(["estimate", run, "--json"]);
    expect(few).toMatchObject({ code: 2 });
    expect(few.rows()).toEqual([{ error: expect.objectContaining({ code: "too-few-attempts" }) }]);
    const staged = folder.file("sample");
    await writeRun(staged, stageRun({ a: "+", b: "-", c: "+" }));
    const { code, stdout } = await runCommand([
      "estimate",
      staged,
      "--instances",
      "300",
      "--concurrency",
      "10",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("solver, from 3 attempts at 3 instances");
    expect(stdout).toContain("time      30 min 0 s with 10 at a time");
  });

  it("says what continuing it would do, and changes nothing", async () => {
    const before = await readFile(path.join(run, "ledger.jsonl"));
    const plan = await dryRun({
      dataset: folder.file("data"),
      run,
      agent: "scripted",
      attempts: 2,
    });
    expect(plan).toMatchObject({
      instances: 2,
      solvers: [{ targets: 4, done: 2, owed: 0, to_declare: 2, sample: 2 }],
    });
    expect(plan.disk_bytes).toBeGreaterThan(0);
    const fresh = await dryRun({
      dataset: folder.file("data"),
      run: folder.file("none"),
      agent: "scripted",
    });
    expect(fresh).toMatchObject({
      wall_seconds: null,
      disk_bytes: null,
      solvers: [{ to_declare: 2, sample: 0 }],
    });
    expect(await readFile(path.join(run, "ledger.jsonl"))).toEqual(before);
  });

  it("shows an attempt with what it took, and one that was interrupted as far as it came", async () => {
    const finished = await runCommand(["inspect", run, target]);
    expect(finished.code).toBe(0);
    expect(finished.stdout).toMatch(/## attempt .*\.1\.1\nstate +finished\n/);
    expect(finished.stdout).toMatch(/cost +unknown/);
    const interrupted = await runCommand(["inspect", run, `${target}.2`]);
    expect(interrupted.code).toBe(0);
    expect(interrupted.stdout).toContain(`interrupted  ${at}: drained`);
    expect(interrupted.stdout).toContain("(no record)");
    expect((await runCommand(["inspect", run, `${target}.9`])).code).toBe(2);
  });

  it("gives one attempt to report, without secrets and without the answer", async () => {
    const steps = path.join(run, "attempts", `${target}.1`, "steps.jsonl");
    const original = await readFile(steps);
    await appendFile(steps, `{"said":"${key} and env-secret-value"}\n`);
    const out = folder.file("report.tar.gz");
    const made = await bundle({
      run,
      attempt: target,
      out,
      environment: { SOME_API_KEY: "env-secret-value" },
    });
    await appendFile(steps, "")
      .then(() => rm(steps))
      .then(() => appendFile(steps, original));
    const names = execFileSync("tar", ["-tzf", out], { encoding: "utf8" }).trim().split("\n");
    expect(names.map((name) => path.basename(name)).sort()).toEqual(
      ["bundle.json", ...made.files.map(({ name }) => name)].sort(),
    );
    expect(made.files.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "run.json",
        "attempt.json",
        "ledger.jsonl",
        "instance.json",
        "doctor.json",
        "steps.jsonl",
      ]),
    );
    expect(made.omitted).toEqual(
      expect.arrayContaining([{ name: "secret.json", reason: expect.any(String) as string }]),
    );
    const all = execFileSync("tar", ["-xzOf", out], { encoding: "utf8" });
    expect(all).not.toContain(key);
    expect(all).not.toContain("env-secret-value");
    expect(made.files.find(({ name }) => name === "steps.jsonl")?.secrets_hidden).toBe(2);
  });

  it("puts the answer in when it is asked for, and names what is too large", async () => {
    const out = folder.file("whole.tar.gz");
    const made = await bundle({ run, attempt: `${target}.1`, out, withTruth: true, largestBytes: 4000 });
    expect(made.omitted.map(({ reason }) => reason).join()).toMatch(/over the limit of 4000/);
    const other = await bundle({ run, attempt: `${target}.2`, out, withTruth: true });
    expect(other.files.map(({ name }) => name)).toContain("secret.json");
    expect(other.omitted).toContainEqual({ name: "attempt.json", reason: "there is none" });
  });
});
