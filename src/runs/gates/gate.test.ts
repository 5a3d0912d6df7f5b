import { describe, expect, it } from "vitest";
import type { Attempt } from "../../attempt.ts";
import type { Json } from "../../base/json.ts";
import { createRandom } from "../../base/random.ts";
import { attemptOf } from "../../stores/testing/records.ts";
import type { TrajectoryEvent } from "../../trajectory.ts";
import { noVerdict, solved } from "../../verdict.ts";
import type { GateStop } from "../gate.ts";
import { createGate, solversPassed, type GateOptions } from "./create.ts";

const at = "2026-01-01T00:00:00.000Z";
type Turn = Extract<TrajectoryEvent, { type: "turn" }>;

const call = (malformed = false) => ({
  id: "c",
  name: "bash",
  arguments: malformed ? { malformed: "{" } : { command: "ls" },
  malformed,
});
const working: Turn = {
  type: "turn",
  at,
  content: "",
  tool_calls: [call()],
  usage: { inputTokens: 100, outputTokens: 10 },
  served_model: "m",
};
const talking: Turn = { ...working, content: "I would now look at the file.", tool_calls: [] };
const result = (isError = false): TrajectoryEvent => ({
  type: "result",
  at,
  tool_call_id: "c",
  tool_name: "bash",
  content: "",
  is_error: isError,
});
const good = [working, result(), working, result(), talking];

/** What a gate says of attempts, one after the other; it ends with the first word. */
async function gateOver(
  attempts: readonly (readonly TrajectoryEvent[])[],
  options: Partial<GateOptions> = {},
) {
  const notes: Readonly<Record<string, Json>>[] = [];
  const gate = createGate({ note: async (facts) => void notes.push(facts), ...options });
  let seen = 0;
  let stop: GateStop | undefined;
  for (const events of attempts) {
    seen++;
    stop = await gate.after(attemptWith(events, seen), () => stream(events));
    if (stop !== undefined) break;
  }
  return { stop, seen, notes };
}
const times = (count: number, events: readonly TrajectoryEvent[]) =>
  Array.from({ length: count }, () => events);
async function* stream(events: readonly TrajectoryEvent[]) {
  yield* events;
}
/** Without a turn, a fault. */
function attemptWith(events: readonly TrajectoryEvent[], index: number): Attempt {
  const verdict = events.length === 0 ? noVerdict("sandbox") : solved({});
  return { ...attemptOf(`i${index}.1.1`, verdict), model: "m" };
}

describe("the gate before a run", () => {
  it("stops after three attempts whose turns call no tool", async () => {
    const { stop, seen } = await gateOver(times(10, [talking, talking, talking]));
    expect(stop).toMatchObject({
      code: "too-many-dead-turns",
      message: "3 of 3 attempts of solver had too many turns without a tool call",
      facts: { dead_turns: { bad_attempts: 3, attempts: 3, part: 9, of: 9 }, stopped_by: "dead_turns" },
    });
    expect(seen).toBe(3);
  });

  it("takes the answer after work for no dead turn, and an answer without work for one", async () => {
    expect((await gateOver(times(10, good))).stop).toBeUndefined();
    expect((await gateOver(times(10, [talking]))).stop?.code).toBe("too-many-dead-turns");
  });

  it.each<[string, TrajectoryEvent[]]>([
    ["served-other-model", [{ ...working, served_model: "other" }, result(), talking]],
    ["too-many-malformed-calls", [{ ...working, tool_calls: [call(true)] }, result(), talking]],
    ["too-many-failed-calls", [working, result(true), working, result(true), talking]],
    ["no-usage", [{ ...working, usage: { inputTokens: 0, outputTokens: 0 } }, result()]],
    ["too-many-faults", []],
  ])("stops by %s", async (code, events) => {
    const { stop, seen } = await gateOver(times(10, events));
    expect(stop?.code).toBe(code);
    expect(seen).toBe(3);
    expect(stop?.hint).not.toBe("");
  });

  it("asks no tokens of an agent that asks no model", async () => {
    const events = [{ ...working, usage: {} }, result()];
    const gate = createGate({ note: async () => {} });
    for (let index = 1; index <= 10; index++) {
      const { model: _, ...attempt } = attemptWith(events, index);
      expect(await gate.after(attempt, () => stream(events))).toBeUndefined();
    }
  });

  it("asks none of answers that nobody pays for", async () => {
    const events = [{ ...working, usage: {} }, result()];
    expect((await gateOver(times(10, events), { isFree: () => true })).stop).toBeUndefined();
  });

  it("says which model answered", async () => {
    const { stop } = await gateOver(times(10, [{ ...working, served_model: "tiny" }, result()]));
    expect(stop?.message).toContain("(asked: m; served: tiny)");
  });

  it("takes the names that are accepted besides", async () => {
    const events = [{ ...working, served_model: "/models/q4.gguf" }, result()];
    const servedAs = () => ["/models/q4.gguf"];
    expect((await gateOver(times(10, events), { servedAs })).stop).toBeUndefined();
  });

  it("notes the rates of a solver that it let through, and looks no further", async () => {
    const bad = [talking, talking];
    const { stop, notes } = await gateOver([...times(10, good), ...times(10, bad)]);
    expect(stop).toBeUndefined();
    expect(notes).toEqual([
      expect.objectContaining({
        solver: "solver",
        attempts: 10,
        passed: true,
        dead_turns: { bad_attempts: 0, attempts: 10, part: 0, of: 30 },
      }),
    ]);
    const passed = solversPassed({
      notes: notes.map((facts) => ({ type: "noted", at, kind: "gate", facts: { ...facts } })),
    });
    expect((await gateOver(times(10, bad), { passed })).stop).toBeUndefined();
  });

  it("does not let one long attempt in a circle stop a run", async () => {
    const circle = times(200, [working, result(true)]).flat();
    expect((await gateOver([circle, ...times(9, good)])).stop).toBeUndefined();
  });

  it("takes other limits, and refuses those of no measure", async () => {
    const thresholds = { dead_turns: { limit: 1 } };
    expect((await gateOver(times(10, [talking]), { thresholds })).stop).toBeUndefined();
    expect(() => createGate({ thresholds: { speed: {} }, note: async () => {} })).toThrow(RangeError);
  });

  it("hardly ever stops a model of whose attempts one in ten is bad, nearly always where nine are", async () => {
    const draw = createRandom("gates");
    const stopped = async (share: number) => {
      let stops = 0;
      for (let run = 0; run < 400; run++) {
        const attempts = Array.from({ length: 10 }, () => (draw.next() < share ? [talking] : good));
        if ((await gateOver(attempts)).stop !== undefined) stops++;
      }
      return stops / 400;
    };
    expect(await stopped(0.1)).toBeLessThan(0.01);
    expect(await stopped(0.9)).toBeGreaterThan(0.9);
  });
});
