import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Claim, RunStore } from "../store.ts";
import { noVerdict, solved, unsolved } from "../verdict.ts";
import { moments, play, type StorePlace } from "./testing/interleavings.ts";
import { LEFT } from "./testing/model.ts";
import { attemptOf, targetOf } from "./testing/records.ts";

export interface ConformanceOptions {
  readonly seed?: number;
  /** Random histories that are played. */
  readonly runs?: number;
}

/**
 * What every store must do: the invariants of docs/contracts/store.md, by example and over random histories of calls, many of
 * them at once. A history is explained when its answers are those of the same calls one after the other in some order
 * (`testing/model.ts` says what those are). Not part of the package.
 */
export function describeStoreConformance(
  name: string,
  newPlace: () => Promise<StorePlace>,
  { seed = 1, runs = 100 }: ConformanceOptions = {},
): void {
  const opened = async (work: (store: RunStore, place: StorePlace) => Promise<void>) => {
    await using place = await newPlace();
    await using store = await place.open();
    await store.declare(["a.1", "a.2"].map(targetOf), AT);
    await work(store, place);
  };

  describe(`${name} as a store`, () => {
    it("gives a target to one worker at a time, each time as a new attempt", () =>
      opened(async (store) => {
        const claims = await Promise.all(["w1", "w2", "w3"].map((worker) => store.claim("a.1", worker, AT)));
        const [claim] = claims.filter((given) => given !== undefined);
        expect(claims.filter((given) => given !== undefined)).toMatchObject([{ attempt: "a.1.1" }]);
        await store.interrupt(required(claim), { reason: "drained", ...LEFT }, AT);
        expect(await store.claim("a.1", "w2", AT)).toMatchObject({ attempt: "a.1.2", worker: "w2" });
      }));

    it("takes one of two ends of the same claim", () =>
      opened(async (store) => {
        const claim = required(await store.claim("a.1", "w1", AT));
        const ends = await Promise.allSettled([
          store.finish(claim, attemptOf("a.1.1", solved({})), AT),
          store.finish(claim, attemptOf("a.1.1", unsolved(["no-changes"])), AT),
          store.interrupt(claim, { reason: "drained", ...LEFT }, AT),
        ]);
        const refused = ends.filter((end) => end.status === "rejected");
        expect(refused.map(({ reason }) => reason)).toMatchObject([
          { code: "claim-lost" },
          { code: "claim-lost" },
        ]);
        expect(store.state.spent.attempts).toBe(1);
      }));

    it("refuses what a worker enters whose target was given back", () =>
      opened(async (store) => {
        const claim = required(await store.claim("a.1", "w1", AT));
        expect(await store.heartbeat(claim, AT)).toBe(true);
        expect(await recoverFrom(store, "w1")).toEqual([claim]);
        expect(await store.heartbeat(claim, AT)).toBe(false);
        await expect(store.finish(claim, attemptOf("a.1.1", solved({})), AT)).rejects.toMatchObject({
          code: "claim-lost",
          fields: { attempt: "a.1.1", worker: "w1" },
        });
        expect(store.state.targets.get("a.1")).toMatchObject({
          tries: 1,
          interruptions: { "process-gone": 1 },
        });
      }));

    it("enters the record that a worker had written whole before it was gone", () =>
      opened(async (store) => {
        await store.claim("a.1", "w1", AT);
        await recoverFrom(store, "w1", true);
        expect(store.state.targets.get("a.1")).toMatchObject({
          last: { attempt: "a.1.1", outcome: "solved" },
        });
        expect(await recoverFrom(store, "w1", true)).toEqual([]);
      }));

    it("gives no target again that has a verdict, and one without a verdict again", () =>
      opened(async (store) => {
        const first = required(await store.claim("a.1", "w1", AT));
        await store.finish(first, attemptOf("a.1.1", noVerdict("sandbox")), AT);
        const second = required(await store.claim("a.1", "w1", AT));
        await store.finish(second, attemptOf("a.1.2", unsolved(["no-changes"])), AT);
        expect(await store.claim("a.1", "w1", AT)).toBeUndefined();
        expect(await store.skip("a.1", "solved-already", AT)).toBe(false);
      }));

    it("gives no target that was skipped, and skips none that is claimed", () =>
      opened(async (store) => {
        await store.claim("a.1", "w1", AT);
        expect(await store.skip("a.1", "solved-already", AT)).toBe(false);
        expect(await store.skip("a.2", "solved-already", AT)).toBe(true);
        expect(await store.claim("a.2", "w1", AT)).toBeUndefined();
        expect(await store.claim("never-declared.1", "w1", AT)).toBeUndefined();
      }));

    it("adds targets and takes none away, by instance, solver and number", () =>
      opened(async (store) => {
        await store.claim("a.1", "w1", AT);
        const again = { ...targetOf("a.1"), id: "a.solver.1" };
        await Promise.all([
          store.declare([again, targetOf("b.1")], AT),
          store.declare([targetOf("b.1"), targetOf("c.1")], AT),
        ]);
        expect([...store.state.targets.keys()]).toEqual(["a.1", "a.2", "b.1", "c.1"]);
        expect(store.state.targets.get("a.1")).toMatchObject({ tries: 1 });
      }));

    it("refuses the record of another attempt", () =>
      opened(async (store) => {
        const claim = required(await store.claim("a.1", "w1", AT));
        await expect(store.finish(claim, attemptOf("a.2.1", solved({})), AT)).rejects.toThrow("a.2.1");
        expect(await store.heartbeat(claim, AT)).toBe(true);
      }));

    it("knows all that it acknowledged when it is opened again", async () => {
      await using place = await newPlace();
      {
        await using store = await place.open();
        await store.declare([targetOf("a.1"), targetOf("b.1")], AT);
        await store.claim("b.1", "w1", AT);
        await store.note("pause", { reason: "told to" }, AT);
      }
      await using store = await place.open();
      expect(store.state.targets.get("b.1")).toMatchObject({ open: { attempt: "b.1.1", worker: "w1" } });
      expect(store.state.notes).toMatchObject([{ kind: "pause", facts: { reason: "told to" } }]);
    });

    it("answers many callers at once as it would have answered them one by one", async () => {
      await fc.assert(
        fc.asyncProperty(moments(), async (all) => {
          await using place = await newPlace();
          await play(place, all);
        }),
        { seed, numRuns: runs },
      );
    });
  });
}

const AT = new Date("2026-01-01T00:00:00.000Z");

function required(claim: Claim | undefined): Claim {
  if (claim === undefined) throw new Error("the target was not given");
  return claim;
}

function recoverFrom(store: RunStore, dead: string, whole = false): Promise<readonly Claim[]> {
  return store.recover(
    {
      isAlive: (worker) => worker !== dead,
      recordOf: async ({ attempt }) => (whole ? attemptOf(attempt, solved({})) : undefined),
      leftBy: async () => LEFT,
    },
    AT,
  );
}
