import { describe, expect, it } from "vitest";
import type { Attempt } from "../../attempt.ts";
import { foldLedger } from "../../stores/fold.ts";
import { stageRun, type StageOptions, type Story } from "../testing/stage-run.ts";
import { summarizeRun, surveyRun, type Sight } from "./summarize.ts";

const began = new Date("2026-01-01T00:00:00.000Z");
const after = (minutes: number) => new Date(began.getTime() + minutes * 60_000);
const nobody: Sight = { isAlive: () => false, lastSigns: new Map() };
const working: Sight = { ...nobody, isAlive: () => true };

function summaryOf(story: Story, now: Date, sight = nobody, options: StageOptions = {}) {
  const { manifest, events } = stageRun(story, { began, ...options });
  return summarize({ folder: "run1", manifest, state: foldLedger(events) }, now, sight);
}
function summarize(run: Parameters<typeof summarizeRun>[0], now: Date, sight: Sight) {
  return summarizeRun(run, surveyRun(run, now, sight.isAlive), now, sight);
}
const priced = (dollars: number) => (attempt: Attempt) => ({ ...attempt, dollars });

describe("the state of a run", () => {
  it("accounts for every target, and says how sure the rate is", () => {
    const summary = summaryOf({ a: "+", b: "-", c: "!", d: ".", e: "~" }, after(3));
    expect(summary).toMatchObject({
      targets: 5,
      solved: 1,
      unsolved: 1,
      no_verdict: { "model:model-overloaded": 1 },
      skipped: { "solved-already": 1 },
      owed: 1,
      done: 4,
      state: "stopped",
      coverage: { part: 2, of: 5 },
    });
    expect(summary.solved_rate).toMatchObject({ part: 1, of: 2 });
    expect(summary.solved_rate.low).toBeCloseTo(0.0945, 3);
  });

  it("tells the time left by the last hour, and the rate of the whole run beside it", () => {
    const long: Story = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`i${index}`, "+"]));
    const lastSigns = new Map([["y.1.1", after(119)]]);
    const summary = summaryOf({ ...long, x: ".", y: ">" }, after(120), { ...working, lastSigns });
    // Ninety minutes of work, thirty of silence: half of the last hour counts.
    expect(summary.rate.last_hour).toBe(30);
    expect(summary.rate.overall).toBe(45);
    expect(summary.seconds_left).toBe(240);
  });

  it("knows no time left when nobody works, and no rate before anything ended", () => {
    expect(summaryOf({ a: "+", b: "." }, after(2)).seconds_left).toBeNull();
    expect(summaryOf({ a: ".", b: "." }, after(2), working).rate).toEqual({ last_hour: null, overall: null });
  });

  it("is done when nothing is owed or under way, and nobody holds it", () => {
    expect(summaryOf({ a: "+", b: "!" }, after(2)).state).toBe("done");
    const holder = { host: "here", process: 7 };
    const held = summaryOf({ a: "+", b: "!" }, after(3), { ...nobody, holder });
    expect(held.state).toBe("working");
    expect(held.workers).toContainEqual({ host: "here", process: 7, alive: true, attempts: 0 });
  });

  it("is stalled when attempts under way have shown no sign of life for long", () => {
    const story = { a: "+", b: ">" };
    expect(summaryOf(story, after(10), working).state).toBe("working");
    expect(summaryOf(story, after(60), working).state).toBe("stalled");
    const lastSigns = new Map([["b.1.1", after(58)]]);
    const alive = summaryOf(story, after(60), { ...working, lastSigns });
    expect(alive.state).toBe("working");
    expect(alive.under_way).toEqual([
      {
        attempt: "b.1.1",
        since: after(1).toISOString(),
        seconds: 59 * 60,
        last_sign: after(58).toISOString(),
      },
    ]);
  });

  it("shows the slowest attempts first, five at most", () => {
    const story = Object.fromEntries([..."abcdefg"].map((name) => [name, "+"]));
    const summary = summaryOf(story, after(9), nobody, {
      attempt: (attempt, index) => ({ ...attempt, seconds: [3, 9, 1, 7, 5, 8, 2][index] ?? 0 }),
    });
    expect(summary.slowest.map(({ seconds }) => seconds)).toEqual([9, 8, 7, 5, 3]);
  });

  it("gives the cost of a success where every price is known, and says how many are not", () => {
    const known = summaryOf({ a: "+", b: "-", c: "+" }, after(3), nobody, { attempt: priced(0.5) });
    expect(known.solvers[0]?.cost_per_success?.value).toBe(0.75);
    expect(known.dollars).toEqual({ known: 1.5, unpriced: 0 });
    const unknown = summaryOf({ a: "+", b: "-" }, after(3), nobody, {
      attempt: (attempt, index) => (index === 0 ? { ...attempt, dollars: 0.5 } : attempt),
    });
    expect(unknown.cost).toBeNull();
    expect(unknown.solvers[0]?.cost_per_success).toBeNull();
    expect(unknown.dollars).toEqual({ known: 0.5, unpriced: 1 });
  });

  it("uses the estimator that fits how attempts are made", () => {
    const each = summaryOf({ a: "+-", b: "--", c: "-+" }, after(6));
    expect(each.solvers[0]?.pass_at.map(({ k, value, method }) => [k, value, method])).toEqual([
      [1, 1 / 3, "unbiased"],
      [2, 2 / 3, "unbiased"],
    ]);
    const stopping = summaryOf({ a: "+~", b: "--", c: "-+" }, after(6), nobody, {
      config: { until_solved: true },
    });
    expect(stopping.solvers[0]?.pass_at.map(({ value, method }) => [value.toFixed(3), method])).toEqual([
      ["0.333", "life-table"],
      ["0.667", "life-table"],
    ]);
  });

  it("takes no longer than a look at 100,000 targets", () => {
    const story = Object.fromEntries(
      Array.from({ length: 25_000 }, (_, index) => [`i${index}`, index % 3 === 0 ? "+-+-" : "--!."]),
    );
    const { manifest, events } = stageRun(story, { began, attempt: priced(0.01) });
    const run = { folder: "run1", manifest, state: foldLedger(events) };
    const start = performance.now();
    expect(summarize(run, after(1), nobody).targets).toBe(100_000);
    // Some hundred milliseconds on a slow machine; a file for each attempt would take minutes.
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
