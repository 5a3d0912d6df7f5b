import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { drawBinomial } from "./binomial.ts";
import { costPerSuccess } from "./cost.ts";
import { expectedSolved, logGamma } from "./expected.ts";
import { rateOf } from "./interval.ts";
import { passAt, passByAttempt, type Outcomes } from "./pass-at.ts";
import { effectiveNumber } from "./effective-number.ts";

const random = () => createRandom("statistics");

/** Each subset of `k` of the attempts, as likely as any other. */
function subsets(items: Outcomes, k: number): boolean[][] {
  const [first, ...rest] = items;
  if (k === 0) return [[]];
  if (first === undefined) return [];
  return [...subsets(rest, k - 1).map((some) => [first, ...some]), ...subsets(rest, k)];
}

describe("the interval of a rate", () => {
  it("has the published bounds", () => {
    // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3.
    const published: [number, number, number, number][] = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ];
    for (const [part, of, low, high] of published) {
      const rate = rateOf(part, of);
      expect(rate.low).toBeCloseTo(low, 4);
      expect(rate.high).toBeCloseTo(high, 4);
    }
  });

  it("says nothing of nothing, and does not close at all or none", () => {
    expect(rateOf(0, 0)).toMatchObject({ low: 0, high: 1 });
    expect(rateOf(3, 3)).toMatchObject({ high: 1 });
    expect(rateOf(3, 3).low).toBeLessThan(0.5);
  });
});

describe("how many of some trials succeed", () => {
  it.each([
    [12, 0.3],
    [60, 0.5],
    [40, 0.9],
    [12_500, 0.25],
  ])("of %i with the chance %f has each number as often as it should", (trials, chance) => {
    const draws = 20_000;
    const from = random();
    const seen = new Map<number, number>();
    for (let draw = 0; draw < draws; draw++) {
      const number = drawBinomial(trials, chance, from);
      seen.set(number, (seen.get(number) ?? 0) + 1);
    }
    const logChance = (k: number) =>
      logGamma(trials + 1) -
      logGamma(k + 1) -
      logGamma(trials - k + 1) +
      k * Math.log(chance) +
      (trials - k) * Math.log(1 - chance);
    let below = 0;
    let truth = 0;
    // The largest distance of the two distributions; more than this has a chance of one in 100,000 (Kolmogorov).
    for (let k = 0; k <= trials; k++) {
      below += seen.get(k) ?? 0;
      truth += Math.exp(logChance(k));
      expect(Math.abs(below / draws - truth)).toBeLessThan(2.5 / Math.sqrt(draws));
    }
  });

  it("is none or all where nothing is left to chance", () => {
    expect(drawBinomial(7, 0, random())).toBe(0);
    expect(drawBinomial(7, 1, random())).toBe(7);
    expect(drawBinomial(0, 0.5, random())).toBe(0);
  });
});

describe("pass@k", () => {
  it("is the share of all choices of k attempts that hold a success", () => {
    const instances = [
      [true, false, false, true, false],
      [false, false, false],
      [true, true],
      [false, true, false, false],
    ];
    for (const k of [1, 2, 3]) {
      const enough = instances.filter(({ length }) => length >= k);
      const shares = enough.map((outcomes) => {
        const all = subsets(outcomes, k);
        return all.filter((some) => some.includes(true)).length / all.length;
      });
      const exact = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      const found = passAt(k, instances, random());
      expect(found?.value).toBeCloseTo(exact, 12);
      expect(found).toMatchObject({ instances: enough.length, method: "unbiased" });
      expect(found?.interval.low).toBeLessThanOrEqual(exact);
      expect(found?.interval.high).toBeGreaterThanOrEqual(exact);
    }
    expect(passAt(6, instances, random())).toBeUndefined();
  });

  it("is right where attempts stop at the first success, where the other estimator is not", () => {
    // Instances of two kinds; by hand: pass@3 = ½(1 − 0.5³) + ½(1 − 0.9³).
    const truth = (1 - 0.5 ** 3) / 2 + (1 - 0.9 ** 3) / 2;
    const draw = createRandom("stops");
    const instances = Array.from({ length: 20_000 }, (_, index) => {
      const chance = index % 2 === 0 ? 0.5 : 0.1;
      const outcomes: boolean[] = [];
      while (outcomes.length < 3 && !outcomes.includes(true)) outcomes.push(draw.next() < chance);
      return outcomes;
    });
    const found = passByAttempt(3, instances, random());
    expect(found?.value).toBeCloseTo(truth, 1);
    expect(found?.interval.low).toBeLessThan(truth);
    expect(found?.interval.high).toBeGreaterThan(truth);
    // Instances with three attempts are those that failed twice.
    expect(passAt(3, instances, random())?.value).toBeLessThan(truth - 0.2);
  });

  it("takes instances whose next attempt is still to come for the attempts that they made", () => {
    const instances = [[true], [false, true], [false, false], [false]];
    // Attempt 1: one of four. Attempt 2: one of two.
    expect(passByAttempt(2, instances, random())?.value).toBeCloseTo(1 - (3 / 4) * (1 / 2), 12);
    expect(passByAttempt(3, instances, random())).toBeUndefined();
    expect(passByAttempt(3, [[true], [true]], random())?.value).toBe(1);
  });

  it("keeps a width where every instance is solved, or none", () => {
    const all = [[true], [true], [true], [true]];
    const none = [[false], [false], [false], [false]];
    expect(passAt(1, all, random())).toMatchObject({ value: 1, interval: { high: 1 } });
    expect(passAt(1, all, random())?.interval.low).toBeCloseTo(0.51, 2);
    expect(passAt(1, none, random())?.interval.high).toBeCloseTo(0.49, 2);
    expect(passByAttempt(1, [[], []], random())).toBeUndefined();
  });

  it("has intervals that hold the truth as often as they say", () => {
    const draw = createRandom("coverage");
    const trials = 300;
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      // A chance for each instance, from 0 to 1 alike: pass@2 is 1 − ∫(1 − p)² = 2/3.
      const instances = Array.from({ length: 60 }, () => {
        const chance = draw.next();
        return Array.from({ length: 4 }, () => draw.next() < chance);
      });
      const interval = passAt(2, instances, random())?.interval;
      if (interval !== undefined && interval.low <= 2 / 3 && (interval.high ?? 1) >= 2 / 3) held++;
    }
    expect(held / trials).toBeGreaterThan(0.9);
  });
});

describe("cost per success", () => {
  it("is all that was spent over all successes", () => {
    const cost = costPerSuccess(
      [
        { spent: 1, solved: 1 },
        { spent: 3, solved: 0 },
        { spent: 2, solved: 2 },
      ],
      random(),
    );
    expect(cost?.value).toBe(2);
    expect(cost?.interval.low).toBeLessThan(2);
  });

  it("agrees with every sample that could be drawn", () => {
    const instances = [
      { spent: 1, solved: 1 },
      { spent: 2, solved: 1 },
      { spent: 5, solved: 1 },
      { spent: 3, solved: 2 },
    ];
    // All 4⁴ samples; exact percentiles.
    const ratios: number[] = [];
    for (let code = 0; code < 256; code++) {
      const sample = [0, 2, 4, 6].map((shift) => instances[(code >> shift) & 3] ?? { spent: 0, solved: 0 });
      const spent = sample.reduce((sum, one) => sum + one.spent, 0);
      ratios.push(spent / sample.reduce((sum, one) => sum + one.solved, 0));
    }
    ratios.sort((a, b) => a - b);
    const interval = costPerSuccess(instances, random())?.interval;
    expect(Math.abs((interval?.low ?? 0) - (ratios[6] ?? 0))).toBeLessThan(0.15);
    expect(Math.abs((interval?.high ?? 0) - (ratios[249] ?? 0))).toBeLessThan(0.3);
  });

  it("has no value without a success, but a lower bound", () => {
    expect(costPerSuccess([{ spent: 4, solved: 0 }], random())).toEqual({
      value: null,
      interval: { low: 4, high: null },
    });
    expect(costPerSuccess([], random())).toBeUndefined();
  });

  it("has no upper bound where a sample may well hold no success", () => {
    const rare = [
      { spent: 1, solved: 1 },
      { spent: 1, solved: 0 },
      { spent: 1, solved: 0 },
    ];
    expect(costPerSuccess(rare, random())).toMatchObject({ value: 3, interval: { high: null } });
  });
});

describe("rows to expect", () => {
  it("has the logarithm of factorials", () => {
    let factorial = 0;
    for (let n = 1; n <= 50; n++) {
      expect(logGamma(n)).toBeCloseTo(factorial, 9);
      factorial += Math.log(n);
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 9);
  });

  it("agrees with drawing a rate and then instances", () => {
    const draw = createRandom("expected");
    // Beta(3½, 7½) as the share of one sum of gammas, by halves: a chi-square of 2a degrees is 2·Gamma(a).
    const normal = () => Math.sqrt(-2 * Math.log(1 - draw.next())) * Math.cos(2 * Math.PI * draw.next());
    const gamma = (halves: number) =>
      Array.from({ length: halves }, normal).reduce((sum, value) => sum + value * value, 0);
    const counts = Array.from({ length: 20_000 }, () => {
      const [a, b] = [gamma(7), gamma(15)];
      return Array.from({ length: 40 }).filter(() => draw.next() < a / (a + b)).length;
    }).sort((x, y) => x - y);
    const { value, interval } = expectedSolved(0.3, 10, 40);
    expect(value).toBeCloseTo(counts.reduce((sum, count) => sum + count, 0) / counts.length, 0);
    expect(Math.abs(interval.low - (counts[500] ?? 0))).toBeLessThanOrEqual(1);
    expect(Math.abs(interval.high - (counts[19_499] ?? 0))).toBeLessThanOrEqual(1);
  });

  it("stays uncertain after a few instances, solved or not, and is certain of no further ones", () => {
    expect(expectedSolved(1, 3, 100).interval.low).toBeLessThan(60);
    expect(expectedSolved(0, 3, 100).interval.high).toBeGreaterThan(40);
    expect(expectedSolved(0.5, 10, 0)).toMatchObject({ value: 0, interval: { low: 0, high: 0 } });
    expect(expectedSolved(0.5, 1000, 100_000).interval.high).toBeLessThan(54_000);
  });
});

it("the effective number is how many equal shares would be as spread out", () => {
  expect(effectiveNumber([])).toBeNull();
  expect(effectiveNumber([3])).toBe(1);
  expect(effectiveNumber([1, 1, 1, 1])).toBe(4);
  expect(effectiveNumber([97, 1, 1, 1])).toBeLessThan(1.25);
});
