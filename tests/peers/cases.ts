import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import * as fc from "fast-check";
import type { TrajectoryEvent } from "../../src/trajectory.ts";
import { noVerdict, solved, unsolved } from "../../src/verdict.ts";
import { exportSamples } from "../../src/exporters/export.ts";
import { findExporter } from "../../src/exporters/index.ts";
import { samplesOfAttempts, type AttemptRecord } from "../../src/samples/of-attempts.ts";
import { anyConversation } from "../../src/importers/testing/conversations.ts";
import { toAtif } from "../../src/trajectories/atif.ts";
import { anyRecord } from "../../src/trajectories/testing/records.ts";
import {
  call,
  end,
  input,
  malformedCall,
  result,
  RUN_SOURCE,
  sourceOf,
  start,
  turn,
} from "../../src/exporters/testing/records.ts";

/** Writes what the peers are to read. A trajectory named `atif-broken…` is one that a reader must refuse. */
export async function writeCases(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, trajectory] of Object.entries(trajectories())) {
    await writeFile(path.join(folder, `atif-${name}.json`), JSON.stringify(trajectory));
  }
  await writeRows(folder, "plain", [sourceOf("a.1.1"), sourceOf("b.1.1"), thinking("c.1.1")]);
  await writeRows(folder, "text-only", [
    sourceOf("a.1.1", undefined, [input("user", "Hi"), turn({ content: "Hi" })]),
  ]);
  await writeRows(folder, "malformed", [malformed("a.1.1"), sourceOf("b.1.1")]);
  await writeRows(folder, "objects", [sourceOf("a.1.1"), thinking("b.1.1")], { arguments: "object" });
  await writeRows(folder, "tools-as-text", [sourceOf("a.1.1"), thinking("b.1.1")], { tools: "string" });
  await writeRows(folder, "long", longRun());
  const tokens = [sourceOf("a.1.1"), sourceOf("b.1.1"), thinking("c.1.1"), spoken("d.1.1")];
  await writeRows(folder, "tokens", tokens, { arguments: "object", tools: "string" });
  await writeRows(folder, "tokens-text", tokens, {}, "openhands");
  // Tables beside the lines of the same samples.
  const mixed = [sourceOf("a.1.1"), malformed("b.1.1"), thinking("c.1.1")];
  await writeRows(folder, "verl", mixed, { tools: "string" });
  await writeRows(folder, "plain", mixed, {}, "verl");
  await writeRows(folder, "text", [sourceOf("a.1.1"), thinking("b.1.1")], { calls: "text" }, "verl");
  await writeRows(folder, "tools-long", longRun(), { tools: "string" });
  await writeRows(folder, "long", longRun(), {}, "verl");
  await writeRows(folder, "none", [], {}, "verl");
  for (const format of ["openhands", "sharegpt", "atif"])
    await writeRows(folder, "plain", [sourceOf("a.1.1"), thinking("b.1.1")], {}, format);
  await writeRows(folder, "any", [...tokens, ...anyRows()], {}, "sharegpt");
  await writeRows(folder, "any-swe-agent", [...tokens, ...anyRows()], { style: "swe-agent" }, "sharegpt");
}

const unicode = "naïve 🙂 </script> \u2028 \u0000 end";

function trajectories(): Record<string, unknown> {
  const normal: TrajectoryEvent[] = [
    start("a.1.1", "a"),
    input("system", "You are careful."),
    input("user", unicode),
    turn({
      content: "Looking",
      reasoning: "hm",
      tool_calls: [call("a"), call("b", { path: "é", line: 3, nested: { list: [1, null, true] } })],
      usage: { inputTokens: 10, outputTokens: 2, cachedTokens: 0 },
      served_model: "teacher-0901",
    }),
    result("b", unicode),
    result("a", "error", true),
    turn({ content: "Done" }),
    end(),
  ];
  const trajectory = toAtif(normal, { verdict: solved({ files: 1 }) });
  return {
    normal: trajectory,
    unsolved: toAtif(normal, { verdict: unsolved(["not-found"]) }),
    "no-verdict": toAtif(normal, { verdict: noVerdict("sandbox-failed") }),
    interrupted: toAtif(normal.slice(0, 5)),
    "malformed-call": toAtif([
      start("a.1.1", "a"),
      turn({ tool_calls: [malformedCall("a", '{"x')] }),
      result("a"),
    ]),
    "unasked-result": toAtif([start("a.1.1", "a"), result("z"), turn({ content: "x" }), result("y")]),
    "start-only": toAtif([start("a.1.1", "a")]),
    empty: toAtif([], { sessionId: "a.1.1" }),
    branches: toAtif(withBranches()),
    ...randomTrajectories(),
    "broken-step-ids": { ...trajectory, steps: trajectory.steps.toReversed() },
    "broken-unknown-key": { ...trajectory, reward: 1 },
  };
}

/** A helper, and a history that was made shorter. */
function withBranches(): TrajectoryEvent[] {
  const at = "2026-11-02T10:00:00.000Z";
  return [
    start("a.1.1", "a"),
    input("user", unicode),
    turn({
      tool_calls: [call("a")],
      tokens: { prompt: [1, 2], completion: [3], logprobs: [-0.25] },
      exchange: 1,
    }),
    { type: "branch", at, id: "sub-agent-2", kind: "sub-agent", after: 1 },
    { type: "input", at, role: "user", content: "Help", branch: "sub-agent-2" },
    turn({ content: "Helped", branch: "sub-agent-2", exchange: 2 }),
    result("a"),
    { type: "context", at, reason: "condensed", messages: [{ role: "user", content: "So far: …" }] },
    turn({ content: "Done", exchange: 3, stop: "end" }),
    end(),
  ];
}

const RANDOM = 150;

function randomTrajectories(): Record<string, unknown> {
  const records = fc.sample(anyRecord, { numRuns: RANDOM, seed: 1 });
  return Object.fromEntries(records.map((events, number) => [`random-${number}`, toAtif(events)]));
}

/** Conversations of any text; those whose turns do not alternate are left out by the export. */
function anyRows(): AttemptRecord[] {
  const records = fc.sample(anyConversation, { numRuns: RANDOM, seed: 1 });
  return records.map((events, number) => sourceOf(`r${number}.1.1`, undefined, events.slice(1, -1)));
}

function thinking(id: string): AttemptRecord {
  return sourceOf(id, undefined, [
    input("user", unicode),
    turn({ reasoning: "hm", tool_calls: [call("a", { path: "x", line: 3 }), call("b", {})] }),
    result("a", ""),
    result("b", unicode),
    turn({ content: "Done" }),
  ]);
}

/** What templates and tokenizers are easily wrong about: whitespace at the ends, letters that are composed, a token of control that a tool printed. */
function spoken(id: string): AttemptRecord {
  return sourceOf(id, undefined, [
    input("system", 'You are <careful> & "kind".\n'),
    input("user", "  naïve e\u0301 日本語 🙂\r\n"),
    turn({ content: "  spaced  ", tool_calls: [call("a", { command: 'ls é "x" <b>\n\t', timeout: 1.5 })] }),
    result("a", "one <|im_end|> two\n\n"),
    turn({ content: "\n\nDone\n\n", reasoning: "\n hm \n" }),
  ]);
}

function malformed(id: string): AttemptRecord {
  return sourceOf(id, undefined, [turn({ tool_calls: [malformedCall("a", '{"command": "l')] }), result("a")]);
}

/** Readers guess the columns from the first megabytes: a thought that comes late must still be read. */
function* longRun(): Generator<AttemptRecord> {
  const text = "x".repeat(60_000);
  for (let number = 1000; number < 1300; number++) {
    yield sourceOf(`n${number}.1.1`, undefined, [
      input("user", "Find it."),
      turn({ tool_calls: [call("a")] }),
      result("a", text),
      turn({ content: "Done" }),
    ]);
  }
  yield thinking("z.1.1");
}

async function writeRows(
  folder: string,
  name: string,
  attempts: Iterable<AttemptRecord>,
  options: Record<string, string> = {},
  format = "openai",
): Promise<void> {
  await exportSamples({
    exporter: findExporter(format),
    options,
    samples: samplesOfAttempts(attempts, "run1"),
    source: RUN_SOURCE,
    folder: path.join(folder, `${format}-${name}`),
  });
}
