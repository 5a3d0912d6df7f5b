import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { runUndisturbed, type CaseResult, type Undisturbed } from "./case.ts";
import { PROMISES } from "./checks.ts";
import { prepareGround, type Ground, type Scenario } from "./ground.ts";
import { describeResult, planFaults, runCases, type Planned } from "./sweep.ts";

/** A sample of the sweep that `npm run test:chaos` makes whole. CHAOS_SEED takes another one. */
const SEED = process.env["CHAOS_SEED"] ?? "1";
const SAMPLE: readonly [Scenario, faults: number][] = [
  ["loop", 8],
  ["scripted", 2],
  ["scripted-namespaces", 3],
];

describe("a run that is killed, or refused by the disk, at a write, a flush or the start of a process", () => {
  let ground: Ground;
  const undisturbed: Undisturbed[] = [];
  const results: CaseResult[] = [];

  beforeAll(async () => {
    ground = await prepareGround();
    const planned: Planned[] = [];
    for (const [scenario, faults] of SAMPLE) {
      const calm = await runUndisturbed(ground, scenario);
      undisturbed.push(calm);
      const random = createRandom(SEED, scenario);
      planned.push(...random.shuffle(planFaults(calm, random)).slice(0, faults));
    }
    await runCases(ground, planned, (result) => results.push(result));
  }, 900_000);
  afterAll(() => ground[Symbol.asyncDispose]());

  it("keeps its promises when nothing happens", () => {
    expect(undisturbed.flatMap(({ violations }) => violations)).toEqual([]);
    for (const { points } of undisturbed) expect(Object.keys(points).length).toBeGreaterThan(30);
  });

  it("meets what was planned for it", () => {
    const met = results.filter((result) => result.met).length;
    expect(met).toBeGreaterThan(results.length * 0.8);
  });

  it.each(PROMISES)("and the same command again: %s", (promise) => {
    const broken = results
      .map((result) => ({
        ...result,
        violations: result.violations.filter((one) => one.promise === promise),
      }))
      .filter(({ violations }) => violations.length > 0);
    expect(broken.map(describeResult).join("\n")).toBe("");
  });
});
