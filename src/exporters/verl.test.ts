import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../base/hash.ts";
import { type AttemptRecord, samplesOfAttempts } from "../samples/of-attempts.ts";
import { solved, unsolved } from "../verdict.ts";
import { exportSamples } from "./export.ts";
import { findExporter } from "./index.ts";
import {
  call,
  input,
  malformedCall,
  result,
  RUN_SOURCE as source,
  sourceOf,
  turn,
} from "./testing/records.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "verl-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function write(attempts: Iterable<AttemptRecord>, options: Record<string, string> = {}, into = folder) {
  const samples = samplesOfAttempts(attempts, "run1");
  return exportSamples({
    exporter: findExporter("verl"),
    samples,
    source,
    folder: into,
    options,
    outcomes: ["solved", "unsolved"],
  });
}

/** As somebody else's reader gives them. */
async function read(from = folder) {
  const bytes = await readFile(path.join(from, "train.parquet"));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const compressors = { ZSTD: (block: Uint8Array) => new Uint8Array(zstdDecompressSync(block)) };
  return {
    rows: await parquetReadObjects({ file, compressors }),
    groups: parquetMetadata(file).row_groups.length,
  };
}

const thinking = [
  input("user", "Find it \u{1F642}"),
  turn({ reasoning: "hm", content: "Both.", tool_calls: [call("a", { path: "é", line: 3 }), call("b", {})] }),
  result("a", ""),
  result("b", "two\u2028lines"),
  turn({ content: "Done" }),
];

describe("the format verl", () => {
  it("keeps every message and call in nested columns, and tools and arguments as JSON text", async () => {
    await write([sourceOf("a.1.1", solved({}), thinking), sourceOf("b.1.1", unsolved(["x"]))]);
    const { rows } = await read();
    expect(
      rows.map(({ attempt_id, resolved, reward, model, agent }) => [
        attempt_id,
        resolved,
        reward,
        model,
        agent,
      ]),
    ).toEqual([
      ["a.1.1", true, 1, "teacher", "loop@1"],
      ["b.1.1", false, 0, "teacher", "loop@1"],
    ]);
    const none = { reasoning_content: null, tool_call_id: null, name: null };
    expect(rows[0]?.["messages"]).toEqual([
      { ...none, role: "user", content: "Find it \u{1F642}" },
      {
        ...none,
        role: "assistant",
        content: "Both.",
        reasoning_content: "hm",
        tool_calls: [
          { id: "a", type: "function", function: { name: "bash", arguments: '{"path":"é","line":3}' } },
          { id: "b", type: "function", function: { name: "bash", arguments: "{}" } },
        ],
      },
      { ...none, role: "tool", content: "", tool_call_id: "a", name: "bash" },
      { ...none, role: "tool", content: "two\u2028lines", tool_call_id: "b", name: "bash" },
      { ...none, role: "assistant", content: "Done" },
    ]);
    expect(JSON.parse(String(rows[0]?.["tools"]))[0]).toMatchObject({ type: "function" });
  });

  it("keeps what a model wrote instead of an object", async () => {
    await write([
      sourceOf("a.1.1", solved({}), [turn({ tool_calls: [malformedCall("a", '{"x')] }), result("a")]),
    ]);
    const [row] = (await read()).rows;
    expect(row?.["messages"][0].tool_calls[0].function.arguments).toBe('{"x');
  });

  it("has calls in text for verl's own reader, without a column of tools", async () => {
    await write([sourceOf("a.1.1", solved({}), thinking)], { calls: "text" });
    const [row] = (await read()).rows;
    expect(row).not.toHaveProperty("tools");
    expect(row?.["messages"].every((message: object) => Object.keys(message).join() === "role,content")).toBe(
      true,
    );
    expect(JSON.stringify(row)).toContain("<function=bash>");
  });

  it("refuses text that UTF-8 cannot hold", async () => {
    const { counts } = await write([
      sourceOf("a.1.1", solved({}), [input("user", "\ud83d"), turn({ content: "Hi" })]),
      sourceOf("b.1.1"),
    ]);
    expect(counts).toMatchObject({ written: 1, refused: { "not-utf8": 1 } });
  });

  it("is a table without rows too", async () => {
    await write([]);
    expect(await read()).toEqual({ rows: [], groups: 0 });
  });

  it("writes in groups of bounded size, the same bytes again, and says so in the manifest", async () => {
    function* many() {
      for (let number = 1000; number < 1060; number++)
        yield sourceOf(`n${number}.1.1`, solved({}), [
          input("user", `${number} ${"x".repeat(1_000_000)}`),
          turn({ content: "Done" }),
        ]);
    }
    const first = await write(many());
    const bytes = await readFile(path.join(folder, "train.parquet"));
    expect(first.files["train.parquet"]).toEqual({ bytes: bytes.length, sha256: sha256(bytes) });
    const { rows, groups } = await read();
    expect(rows.map(({ attempt_id }) => attempt_id)).toEqual(
      Array.from({ length: 60 }, (_, index) => `n${1000 + index}.1.1`),
    );
    expect(groups).toBe(4);
    const again = path.join(folder, "again");
    expect(await write(many(), {}, again)).toEqual(first);
    expect(await readdir(again)).toEqual(["README.md", "manifest.json", "train.parquet", "verl_dataset.py"]);
  });
});
