import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../base/hash.ts";
import type { AttemptRecord } from "../samples/of-attempts.ts";
import { samplesOfAttempts } from "../samples/of-attempts.ts";
import { noVerdict, solved, unsolved } from "../verdict.ts";
import { exportSamples } from "./export.ts";
import { findExporter } from "./index.ts";
import { exportManifestSchema } from "./manifest.ts";
import { call, RUN_SOURCE as source, sourceOf, turn } from "./testing/records.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "export-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function run(attempts: Iterable<AttemptRecord>, more: Partial<Parameters<typeof exportSamples>[0]> = {}) {
  const samples = samplesOfAttempts(attempts, "run1");
  return exportSamples({ exporter: findExporter("openai"), samples, source, folder, ...more });
}

async function idsInFile(): Promise<string[]> {
  const text = await readFile(path.join(folder, "train.jsonl"), "utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line).attempt_id);
}

describe("exportSamples", () => {
  it("writes solved attempts and counts every other one under its reason", async () => {
    const manifest = await run([
      sourceOf("two.1.1"),
      sourceOf("one.1.1"),
      sourceOf("one.2.1", unsolved(["not-found"])),
      sourceOf("one.3.1", noVerdict("sandbox-failed")),
      sourceOf("one.4.1", { ...solved({}), reward: null }),
      sourceOf("one.5.1", { ...unsolved(["x"]), resolved: true }),
      sourceOf("one.6.1", solved({}), [turn({ tool_calls: [call("a")] })]),
      sourceOf("one.1.1"),
    ]);
    expect(await idsInFile()).toEqual(["one.1.1", "two.1.1"]);
    expect(manifest.counts).toEqual({
      considered: 8,
      written: 2,
      instances: 2,
      refused: {
        "duplicate-attempt": 1,
        "inconsistent-verdict": 1,
        "missing-result": 1,
        "no-verdict": 1,
        ungraded: 1,
        unsolved: 1,
      },
    });
  });

  it("replaces an earlier export in another format, all of its files", async () => {
    await run([sourceOf("a.1.1")], { exporter: findExporter("verl") });
    await run([sourceOf("a.1.1")]);
    expect(await readdir(folder)).toEqual(["README.md", "manifest.json", "train.jsonl"]);
  });

  it("describes the file in the manifest, and writes the same bytes again", async () => {
    const attempts = [sourceOf("b.1.1"), sourceOf("a.1.1"), sourceOf("c.1.1")];
    const first = await run(attempts);
    const bytes = await readFile(path.join(folder, "train.jsonl"));
    expect(first.files["train.jsonl"]).toEqual({ bytes: bytes.length, sha256: sha256(bytes) });
    expect(first.lengths?.messages).toEqual({ min: 5, median: 5, p90: 5, p99: 5, max: 5, mean: 5 });
    const written = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8"));
    expect(exportManifestSchema.parse(written)).toEqual(first);
    expect(first.complete).toBe(true);
    expect(await run(attempts.toReversed())).toEqual(first);
    expect(await readdir(folder)).toEqual(["README.md", "manifest.json", "train.jsonl"]);
  });

  it("writes unsolved attempts only when asked to, labelled as such", async () => {
    const attempts = [sourceOf("a.1.1"), sourceOf("b.1.1", unsolved(["not-found"]))];
    await run(attempts, { outcomes: ["unsolved"] });
    const rows = await readFile(path.join(folder, "train.jsonl"), "utf8");
    expect(JSON.parse(rows)).toMatchObject({ attempt_id: "b.1.1", resolved: false, reward: 0 });
  });

  it("refuses a record that belongs to another attempt", async () => {
    const swapped = { ...sourceOf("a.1.1"), readEvents: sourceOf("b.1.1").readEvents };
    expect((await run([swapped])).counts).toMatchObject({ written: 0, refused: { "record-mismatch": 1 } });
  });

  it("leaves a stranger's folder alone, a dataset's too", async () => {
    await writeFile(path.join(folder, "notes.txt"), "mine");
    await expect(run([])).rejects.toMatchObject({ code: "output-folder-in-use" });
    await writeFile(path.join(folder, "manifest.json"), '{"schema_version": 1, "task": "func-localize"}');
    await expect(run([])).rejects.toMatchObject({ code: "output-folder-in-use" });
    expect(await readdir(folder)).toEqual(["manifest.json", "notes.txt"]);
  });

  it("can be repeated after it broke off, and says until then that it is incomplete", async () => {
    const broken: AttemptRecord = {
      ...sourceOf("b.1.1"),
      async *readEvents() {
        yield* [];
        throw new Error("disk gone");
      },
    };
    await expect(run([sourceOf("a.1.1"), broken])).rejects.toThrow("disk gone");
    expect(await readdir(folder)).toEqual(["manifest.json"]);
    expect(JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8"))).toMatchObject({
      complete: false,
      counts: { written: 0 },
    });
    expect((await run([sourceOf("a.1.1")])).complete).toBe(true);
  });
});
