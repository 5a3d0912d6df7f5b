import * as fc from "fast-check";
import { trajectoryEventSchema, type TrajectoryEvent } from "../../trajectory.ts";

/** Any record that a writer could leave: cut off anywhere, ids used twice, branches, histories given anew. For tests. */
const at = "2026-11-02T10:00:00.000Z";
export const start: Extract<TrajectoryEvent, { type: "start" }> = {
  type: "start",
  schema_version: 2,
  at,
  attempt: "one.1.1",
  instance: "one",
  agent: { name: "loop", version: "1" },
  model: "teacher",
  tools: [{ name: "bash", description: "Runs a command", parameters: { type: "object" } }],
  isolation: "namespaces",
};

const id = fc.constantFrom("a", "b", "call_0", "");
const args = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 });
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const optionalCount = optional(fc.nat());
const branch = optional(fc.constantFrom("sub-agent-2", "compaction-3", "other-9"));
const anyCall = fc.oneof(
  fc.record({ id, name: fc.string(), arguments: args, malformed: fc.constant(false) }),
  fc.record({
    id,
    name: fc.string(),
    arguments: fc.record({ malformed: fc.string() }),
    malformed: fc.constant(true),
  }),
);
const calls = fc.array(anyCall, { maxLength: 3 });
const reasoning = optional(fc.string());
const anyMessage = fc.oneof(
  fc.record({ role: fc.constantFrom("system", "user"), content: fc.string() }),
  fc.record({ role: fc.constant("assistant"), content: fc.string(), reasoning, tool_calls: calls }),
  fc.record({ role: fc.constant("tool"), tool_call_id: id, tool_name: fc.string(), content: fc.string() }),
);
const anyEvent: fc.Arbitrary<TrajectoryEvent> = fc
  .oneof(
    fc.constant(start),
    fc.record({
      type: fc.constant("input"),
      at: fc.constant(at),
      role: fc.constantFrom("system", "user"),
      content: fc.string(),
      branch,
    }),
    fc.record({
      type: fc.constant("turn"),
      at: fc.constant(at),
      content: fc.string(),
      reasoning,
      tool_calls: calls,
      usage: fc.record({ inputTokens: optionalCount, outputTokens: optionalCount }),
      served_model: reasoning,
      stop: optional(fc.constantFrom("end", "tool-calls", "length", "other")),
      tokens: optional(fc.record({ completion: fc.array(fc.nat(), { maxLength: 3 }) })),
      exchange: optional(fc.integer({ min: 1, max: 9 })),
      branch,
    }),
    fc.record({
      type: fc.constant("result"),
      at: fc.constant(at),
      tool_call_id: id,
      tool_name: fc.string(),
      content: fc.string(),
      is_error: fc.boolean(),
      branch,
    }),
    fc.record({
      type: fc.constant("context"),
      at: fc.constant(at),
      reason: fc.constant("condensed"),
      messages: fc.array(anyMessage, { maxLength: 5 }),
      branch,
    }),
    fc.record({
      type: fc.constant("branch"),
      at: fc.constant(at),
      id: fc.constantFrom("sub-agent-2", "compaction-3", "other-9"),
      kind: fc.constantFrom("sub-agent", "compaction", "retry", "other"),
      parent: branch,
      after: fc.nat({ max: 4 }),
    }),
    fc.record({ type: fc.constant("tools"), at: fc.constant(at), tools: fc.constant([]) }),
    fc.record({ type: fc.constant("end"), at: fc.constant(at), reason: fc.string() }),
  )
  .map((event) => trajectoryEventSchema.parse(JSON.parse(JSON.stringify(event))));

export const anyRecord: fc.Arbitrary<TrajectoryEvent[]> = fc.array(anyEvent, { maxLength: 30 });
