import { describe, expect, it } from "vitest";
import { createRandom } from "./random.ts";

describe("a seeded random stream", () => {
  it("is the same for the same seed and scope on every machine", () => {
    const random = createRandom("seed", "build");
    expect([random.integer(1000), random.integer(1000), random.integer(1000)]).toEqual([172, 249, 795]);
  });

  it("is another one for another scope, however the names are joined", () => {
    const first = (random: ReturnType<typeof createRandom>) => random.next();
    expect(first(createRandom("a", "b/c"))).not.toBe(first(createRandom("a", "b", "c")));
    expect(first(createRandom("a").scope("b"))).toBe(first(createRandom("a", "b")));
  });

  it("shuffles without losing anything and leaves the input as it was", () => {
    const items = Array.from({ length: 50 }, (_, index) => index);
    const shuffled = createRandom("x").shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  });

  it("spreads over the whole range", () => {
    const random = createRandom("spread");
    const counts = Array.from({ length: 10 }, () => 0);
    counts[random.integer(10)] = (counts[random.integer(10)] ?? 0) + 1;
    for (let draw = 0; draw < 10_000; draw++) {
      const face = random.integer(10);
      counts[face] = (counts[face] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(500);
  });
});
