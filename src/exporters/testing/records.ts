import type { Attempt } from "../../attempt.ts";
import type { Instance } from "../../instance.ts";
import type { TrajectoryEvent } from "../../trajectory.ts";
import { SAMPLE_FORMAT, type Sample } from "../../sample.ts";
import type { AttemptRecord } from "../../samples/of-attempts.ts";
import { solved } from "../../verdict.ts";
import type { Verdict } from "../../verdict.ts";

/** Small made-up attempts, for tests of what reads or writes them. */
type Turn = Extract<TrajectoryEvent, { type: "turn" }>;
const at = "2026-11-02T10:00:00.000Z";

/** Where an export of a made-up run says that it comes from. */
export const RUN_SOURCE = {
  config_sha256: "1".repeat(64),
  dataset_sha256: "2".repeat(64),
  agent: "loop",
  model: "teacher",
};

export function start(attempt: string, instance: string): TrajectoryEvent {
  return {
    type: "start",
    schema_version: 1,
    at,
    attempt,
    instance,
    agent: { name: "loop", version: "1" },
    model: "teacher",
    tools: [
      {
        name: "bash",
        description: "Runs a command",
        parameters: {
          type: "object",
          properties: { command: { type: "string" } },
          required: ["command"],
        },
      },
      {
        name: "edit",
        description: "Edits a file",
        parameters: { type: "object", properties: { path: { type: "string" }, line: { type: "integer" } } },
      },
    ],
    isolation: "namespaces",
  };
}

export function input(role: "system" | "user", content: string): TrajectoryEvent {
  return { type: "input", at, role, content };
}

export function turn(fields: Partial<Omit<Turn, "type">> = {}): TrajectoryEvent {
  return { type: "turn", at, content: "", tool_calls: [], usage: {}, ...fields };
}

export function call(id: string, args: Turn["tool_calls"][number]["arguments"] = { command: "ls" }) {
  return { id, name: "bash", arguments: args, malformed: false };
}

export function malformedCall(id: string, text: string) {
  return { id, name: "bash", arguments: { malformed: text }, malformed: true };
}

export function result(id: string, content = "README.md", isError = false): TrajectoryEvent {
  return { type: "result", at, tool_call_id: id, tool_name: "bash", content, is_error: isError };
}

export function end(reason = "finished"): TrajectoryEvent {
  return { type: "end", at, reason };
}

export function instanceOf(id: string): Instance {
  return {
    schema_version: 1,
    id,
    task: "func-localize",
    language: "python",
    repository: { name: "acme/tools", commit: "c".repeat(40), tree: "a".repeat(40) },
    start_tree: "b".repeat(40),
    instruction: "Find the function and document it.",
    variant: {},
    facts: {},
  };
}

export function attemptOf(id: string, verdict: Verdict = solved({})): Attempt {
  const target = id.slice(0, id.lastIndexOf("."));
  return {
    schema_version: 2,
    id,
    target,
    instance: target.slice(0, target.lastIndexOf(".")),
    solver: "loop",
    agent: "loop",
    agent_version: "1",
    model: "teacher",
    isolation: "namespaces",
    started_at: at,
    seconds: 12.5,
    end: "finished",
    steps: 2,
    usage: { inputTokens: 30, outputTokens: 3 },
    patch_bytes: 100,
    grader_version: 1,
    verdict,
  };
}

/** An attempt with its record; by default solved, with one call and one last word. */
export function sourceOf(id: string, verdict?: Verdict, between?: readonly TrajectoryEvent[]): AttemptRecord {
  const attempt = attemptOf(id, verdict);
  const middle = between ?? [
    input("system", "You are careful."),
    input("user", "Find it."),
    turn({ content: "Looking", tool_calls: [call("a")] }),
    result("a"),
    turn({ content: "Done" }),
  ];
  return {
    attempt,
    instance: instanceOf(attempt.instance),
    async *readEvents() {
      yield* [start(id, attempt.instance), ...middle, end()];
    },
    readPatch: async () => Buffer.from("--- a/x\n+++ b/x\n"),
  };
}

/** A sample of its own making: graded as solved, with one turn, unless said otherwise. */
export function sampleOf(id: string, fields: Partial<Sample> = {}): Sample {
  const instance = fields.instance ?? id.split(".")[0] ?? id;
  return {
    schema_version: SAMPLE_FORMAT,
    id,
    instance,
    task: "func-localize",
    repository: { name: "acme/tools", commit: "c".repeat(40) },
    language: "python",
    agent: { name: "loop", version: "1" },
    model: "teacher",
    grade: { kind: "graded", outcome: "solved", reward: 1, reasons: [], grader_version: 1 },
    patch: null,
    usage: { inputTokens: 30, outputTokens: 3 },
    dollars: 0.5,
    seconds: 12.5,
    origin: { format: "run", name: "run1" },
    lost: [],
    repaired: [],
    events: [start(id, instance), input("user", `Find ${id}.`), turn({ content: "Done" }), end()],
    ...fields,
  };
}
