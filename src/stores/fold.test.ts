import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LedgerEvent, RunState } from "../run.ts";
import type { Verdict } from "../verdict.ts";
import { noVerdict, solved, unsolved } from "../verdict.ts";
import { countRun } from "./counts.ts";
import { foldLedger } from "./fold.ts";
import { attemptOf, targetOf } from "./testing/records.ts";

const at = "2026-01-01T00:00:00.000Z";
const declared = (...ids: string[]): LedgerEvent => ({
  type: "declared",
  schema_version: 2,
  at,
  targets: ids.map(targetOf),
});
const claimed = (target: string, number: number, worker = "w1"): LedgerEvent => ({
  type: "claimed",
  at,
  attempt: `${target}.${number}`,
  target,
  worker,
});
const finished = (target: string, number: number, verdict: Verdict): LedgerEvent => ({
  type: "finished",
  at,
  attempt: attemptOf(`${target}.${number}`, verdict),
});
const interrupted = (target: string, number: number): LedgerEvent => ({
  type: "interrupted",
  at,
  attempt: `${target}.${number}`,
  target,
  reason: "drained",
  steps: 1,
  usage: { inputTokens: 7 },
});

const accounted = (state: RunState, isAlive: (worker: string) => boolean) => {
  const {
    targets,
    solved: good,
    unsolved: bad,
    no_verdict,
    skipped,
    running,
    owed,
  } = countRun(state, isAlive);
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  expect(good + bad + sum(no_verdict) + sum(skipped) + running + owed).toBe(targets);
};

describe("what a ledger says", () => {
  it("counts a claim of a living worker as running, and of one that is gone as owed", () => {
    const state = foldLedger([declared("a.1"), claimed("a.1", 1)]);
    expect(countRun(state, () => true)).toMatchObject({ running: 1, owed: 0 });
    expect(countRun(state, () => false)).toMatchObject({ running: 0, owed: 1 });
  });

  it("counts what was spent on attempts that were interrupted or came to no verdict", () => {
    const state = foldLedger([
      declared("a.1"),
      claimed("a.1", 1),
      interrupted("a.1", 1),
      claimed("a.1", 2),
      finished("a.1", 2, noVerdict("sandbox")),
      claimed("a.1", 3),
      finished("a.1", 3, solved({})),
    ]);
    expect(countRun(state, () => false)).toMatchObject({ attempts: 3, tokens: { input: 27 }, solved: 1 });
    expect(state.targets.get("a.1")).toMatchObject({
      tries: 3,
      interruptions: { drained: 1 },
      faults: { sandbox: 1 },
    });
  });

  it("declares nothing twice", () => {
    const state = foldLedger([declared("a.1"), declared("a.1", "a.2")]);
    expect([...state.targets.keys()]).toEqual(["a.1", "a.2"]);
  });

  it("accounts for every target, whatever the order of events", () => {
    const name = fc.constantFrom("a.1", "b.1", "b.2", "c.1");
    const verdict = fc.constantFrom(
      solved({}),
      unsolved(["no-changes"]),
      noVerdict("model:model-overloaded"),
    );
    const number = fc.integer({ min: 1, max: 4 });
    const event = fc.oneof(
      fc.tuple(name, number).map(([target, count]) => claimed(target, count, `w${count}`)),
      fc.tuple(name, number, verdict).map(([target, count, result]) => finished(target, count, result)),
      fc.tuple(name, number).map(([target, count]) => interrupted(target, count)),
      name.map((target): LedgerEvent => ({ type: "skipped", at, target, reason: "solved-already" })),
    );
    fc.assert(
      fc.property(fc.array(event), number, (events, living) => {
        const state = foldLedger([declared("a.1", "b.1", "b.2", "c.1"), ...events]);
        accounted(state, (worker) => worker === `w${living}`);
      }),
      { seed: 1 },
    );
  });
});
