import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, rollout } from "../src/index.ts";
import type { Sample } from "../src/sample.ts";
import { runCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { writeSampleRepository, writeSampleVariant } from "../src/testing/sample-repository.ts";
import { openTrainingSet } from "../src/training-sets/open.ts";

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
