import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { sha256 } from "../base/hash.ts";
import { call, sampleOf, turn } from "../exporters/testing/records.ts";
import type { Sample } from "../sample.ts";
import { temporaryFolder } from "../testing/command-line.ts";
import { openTrainingSet } from "./open.ts";
import { writeTrainingSet, type TrainingSetRequest } from "./write.ts";

function write(
  folder: string,
  samples: Iterable<Sample> | AsyncIterable<Sample>,
  more: Partial<TrainingSetRequest> = {},
) {
  return writeTrainingSet({
    folder,
    operation: { name: "import", options: {} },
    async *samples() {
      yield* samples;
    },
    known: () => ({ parents: [{ kind: "file", id: "f".repeat(64), name: "rows.jsonl" }] }),
    ...more,
  });
}

describe("a training set", () => {
  it("gives back what was written, under the hash of its lines", async () => {
    await using folder = await temporaryFolder();
    const samples = [sampleOf("a.1.1"), sampleOf("b.1.1", { grade: { kind: "ungraded" }, model: null })];
    const manifest = await write(folder.file("set"), samples, {
      async *samples(refused) {
        refused.add("not-read", 2);
        yield* samples;
      },
    });
    const set = await openTrainingSet(folder.file("set"));
    expect(await Array.fromAsync(set.samples())).toEqual(samples);
    expect(set.manifest).toEqual(manifest);
    expect(manifest.counts).toEqual({
      considered: 4,
      written: 2,
      refused: { "not-read": 2 },
      grades: { solved: 1, ungraded: 1 },
      agents: { loop: 2 },
      models: { teacher: 1, unknown: 1 },
    });
    const bytes = await readFile(folder.file("set/samples.jsonl.zst"));
    expect(sha256(zstdDecompressSync(bytes))).toBe(manifest.id);
    expect(await readdir(folder.file("set"))).toEqual(["manifest.json", "samples.jsonl.zst"]);
  });

  it("has the same bytes when it is written again elsewhere", async () => {
    await using folder = await temporaryFolder();
    const samples = ["a.1.1", "b.1.1", "c.1.1"].map((id) => sampleOf(id));
    const first = await write(folder.file("one"), samples);
    expect(await write(folder.file("two"), samples)).toEqual(first);
    const [one, two] = await Promise.all(
      ["one", "two"].map((name) => readFile(folder.file(`${name}/samples.jsonl.zst`))),
    );
    expect(one).toEqual(two);
  });

  it("has the same bytes whether its samples come at once or one after a while", async () => {
    await using folder = await temporaryFolder();
    const samples = ["a.1.1", "b.1.1"].map((id) => sampleOf(id));
    async function* slowly() {
      for (const sample of samples) {
        yield sample;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    await write(folder.file("one"), samples);
    await write(folder.file("two"), slowly());
    const bytesIn = (name: string) => readFile(folder.file(`${name}/samples.jsonl.zst`));
    expect((await bytesIn("two")).equals(await bytesIn("one"))).toBe(true);
  });

  it("keeps what a model wrote in the order in which it wrote it", async () => {
    await using folder = await temporaryFolder();
    const [first, second] = [
      { path: "x", command: "view" },
      { command: "view", path: "x" },
    ].map((args) => sampleOf("a.1.1", { events: [turn({ tool_calls: [call("a", args)] })] }));
    if (first === undefined || second === undefined) throw new Error("unreachable");
    const { id } = await write(folder.file("one"), [first]);
    const [read] = await Array.fromAsync((await openTrainingSet(folder.file("one"))).samples());
    expect(JSON.stringify(read?.events)).toContain('{"path":"x","command":"view"}');
    expect((await write(folder.file("two"), [second])).id).not.toBe(id);
    const { id: fields, ...others } = first;
    expect((await write(folder.file("three"), [{ ...others, id: fields }])).id).toBe(id);
  });

  it("is never overwritten, and nothing of a stranger's is", async () => {
    await using folder = await temporaryFolder();
    const { id } = await write(folder.file("set"), [sampleOf("a.1.1")]);
    await expect(write(folder.file("set"), [])).rejects.toMatchObject({ code: "set-exists" });
    expect((await openTrainingSet(folder.file("set"))).id).toBe(id);
    await writeFile(folder.file("manifest.json"), '{"schema_version": 1, "kind": "export"}');
    await expect(write(folder.path, [])).rejects.toMatchObject({ code: "output-folder-in-use" });
    await expect(openTrainingSet(folder.path)).rejects.toMatchObject({ code: "not-a-training-set" });
  });

  it("says that it is incomplete after it was cut off, and is replaced then", async () => {
    await using folder = await temporaryFolder();
    const broken = write(folder.file("set"), [], {
      async *samples() {
        yield sampleOf("a.1.1");
        throw new Error("power gone");
      },
    });
    await expect(broken).rejects.toThrow("power gone");
    await expect(openTrainingSet(folder.file("set"))).rejects.toMatchObject({ code: "set-incomplete" });
    // What a killed writer leaves.
    await writeFile(folder.file("set/samples.jsonl.zst.999999.tmp"), "half");
    await write(folder.file("set"), [sampleOf("b.1.1")]);
    expect(await readdir(folder.file("set"))).toEqual(["manifest.json", "samples.jsonl.zst"]);
  });

  it.each(["other lines", "a cut", "nothing"])("says that it is damaged: %s", async (damage) => {
    await using folder = await temporaryFolder();
    await write(
      folder.file("set"),
      ["a.1.1", "b.1.1"].map((id) => sampleOf(id)),
    );
    const file = folder.file("set/samples.jsonl.zst");
    const bytes = await readFile(file);
    if (damage === "a cut") await truncate(file, bytes.length - 20);
    else {
      const lines = zstdDecompressSync(bytes).toString("utf8").split("\n");
      await writeFile(file, damage === "other lines" ? zstdCompressSync(`${lines[0]}\n`) : "");
    }
    const { samples } = await openTrainingSet(folder.file("set"));
    await expect(Array.fromAsync(samples())).rejects.toMatchObject({ code: "set-damaged" });
  });

  it("takes samples one by one, and gives them so: twenty thousand of them", async () => {
    await using folder = await temporaryFolder();
    let made = 0;
    async function* many() {
      for (; made < 20_000; made++) yield sampleOf(`s-${made}`);
    }
    const { counts } = await write(folder.file("set"), many());
    expect(counts.written).toBe(20_000);
    let read = 0;
    for await (const { id } of (await openTrainingSet(folder.file("set"))).samples())
      expect(id).toBe(`s-${read++}`);
    expect(read).toBe(20_000);
  });

  it("can be left in the middle", async () => {
    await using folder = await temporaryFolder();
    await write(
      folder.file("set"),
      Array.from({ length: 500 }, (_, number) => sampleOf(`s-${number}`)),
    );
    for await (const { id } of (await openTrainingSet(folder.file("set"))).samples()) {
      expect(id).toBe("s-0");
      break;
    }
  });
});
