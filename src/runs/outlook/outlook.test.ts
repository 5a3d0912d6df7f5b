import { describe, expect, it } from "vitest";
import type { Attempt } from "../../attempt.ts";
import { foldLedger } from "../../stores/fold.ts";
import { stageRun, type StageOptions, type Story } from "../testing/stage-run.ts";
import { estimateRun, type EstimateOptions } from "./estimate.ts";
import { planRun } from "./plan-run.ts";

const model = { name: "m", base_url: "http://localhost:8000/v1", api: "openai" as const };
const solvers = [{ name: "solver", agent: "loop", model }];

function estimateOf(story: Story, options: Partial<EstimateOptions> = {}, stage: StageOptions = {}) {
  const { manifest, events } = stageRun(story, { ...stage, config: { solvers, ...stage.config } });
  return estimateRun(manifest.config, foldLedger(events), { concurrency: 4, ...options });
}
const used = (attempt: Attempt): Attempt => ({
  ...attempt,
  usage: { inputTokens: 1000, outputTokens: 100, cachedTokens: 400 },
});

describe("an estimate from a sample", () => {
  const story = { a: "+", b: "-", c: "+", d: "-" };

  it("scales tokens, cost and time to the whole run", () => {
    const estimate = estimateOf(
      story,
      {
        instances: 1000,
        prices: new Map([["m", { input: 1, output: 10, cached: 0.1 }]]),
        gpus: { count: 2, dollarsPerHour: 3 },
      },
      { attempt: used },
    );
    expect(estimate.solvers[0]).toMatchObject({
      sample: { attempts: 4, instances: 4, graded: 4 },
      targets: 1000,
      tokens: { input: 1_000_000, output: 100_000, cached: 400_000 },
    });
    // 600 tokens at 1, 400 at 0.1, 100 at 10, for a million; a thousand times.
    expect(estimate.dollars?.value).toBeCloseTo(1.64, 10);
    expect(estimate.wall_seconds).toBe((1000 * 60) / 4);
    expect(estimate.gpu?.hours).toBeCloseTo((1000 * 60 * 2) / 4 / 3600, 10);
    expect(estimate.gpu?.dollars).toBeCloseTo(25, 10);
  });

  it("says how many rows to expect, with what the sample does not know", () => {
    const rows = estimateOf(story, { instances: 1000 }).solvers[0]?.solved_instances;
    expect(rows?.value).toBeCloseTo(500, 0);
    expect(rows?.interval.low).toBeLessThan(200);
    expect(rows?.interval.high).toBeGreaterThan(800);
    // What is done is certain.
    expect(estimateOf(story).solvers[0]?.solved_instances).toMatchObject({
      value: 2,
      interval: { low: 2, high: 2 },
    });
  });

  it("does not invent a price", () => {
    expect(estimateOf(story).dollars).toBeNull();
    const recorded = estimateOf(story, {}, { attempt: (attempt) => ({ ...attempt, dollars: 0.5 }) });
    expect(recorded.dollars?.value).toBeCloseTo(2, 10);
  });

  it("counts fewer attempts where they stop at a success, and no success that it has not seen", () => {
    const stops = { config: { until_solved: true } };
    const estimate = estimateOf({ a: "+~", b: "-+", c: "--", d: "+~" }, { instances: 100 }, stops);
    expect(estimate.solvers[0]?.targets).toBe(150);
    const more = estimateOf({ a: "+-", b: "--", c: "--" }, { attempts: 8 });
    expect(more.solvers[0]?.solved_instances).toMatchObject({ from_attempts: 2, value: 1 });
  });

  it("pays for repeats after faults", () => {
    const { manifest, events } = stageRun({ a: "+", b: "-", c: "+" });
    const claimed = events.filter(({ type }) => type === "claimed");
    const state = foldLedger([...events, ...claimed]);
    const [solver] = estimateRun(manifest.config, state, { concurrency: 1 }).solvers;
    expect(solver?.attempt_seconds).toBe(3 * 2 * 60);
  });

  it("refuses to guess from two attempts", () => {
    expect(() => estimateOf({ a: "+", b: "-", c: "." })).toThrow(/2 attempts that ended.*needs 3/);
  });
});

describe("what a rollout would do", () => {
  const config = { solvers, attempts: 2 };
  const plan = { config, instances: ["a", "b", "c"], quarantined: 1, concurrency: 2 };

  it("counts what is to be declared, and says that nothing else is known", () => {
    expect(planRun(plan)).toEqual({
      instances: 3,
      quarantined: 1,
      solvers: [
        {
          solver: "solver",
          agent: "loop",
          model: "m",
          targets: 6,
          done: 0,
          owed: 0,
          to_declare: 6,
          tokens: null,
          dollars: null,
          attempt_seconds: null,
          sample: 0,
        },
      ],
      wall_seconds: null,
      disk_bytes: null,
    });
  });

  it("judges a run that has begun by its own attempts", () => {
    const known = foldLedger(stageRun({ a: "+-", b: "!." }, { attempt: used }).events);
    const found = planRun({ ...plan, known, bytesPerAttempt: 1000 });
    expect(found.solvers[0]).toMatchObject({ targets: 6, done: 2, owed: 2, to_declare: 2, sample: 3 });
    expect(found.solvers[0]?.tokens).toEqual({ input: 4000, output: 400, cached: 1600 });
    expect(found).toMatchObject({ wall_seconds: (4 * 60) / 2, disk_bytes: 4000 });
  });

  it("judges a new run by another, whatever its only solver is called there", () => {
    const { manifest, events } = stageRun({ x: "+", y: "-" }, { solver: "other", attempt: used });
    const like = { solvers: manifest.config.solvers, state: foldLedger(events) };
    expect(planRun({ ...plan, like }).solvers[0]).toMatchObject({
      to_declare: 6,
      sample: 2,
      attempt_seconds: 360,
    });
  });
});
