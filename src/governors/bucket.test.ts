import fc from "fast-check";
import { expect, it } from "vitest";
import { TokenBucket } from "./bucket.ts";
import { manualClock } from "./testing/manual-clock.ts";

it("lets ten seconds' worth go at once, then as many as a minute gives", async () => {
  const clock = manualClock();
  const bucket = new TokenBucket(clock, 60);
  for (let call = 0; call < 10; call++) {
    expect(bucket.waitMs(1)).toBe(0);
    bucket.take(1);
  }
  expect(bucket.waitMs(1)).toBe(1000);
  await clock.advance(1000);
  expect(bucket.waitMs(1)).toBe(0);
});

it("lets what is larger than the burst go when it is full, and then makes up for it", async () => {
  const clock = manualClock();
  const bucket = new TokenBucket(clock, 6000);
  expect(bucket.waitMs(3000)).toBe(0);
  bucket.take(3000);
  expect(bucket.waitMs(1)).toBe(20_010);
  // It used a tenth of what was estimated.
  bucket.giveBack(2700);
  expect(bucket.waitMs(1)).toBe(0);
});

it("can be changed while it works", async () => {
  const clock = manualClock();
  const bucket = new TokenBucket(clock);
  bucket.take(1e9);
  expect(bucket.waitMs(1e9)).toBe(0);
  bucket.setRate(60);
  bucket.take(10);
  expect(bucket.waitMs(1)).toBe(1000);
  bucket.setRate(120);
  expect(bucket.waitMs(1)).toBe(500);
  bucket.setRate(Infinity);
  expect(bucket.waitMs(1e9)).toBe(0);
});

it("never lets more go than the burst and what time gave, and one call beyond", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 10_000 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 3000 })), {
        maxLength: 40,
      }),
      async (perMinute, steps) => {
        const clock = manualClock();
        const bucket = new TokenBucket(clock, perMinute);
        let taken = 0;
        let largest = 0;
        for (const [pause, amount] of steps) {
          await clock.advance(pause);
          if (bucket.waitMs(amount) > 0) continue;
          bucket.take(amount);
          taken += amount;
          largest = Math.max(largest, amount);
        }
        const given = Math.max(1, perMinute / 6) + (perMinute * clock.elapsed()) / 60_000;
        expect(taken).toBeLessThanOrEqual(given + largest + 1e-6);
      },
    ),
    { numRuns: 50 },
  );
});
