import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LedgerEvent, Solver, Target } from "../run.ts";
import { foldLedger } from "../stores/fold.ts";
import { attemptOf } from "../stores/testing/records.ts";
import { noVerdict, solved, unsolved, type Verdict } from "../verdict.ts";
import { RETRY_RULES } from "./retry-rules.ts";
import { Schedule, type SchedulePlan, type Step } from "./schedule.ts";

const at = "2026-01-01T00:00:00.000Z";
const wall = new Date(at);
const model = (base_url: string) => ({ name: "m", base_url, api: "openai" as const });
const one: readonly Solver[] = [{ name: "solver", agent: "scripted" }];
const two: readonly Solver[] = [
  { name: "cheap", agent: "loop", model: model("http://cheap/v1") },
  { name: "dear", agent: "loop", model: model("http://dear/v1") },
];

/** Named `instance.solver.number`. */
function targets(instances: number, attempts: number, solvers = one): Target[] {
  return Array.from({ length: instances }, (_, index) => `i${index}`).flatMap((instance) =>
    solvers.flatMap(({ name }) =>
      Array.from({ length: attempts }, (_, before) => ({
        id: `${instance}.${name}.${before + 1}`,
        instance,
        solver: name,
        number: before + 1,
      })),
    ),
  );
}
const declared = (list: readonly Target[]): LedgerEvent => ({
  type: "declared",
  schema_version: 2,
  at,
  targets: [...list],
});
function schedule(
  list: readonly Target[],
  config: SchedulePlan["config"] = { solvers: [...one] },
  more: { minYield?: number; events?: readonly LedgerEvent[]; now?: Date } = {},
): Schedule {
  const { events = [], now = wall, ...rest } = more;
  const state = foldLedger([declared(list), ...events]);
  return new Schedule(state, { config, rules: RETRY_RULES, ...rest }, { wall: now, elapsed: 0 });
}
const idOf = (step: Step) => (step.kind === "begin" ? step.target.id : step.kind);
const end = (verdict: Verdict, steps = 3) => ({
  outcome: verdict.outcome,
  steps,
  ...(verdict.cause === undefined ? {} : { cause: verdict.cause }),
});

describe("the order of attempts", () => {
  it("is first attempts before second ones, and solvers as they are given", () => {
    const plan = schedule(targets(2, 2, two), { solvers: [...two] });
    const order: string[] = [];
    for (let step = plan.next(0); step.kind === "begin"; step = plan.next(0)) {
      order.push(step.target.id);
      plan.finished(step.target.id, end(unsolved(["no-changes"])), 0);
    }
    expect(order).toEqual([
      "i0.cheap.1",
      "i1.cheap.1",
      "i0.dear.1",
      "i1.dear.1",
      "i0.cheap.2",
      "i1.cheap.2",
      "i0.dear.2",
      "i1.dear.2",
    ]);
  });

  it("ends an instance's attempts with its first success, and makes one at a time while others wait", () => {
    const plan = schedule(targets(2, 2), { solvers: [...one], until_solved: true });
    expect([plan.next(0), plan.next(0)].map(idOf)).toEqual(["i0.solver.1", "i1.solver.1"]);
    plan.finished("i0.solver.1", end(solved({})), 0);
    expect(plan.takeSkips()).toEqual([{ target: "i0.solver.2", reason: "solved-already" }]);
    // Nothing else is left to do: then a second one goes beside the first.
    expect(idOf(plan.next(0))).toBe("i1.solver.2");
  });

  it("skips further rounds that are not worth their attempts", () => {
    const plan = schedule(targets(100, 2), { solvers: [...one] }, { minYield: 0.1 });
    for (let index = 0; index < 100; index++) {
      const step = plan.next(0);
      plan.finished(idOf(step), end(unsolved(["no-changes"])), 0);
    }
    expect(plan.takeSkips()).toHaveLength(100);
    expect(plan.next(0)).toEqual({ kind: "done" });
  });

  it("is found without looking at all targets", () => {
    const plan = schedule(targets(25_000, 4), { solvers: [...one], until_solved: true });
    const began = performance.now();
    for (let index = 0; index < 100_000; index++)
      plan.finished(idOf(plan.next(0)), end(unsolved(["no-changes"])), 0);
    expect(plan.left).toBe(0);
    expect(performance.now() - began).toBeLessThan(30_000);
  });
});

describe("faults", () => {
  it("are tried again after a while, three times in all", () => {
    const plan = schedule(targets(1, 1));
    const broken = end(noVerdict("sandbox:sandbox-died"));
    plan.finished(idOf(plan.next(0)), broken, 0);
    expect(plan.next(0)).toEqual({ kind: "wait", until: 5_000 });
    plan.finished(idOf(plan.next(5_000)), broken, 5_000);
    expect(plan.next(5_000)).toEqual({ kind: "wait", until: 25_000 });
    plan.finished(idOf(plan.next(25_000)), broken, 25_000);
    expect(plan.next(25_000)).toEqual({ kind: "done" });
  });

  it("of agents are not tried again", () => {
    const plan = schedule(targets(1, 1));
    plan.finished(idOf(plan.next(0)), end(noVerdict("agent:agent-broke-protocol")), 0);
    expect(plan.next(0)).toEqual({ kind: "done" });
  });

  it("that every attempt with a model would meet end what is left with it, and use up no try", () => {
    const plan = schedule(targets(2, 1, two), { solvers: [...two] });
    const refused = end(noVerdict("model:model-unauthorized"), 0);
    expect(plan.finished(idOf(plan.next(0)), refused, 0)).toMatchObject({ alone: "http://cheap/v1 (m)" });
    const others = [plan.next(0), plan.next(0)].map(idOf);
    expect(others).toEqual(["i0.dear.1", "i1.dear.1"]);
    expect(plan.next(0)).toEqual({ kind: "busy" });
    for (const id of others) plan.finished(id, end(solved({})), 0);
    expect(plan.next(0)).toEqual({ kind: "done" });
    expect(plan.left).toBe(2);
  });

  it("that every attempt would meet stop the run when no other model is left", () => {
    const plan = schedule(targets(1, 1, two), { solvers: [...two] });
    const refused = end(noVerdict("model:model-not-found"), 0);
    expect(plan.finished(idOf(plan.next(0)), refused, 0)).toHaveProperty("alone");
    expect(plan.finished(idOf(plan.next(0)), refused, 0)).not.toHaveProperty("alone");
    expect(plan.left).toBe(2);
  });

  it.each([
    ["was set back", "2025-01-01T00:00:00.000Z", 5_000],
    ["was set forward", "2027-01-01T00:00:00.000Z", 0],
  ])("wait no longer than their rule says when the clock %s", (_, now, until) => {
    const events: LedgerEvent[] = [
      { type: "claimed", at, attempt: "i0.solver.1.1", target: "i0.solver.1", worker: "w" },
      { type: "finished", at, attempt: attemptOf("i0.solver.1.1", noVerdict("sandbox:sandbox-died")) },
    ];
    const plan = schedule(targets(1, 1), undefined, { events, now: new Date(now) });
    expect(plan.next(0)).toMatchObject(until === 0 ? { kind: "begin" } : { kind: "wait", until });
  });
});

describe("a run that is continued", () => {
  const faults = (...causes: string[]) =>
    causes.flatMap((cause, index): LedgerEvent[] => {
      const attempt = `i0.cheap.1.${index + 1}`;
      return [
        { type: "claimed", at, attempt, target: "i0.cheap.1", worker: "w" },
        { type: "finished", at, attempt: attemptOf(attempt, noVerdict(cause)) },
      ];
    });
  const [cheap] = two;
  const solvers = cheap === undefined ? [] : [cheap];

  it("holds no outage and no wrong key against a target", () => {
    const events = faults("model:model-unreachable", "model:model-unauthorized", "model:model-overloaded");
    const plan = schedule(targets(1, 1, solvers), { solvers }, { events });
    expect(plan.next(0)).toEqual({ kind: "wait", until: 5_000 });
  });

  it("still knows what used up its tries", () => {
    const events = faults("model:model-timeout", "sandbox:sandbox-died", "model:model-overloaded");
    expect(schedule(targets(1, 1, solvers), { solvers }, { events }).next(0)).toEqual({ kind: "done" });
  });
});

describe("an endpoint that cannot be reached", () => {
  const away = end(noVerdict("model:model-unreachable"), 0);
  const [cheap] = two;
  const solvers = cheap === undefined ? [] : [cheap];

  it("stops the run at once when it never answered", () => {
    const plan = schedule(targets(2, 1, solvers), { solvers });
    expect(plan.finished(idOf(plan.next(0)), away, 0)).toBeDefined();
  });

  it("is given up alone while others have targets left, which go on", () => {
    const plan = schedule(targets(2, 1, two), { solvers: [...two] });
    expect(plan.finished(idOf(plan.next(0)), away, 0)).toMatchObject({ alone: "http://cheap/v1" });
    for (const id of ["i0.dear.1", "i1.dear.1"]) {
      expect(idOf(plan.next(0))).toBe(id);
      plan.finished(id, end(solved({})), 0);
    }
    expect(plan.next(0)).toEqual({ kind: "done" });
    expect(plan.left).toBe(2);
  });

  it("is taken back when an attempt that was under way has an answer after all", () => {
    const plan = schedule(targets(3, 1, two), { solvers: [...two] });
    const [first, second] = [plan.next(0), plan.next(0)].map(idOf);
    plan.finished(first ?? "", away, 0);
    expect(idOf(plan.next(0))).toBe("i0.dear.1");
    plan.finished(second ?? "", end(solved({})), 0);
    expect(idOf(plan.next(0))).toBe(first);
  });

  it("is waited for when it did, looked at by one attempt at a time, and goes on", () => {
    const plan = schedule(targets(4, 1, solvers), { solvers });
    plan.finished(idOf(plan.next(0)), end(unsolved(["no-changes"])), 0);
    expect(plan.finished(idOf(plan.next(0)), away, 0)).toBeUndefined();
    expect(plan.next(0)).toEqual({ kind: "wait", until: 5_000 });
    const probe = plan.next(5_000);
    expect(plan.next(5_000)).toEqual({ kind: "busy" });
    plan.finished(idOf(probe), end(solved({})), 6_000);
    expect([plan.next(6_000), plan.next(6_000)].map(({ kind }) => kind)).toEqual(["begin", "begin"]);
  });

  it("stops the run when it stays away", () => {
    const plan = schedule(targets(2, 1, solvers), { solvers });
    plan.finished(idOf(plan.next(0)), end(unsolved(["no-changes"])), 0);
    let now = 0;
    let stop: unknown;
    while (stop === undefined) {
      const step = plan.next(now);
      if (step.kind === "wait") now = step.until;
      else stop = plan.finished(idOf(step), away, now);
    }
    expect(now).toBe(1_800_000);
  });
});

describe("a service that fails for one target after the other", () => {
  const broken = noVerdict("model:model-server-error");
  const [cheap] = two;
  const solvers = cheap === undefined ? [] : [cheap];
  const fail = (plan: Schedule, step: Step, now: number) => {
    const outage = plan.isOutage(idOf(step), broken.cause);
    return { outage, stop: plan.finished(idOf(step), { ...end(broken, 0), outage }, now) };
  };

  it("is taken to be away after five of them, and then no tries are used up", () => {
    const plan = schedule(targets(30, 1, solvers), { solvers });
    plan.finished(idOf(plan.next(0)), end(solved({})), 0);
    const outages = Array.from({ length: 8 }, () => plan.next(0)).map((step) => fail(plan, step, 0).outage);
    expect(outages).toEqual([false, false, false, false, true, true, true, true]);
    let now = 0;
    // Ten minutes of it: far more than three tries of each would last.
    while (now < 600_000) {
      const step = plan.next(now);
      if (step.kind === "wait") now = step.until;
      else expect(fail(plan, step, now).stop).toBeUndefined();
    }
    for (let step = plan.next(now); step.kind !== "done"; step = plan.next(now)) {
      if (step.kind === "wait") now = step.until;
      else plan.finished(idOf(step), end(solved({})), now);
    }
    expect(plan.left).toBe(0);
  });

  it("is not when one target makes it fail, or others get through between", () => {
    const plan = schedule(targets(9, 1, solvers), { solvers });
    for (let index = 0; index < 4; index++) expect(fail(plan, plan.next(0), 0).outage).toBe(false);
    plan.finished(idOf(plan.next(0)), end(unsolved(["no-changes"])), 0);
    for (let index = 0; index < 4; index++) expect(fail(plan, plan.next(0), 0).outage).toBe(false);
  });

  it("stops the run at once when it never answered", () => {
    const plan = schedule(targets(9, 1, solvers), { solvers });
    const stops = Array.from({ length: 5 }, () => fail(plan, plan.next(0), 0).stop);
    expect(stops.map((stop) => stop !== undefined)).toEqual([false, false, false, false, true]);
  });
});

it("brings every target to its end, whatever happens, and the same way each time", () => {
  const verdict = fc.constantFrom(
    solved({}),
    unsolved(["no-changes"]),
    noVerdict("sandbox:sandbox-died"),
    noVerdict("agent:agent-broke-protocol"),
    noVerdict("model:model-overloaded"),
  );
  const settings = fc.record({
    instances: fc.integer({ min: 1, max: 5 }),
    attempts: fc.integer({ min: 1, max: 3 }),
    until: fc.boolean(),
    minYield: fc.constantFrom(0, 0.5),
    workers: fc.integer({ min: 1, max: 4 }),
    verdicts: fc.array(verdict, { minLength: 1, maxLength: 20 }),
  });
  fc.assert(
    fc.property(settings, ({ instances, attempts, until, minYield, workers, verdicts }) => {
      const play = () => {
        const list = targets(instances, attempts, two);
        const plan = schedule(list, { solvers: [...two], until_solved: until }, { minYield });
        const open = new Set(list.map(({ id }) => id));
        const order: string[] = [];
        const running: string[] = [];
        let now = 0;
        for (let step = plan.next(now); step.kind !== "done"; step = plan.next(now)) {
          if (step.kind === "begin") running.push(step.target.id);
          if (step.kind === "begin") order.push(step.target.id);
          if (step.kind === "wait" && running.length === 0) now = step.until;
          if (step.kind === "begin" && running.length < workers) continue;
          const id = running.shift();
          const result = verdicts[order.length % verdicts.length];
          if (id !== undefined && result !== undefined) {
            plan.finished(id, end(result), now);
            if (result.outcome !== "no-verdict") open.delete(id);
          }
          for (const { target } of plan.takeSkips()) open.delete(target);
          expect(order.length).toBeLessThanOrEqual(3 * list.length);
        }
        // What is left had all its tries.
        const tries = (id: string) => order.filter((other) => other === id).length;
        for (const id of open) expect(tries(id)).toBeGreaterThanOrEqual(1);
        expect(plan.left).toBe(0);
        return order;
      };
      expect(play()).toEqual(play());
    }),
    { seed: 1 },
  );
});
