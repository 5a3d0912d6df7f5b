import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candidate } from "./choose.ts";
import { matchControl } from "./control.ts";

function sample(id: string, characters: number, place = 0): Candidate {
  const instance = id.split(".")[0] ?? id;
  const known = { dollars: null, reward: null, tokens: null, groups: [], capped: [] };
  return { ...known, place, id, instance, characters, conversation: id };
}

const samples = (...rows: readonly [string, number][]) =>
  rows.map(([id, size], place) => sample(id, size, place));

describe("a matched control", () => {
  it("takes the same instances, and of each the nearest in length", () => {
    const { kept, match } = matchControl(
      samples(["a.1", 10], ["a.2", 100], ["a.3", 1000], ["b.1", 50]),
      samples(["a.x", 990], ["a.y", 90], ["b.x", 7]),
    );
    expect(kept.map(({ id }) => id)).toEqual(["a.2", "a.3", "b.1"]);
    expect(match).toEqual({
      wanted: 3,
      matched: 3,
      same_instance: 3,
      instances: 2,
      instances_covered: 2,
      shared: 0,
      characters: { set: 362.3, control: 383.3, difference: 21 },
    });
  });

  it("takes the nearest in length of other instances where its own has none left", () => {
    const { kept, match } = matchControl(
      samples(["a.1", 10], ["c.1", 500], ["c.2", 95], ["c.3", 80]),
      samples(["a.x", 10], ["a.y", 90], ["b.x", 97]),
    );
    expect(kept.map(({ id }) => id)).toEqual(["a.1", "c.2", "c.3"]);
    expect(match).toMatchObject({ matched: 3, same_instance: 1, instances: 2, instances_covered: 0 });
  });

  it("says how many it lacks, and what is in both", () => {
    const both = sample("a.1", 10);
    expect(matchControl([both], [both, sample("b.1", 3)]).match).toMatchObject({
      wanted: 2,
      matched: 1,
      shared: 1,
    });
    expect(matchControl([], [both]).match).toMatchObject({ matched: 0, characters: null });
  });

  it("pairs as many as it can, each sample once, whatever the order in which they are given", () => {
    const any = fc.uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat(30), fc.nat(200)), {
      maxLength: 25,
      selector: ([instance, number]) => `${instance}.${number}`,
    });
    const toSamples = (rows: readonly (readonly [string, number, number])[]) =>
      rows.map(([instance, number, size], place) => sample(`${instance}.${number}`, size, place));
    fc.assert(
      fc.property(any, any, (ours, theirs) => {
        const [candidates, targets] = [toSamples(ours), toSamples(theirs)];
        const { kept, match } = matchControl(candidates, targets);
        expect(kept.length).toBe(Math.min(candidates.length, targets.length));
        expect(new Set(kept).size).toBe(kept.length);
        const again = matchControl(candidates.toReversed(), targets.toReversed());
        expect(again).toEqual({ kept, match });
      }),
    );
  });
});
