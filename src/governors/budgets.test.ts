import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Budgets, CallEstimate, Governor } from "../governor.ts";
import { temporaryFolder } from "../testing/command-line.ts";
import { createGovernor, type GovernorOptions } from "./index.ts";
import { manualClock } from "./testing/manual-clock.ts";

const PRICES = new Map([
  ["teacher", { input: 3, output: 15, cached: 0.3 }],
  ["free", { input: 0, output: 0 }],
]);

async function withGovernor(
  options: GovernorOptions,
  work: (governor: Governor, clock: ReturnType<typeof manualClock>) => Promise<void>,
): Promise<void> {
  await using folder = await temporaryFolder();
  const clock = manualClock();
  const places = { meeting: folder.file("m"), spend: folder.file("spend") };
  await using governor = createGovernor({ prices: PRICES, sharing: "process", clock, places, ...options });
  await work(governor, clock);
}

function callOf(more: Partial<CallEstimate> = {}): CallEstimate {
  const call = { endpoint: "http://service/v1", model: "teacher", run: "/runs/1", attempt: "a" };
  return { ...call, inputTokens: 1000, outputTokens: 1000, ...more };
}

const answered = (inputTokens: number, outputTokens: number, cachedTokens = 0) =>
  ({ kind: "answered", usage: { inputTokens, outputTokens, cachedTokens } }) as const;

/** True once it is let through. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending");
  await new Promise((resolve) => setImmediate(resolve));
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

describe("a cap", () => {
  it.each([
    ["attempt", "attempt-budget-spent", "--max-cost-per-attempt"],
    ["run", "run-budget-spent", "--max-cost"],
    ["day", "day-budget-spent", "--max-cost-per-day"],
  ] as const)("of the %s ends what is beyond it, and says what to raise", async (scope, code, flag) => {
    const budgets: Budgets = { [scope]: { dollars: 0.01 } };
    await withGovernor({ budgets }, async (governor) => {
      const permit = await governor.admit(callOf());
      // $0.0135 with a tenth of the input new: a call more than was there, and no more.
      await permit.settle(answered(10_000, 540, 9000));
      const error = await governor.admit(callOf()).catch((error: unknown) => error);
      expect(error).toMatchObject({
        name: "BudgetError",
        code,
        fields: { scope, cap: "dollars", most: 0.01 },
      });
      expect(error).toMatchObject({ fields: { spent: expect.closeTo(0.0138, 6) } });
      expect(error).toHaveProperty("hint", expect.stringContaining(flag));
    });
  });

  it("lets a call wait while what is under way may reach it, for it may cost less", async () => {
    await withGovernor({ budgets: { run: { tokens: 2000 } } }, async (governor) => {
      const first = await governor.admit(callOf());
      const second = governor.admit(callOf({ attempt: "b" }));
      expect(await isSettled(second)).toBe(false);
      await first.settle(answered(1000, 10));
      const third = governor.admit(callOf({ attempt: "c" }));
      await (await second).settle(answered(1000, 10));
      await expect(third).rejects.toMatchObject({ code: "run-budget-spent" });
    });
  });

  it("goes on from what was spent before, and refuses the first call of a run that is spent", async () => {
    const spent = new Map([["/runs/1", { dollars: 5, tokens: 10 }]]);
    await withGovernor({ budgets: { run: { dollars: 5 } }, spent }, async (governor) => {
      await expect(governor.ready(callOf())).rejects.toMatchObject({ code: "run-budget-spent" });
      await expect(governor.admit(callOf())).rejects.toMatchObject({ code: "run-budget-spent" });
      await governor.ready(callOf({ run: "/runs/2" }));
    });
  });

  it("of a day is the endpoint's, and begins anew at midnight UTC", async () => {
    await withGovernor({ budgets: { day: { tokens: 100 } } }, async (governor, clock) => {
      await (await governor.admit(callOf())).settle(answered(100, 0));
      await expect(governor.ready(callOf())).rejects.toMatchObject({ code: "day-budget-spent" });
      await governor.ready(callOf({ endpoint: "http://other/v1" }));
      await clock.advance(12 * 3_600_000);
      const late = await governor.admit(callOf());
      await clock.advance(24 * 3_600_000);
      // It belongs to the day on which it was made.
      await late.settle(answered(100, 0));
      await governor.ready(callOf());
    });
  });

  it("needs a price; zero is one, and is warned of once", async () => {
    const warnings: string[] = [];
    const log = { info() {}, progress() {}, warn: (message: string) => void warnings.push(message) };
    await withGovernor({ budgets: { run: { dollars: 1 } }, log }, async (governor) => {
      await expect(governor.ready(callOf({ model: "new" }))).rejects.toMatchObject({ code: "price-unknown" });
      await expect(governor.admit(callOf({ model: "new" }))).rejects.toMatchObject({ code: "price-unknown" });
      for (let call = 0; call < 3; call++)
        await (await governor.admit(callOf({ model: "free" }))).settle(answered(1e9, 1e9));
      expect(warnings).toEqual([expect.stringContaining("all prices of free are zero")]);
    });
    await withGovernor({ budgets: { run: { tokens: 10 } } }, (governor) =>
      governor.ready(callOf({ model: "new" })),
    );
  });
});

it("a call that was refused, given up or failed costs nothing; one that nobody counted what was reserved", async () => {
  await withGovernor({}, async (governor) => {
    const ends = [
      { kind: "overloaded" },
      { kind: "unsent" },
      { kind: "failed", code: "model-unreachable" },
      { kind: "failed", code: "model-timeout", usage: { inputTokens: 700 } },
      { kind: "answered", usage: {} },
    ] as const;
    const spent: number[] = [];
    for (const end of ends) {
      await (await governor.admit(callOf({ endpoint: end.kind + spent.length }))).settle(end);
      spent.push((await governor.health()).at(-1)?.today.tokens ?? Number.NaN);
    }
    expect(spent).toEqual([0, 0, 0, 700, 2000]);
  });
});

it("gives up waiting when it is told to, and then holds nothing", async () => {
  await withGovernor({ budgets: { run: { tokens: 100 } } }, async (governor) => {
    const first = await governor.admit(callOf());
    const abort = new AbortController();
    const second = governor.admit(callOf(), abort.signal);
    abort.abort(new Error("given up"));
    await expect(second).rejects.toThrow("given up");
    await first.settle({ kind: "unsent" });
    expect(await governor.health()).toMatchObject([{ underWay: 0, waiting: 0 }]);
    await governor.admit(callOf());
  });
});

it("is never passed by more than one call for each worker, and what is reserved comes back", async () => {
  const callArbitrary = fc.record({
    input: fc.nat(5000),
    output: fc.nat(5000),
    more: fc.nat(3000),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40_000 }),
      fc.array(fc.array(callArbitrary, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 }),
      fc.constantFrom("attempt", "run", "day"),
      fc.scheduler(),
      async (cap, workers, scope, scheduler) => {
        await withGovernor({ budgets: { [scope]: { tokens: cap } } }, async (governor) => {
          let spent = 0;
          let largest = 0;
          const work = async (calls: (typeof workers)[number]) => {
            for (const { input, output, more, fails } of calls) {
              const permit = await governor.admit(callOf({ inputTokens: input, outputTokens: output }));
              await scheduler.schedule(Promise.resolve());
              // Services count otherwise than we do: it may be more than was reserved.
              const used = fails ? 0 : input + output + more;
              spent += used;
              largest = Math.max(largest, used);
              await permit.settle(
                fails ? { kind: "overloaded", retryAfterMs: 0 } : answered(input + more, output),
              );
            }
          };
          const all = Promise.allSettled(workers.map(work));
          await scheduler.waitFor(all);
          expect(spent).toBeLessThan(cap + workers.length * largest + 1);
          const [health] = await governor.health();
          expect(health).toMatchObject({ underWay: 0, waiting: 0, today: { tokens: spent } });
          for (const result of await all)
            if (result.status === "rejected")
              expect(result.reason).toMatchObject({ code: `${scope}-budget-spent` });
        });
      },
    ),
    { numRuns: 60 },
  );
});
