import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Attempt } from "../attempt.ts";
import type { LedgerEvent } from "../run.ts";
import { noVerdict, solved, unsolved } from "../verdict.ts";
import type { Verdict } from "../verdict.ts";
import { TRIES_PER_TARGET, countRun, owedTargets, reduceLedger } from "./reduce.ts";

const at = "2026-01-01T00:00:00.000Z";
const declared = (...targets: string[]): LedgerEvent => ({
  type: "declared",
  schema_version: 1,
  at,
  targets,
});
const started = (target: string, number: number, process = 1): LedgerEvent => ({
  type: "started",
  at,
  attempt: `${target}.${number}`,
  target,
  process,
});
const finished = (target: string, number: number, verdict: Verdict): LedgerEvent => ({
  type: "finished",
  at,
  attempt: attemptOf(target, number, verdict),
});

function attemptOf(target: string, number: number, verdict: Verdict): Attempt {
  return {
    schema_version: 1,
    id: `${target}.${number}`,
    target,
    instance: target.replace(/\.\d+$/, ""),
    agent: "scripted",
    agent_version: "1",
    isolation: "process",
    started_at: at,
    seconds: 1,
    end: "finished",
    steps: 3,
    usage: { inputTokens: 10 },
    patch_bytes: 0,
    grader_version: 1,
    verdict,
  };
}

describe("what a run owes", () => {
  it("is what was declared and not finished", () => {
    const state = reduceLedger([declared("a.1", "b.1"), started("a.1", 1), finished("a.1", 1, solved({}))]);
    expect(owedTargets(state)).toEqual(["b.1"]);
  });

  it("includes an attempt that was started and never finished", () => {
    const state = reduceLedger([declared("a.1"), started("a.1", 1)]);
    expect(owedTargets(state)).toEqual(["a.1"]);
    expect(countRun(state, () => true)).toMatchObject({ running: 1, owed: 0 });
    expect(countRun(state, () => false)).toMatchObject({ running: 0, owed: 1 });
  });

  it("never includes a verdict of the agent's work, good or bad", () => {
    const bad = unsolved(["no-changes"]);
    expect(owedTargets(reduceLedger([declared("a.1"), started("a.1", 1), finished("a.1", 1, bad)]))).toEqual(
      [],
    );
  });

  it("includes a fault outside the agent until its tries are used up", () => {
    const events: LedgerEvent[] = [declared("a.1")];
    for (let number = 1; number <= TRIES_PER_TARGET; number++) {
      expect(owedTargets(reduceLedger(events))).toEqual(["a.1"]);
      events.push(started("a.1", number), finished("a.1", number, noVerdict("sandbox")));
    }
    expect(owedTargets(reduceLedger(events))).toEqual([]);
  });
});

it("accounts for every target, whatever the order of events", () => {
  const name = fc.constantFrom("a.1", "b.1", "b.2", "c.1");
  const verdict = fc.constantFrom(solved({}), unsolved(["no-changes"]), noVerdict("model:model-overloaded"));
  const event = fc.oneof(
    fc.tuple(name, fc.nat(3)).map(([target, number]) => started(target, number, number)),
    fc.tuple(name, fc.nat(3), verdict).map(([target, number, result]) => finished(target, number, result)),
  );
  fc.assert(
    fc.property(fc.array(event), fc.nat(3), (events, living) => {
      const state = reduceLedger([declared("a.1", "b.1", "b.2", "c.1"), ...events]);
      const counts = countRun(state, (process) => process === living);
      const noVerdicts = Object.values(counts.no_verdict).reduce((sum, count) => sum + count, 0);
      expect(counts.solved + counts.unsolved + noVerdicts + counts.running + counts.owed).toBe(
        counts.targets,
      );
    }),
    { seed: 1 },
  );
});
