import { describe, expect, it } from "vitest";
import { EnvironmentError, HybridGymError } from "../base/errors.ts";
import { silentLog } from "../base/log.ts";
import type { Target } from "../run.ts";
import { countRun } from "../stores/counts.ts";
import type { RunStore } from "../store.ts";
import { memoryStore } from "../stores/memory.ts";
import { attemptOf, targetOf } from "../stores/testing/records.ts";
import { noVerdict, solved, unsolved, type Verdict } from "../verdict.ts";
import { createDrain } from "./drain.ts";
import { runTargets, type AttemptMaker } from "./engine.ts";
import type { Gate } from "./gate.ts";
import { Pause } from "./pause.ts";
import { RETRY_RULES } from "./retry-rules.ts";
import { fakeTime } from "./testing/time.ts";
import type { Watch } from "./watchdog.ts";

type Doing = (target: Target, watch: Watch) => Promise<Verdict>;

interface Settings {
  readonly targets?: readonly string[];
  readonly signal?: AbortSignal;
  readonly gate?: Gate;
  readonly lacking?: () => Promise<string | undefined>;
  readonly time?: ReturnType<typeof fakeTime>;
  readonly store?: RunStore;
}

/** Lets a run work on `a.1`, `b.1`… with attempts that do as they are told, in a time of its own. */
async function play(doing: Doing, settings: Settings = {}) {
  const { targets = ["a.1", "b.1"], signal = new AbortController().signal, gate } = settings;
  const { clock, sleep } = settings.time ?? fakeTime();
  const { store = memoryStore() } = settings;
  await store.declare(targets.map(targetOf), clock.now());
  const maker: AttemptMaker = {
    async attempt({ attempt }, target, watch) {
      watch.begin();
      return attemptOf(attempt, await doing(target, watch));
    },
    async giveUp({ attempt }, _, error) {
      const code = error instanceof HybridGymError ? error.code : "unknown";
      return attemptOf(attempt, noVerdict(`internal:${code}`));
    },
    leftBy: async () => ({ steps: 2, usage: { inputTokens: 5 } }),
    async *events() {},
  };
  using drain = createDrain({ signal, graceSeconds: 60, sleep });
  const lacking = settings.lacking ?? (async () => undefined);
  const left = await runTargets({
    store,
    worker: "w",
    config: { solvers: [{ name: "solver", agent: "scripted" }] },
    rules: RETRY_RULES,
    maker,
    concurrency: 2,
    times: { stallSeconds: 900, wholeSeconds: 3600, cleaningSeconds: 120 },
    pause: new Pause({ store, clock, sleep, log: silentLog, lacking }),
    drain,
    ...(gate === undefined ? {} : { gate }),
    clock,
    sleep,
    log: silentLog,
  });
  const counts = countRun(store.state, () => false);
  return { left, counts, state: store.state, stopped: drain.stopped, seconds: clock.elapsed() / 1000 };
}

const forEver = ({ signal }: Watch) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
const never = () => new Promise<never>(() => {});

describe("a run", () => {
  it("enters every target's end", async () => {
    const { left, counts } = await play(async ({ id }) =>
      id === "a.1" ? solved({}) : unsolved(["no-changes"]),
    );
    expect({ left, counts }).toMatchObject({ left: 0, counts: { solved: 1, unsolved: 1, owed: 0 } });
  });

  it("tries faults of the infrastructure again, and no others", async () => {
    const { counts } = await play(async ({ id }) =>
      noVerdict(id === "a.1" ? "sandbox:sandbox-died" : "agent:agent-broke-protocol"),
    );
    expect(counts).toMatchObject({
      attempts: 4,
      no_verdict: { "sandbox:sandbox-died": 1, "agent:agent-broke-protocol": 1 },
    });
  });

  it("goes on past an attempt that broke where no verdict could be given", async () => {
    const { counts } = await play(async ({ id }) => {
      if (id === "a.1") throw new Error("a defect");
      return solved({});
    });
    expect(counts).toMatchObject({ solved: 1, no_verdict: { "internal:unknown": 1 } });
  });

  it("gives up an attempt in which nothing happens", async () => {
    const { counts, seconds } = await play(async ({ id }, watch) =>
      id === "a.1" ? forEver(watch) : solved({}),
    );
    expect(counts).toMatchObject({ solved: 1, no_verdict: { "internal:stalled": 1 } });
    expect(seconds).toBeGreaterThanOrEqual(2700);
  });

  it("leaves an attempt behind that does not even end then", async () => {
    const { counts } = await play(async ({ id }) => (id === "a.1" ? never() : solved({})));
    expect(counts).toMatchObject({ solved: 1, no_verdict: { "internal:overdue": 1 } });
  });
});

it("ends an attempt whose target the store has given to another, and enters nothing of it", async () => {
  const store = memoryStore();
  const taken: RunStore = { ...store, heartbeat: async ({ target }) => target !== "a.1" };
  const { counts, state } = await play(
    async ({ id }, watch) => (id === "a.1" ? forEver(watch) : solved({})),
    { store: taken },
  );
  expect(counts).toMatchObject({ solved: 1, no_verdict: {} });
  expect(state.targets.get("a.1")).toMatchObject({ tries: 1, open: { attempt: "a.1.1" } });
});

describe("an attempt that others keep waiting", () => {
  it("is not taken for one in which nothing happens", async () => {
    const { sleep, clock } = fakeTime();
    const { counts, seconds } = await play(
      async ({ id }, watch) => {
        if (id === "a.1") await watch.waiting(() => sleep(1_200_000, new AbortController().signal));
        return solved({});
      },
      { time: { sleep, clock } },
    );
    expect(counts).toMatchObject({ solved: 2, attempts: 2 });
    expect(seconds).toBe(1200);
  });

  it("is told to end when it is left behind, with no word to make a record of", async () => {
    let told: unknown;
    let isLeft = () => false;
    const { counts } = await play(
      async (_, { signal, waiting, isLeftBehind }) => {
        expect(isLeftBehind()).toBe(false);
        signal.addEventListener("abort", () => (told = signal.reason));
        isLeft = isLeftBehind;
        return waiting(never);
      },
      { targets: ["a.1"] },
    );
    expect(isLeft()).toBe(true);
    expect(counts).toMatchObject({ no_verdict: { "internal:overdue": 1 } });
    expect(told).toBeInstanceOf(Error);
    expect(told).not.toBeInstanceOf(HybridGymError);
  });
});

describe("a run that is asked to end", () => {
  it("gives attempts under way their time, and begins none", async () => {
    const asked = new AbortController();
    const { left, counts } = await play(
      async () => {
        asked.abort();
        return solved({});
      },
      { signal: asked.signal, targets: ["a.1", "b.1", "c.1"] },
    );
    expect(counts.attempts).toBe(3 - left);
    expect(counts).toMatchObject({ solved: 3 - left, owed: left });
    expect(left).toBeGreaterThan(0);
  });

  it("then cuts them off, with what they used, and owes them", async () => {
    const asked = new AbortController();
    const { left, counts, state, seconds } = await play(
      async (_, watch) => {
        asked.abort();
        return forEver(watch);
      },
      { signal: asked.signal, targets: ["a.1"] },
    );
    expect({ left, counts }).toMatchObject({ left: 1, counts: { owed: 1, tokens: { input: 5 } } });
    expect(state.targets.get("a.1")).toMatchObject({ tries: 1, interruptions: { drained: 1 } });
    expect(state.targets.get("a.1")?.faults).toBeUndefined();
    expect(seconds).toBe(60);
  });
});

describe("a run stops", () => {
  it.each([
    ["disk-full", "disk-full"],
    ["run-budget-spent", "budget"],
  ])("for %s, and owes the attempt that met it", async (code) => {
    const { left, stopped, counts } = await play(async () => {
      throw new EnvironmentError({ code, message: "no more" });
    });
    expect(left).toBe(2);
    expect(stopped).toMatchObject({ code, exitCode: 3, hint: expect.any(String) });
    expect(counts).toMatchObject({ owed: 2, no_verdict: {} });
  });

  it("when its gate says so, and the ledger says why", async () => {
    const gate: Gate = {
      after: async () => ({ code: "too-many-dead-turns", message: "m", hint: "h", facts: { rate: 1 } }),
    };
    const { stopped, state } = await play(async () => solved({}), { gate });
    expect(stopped).toMatchObject({ code: "too-many-dead-turns" });
    expect(state.notes[0]).toMatchObject({ kind: "gate", facts: { rate: 1 } });
  });

  it("when there is no room for ten minutes", async () => {
    const { stopped, state, left } = await play(async () => solved({}), { lacking: async () => "no room" });
    expect({ left, code: stopped?.code }).toEqual({ left: 2, code: "out-of-room" });
    expect(state.notes).toMatchObject([{ kind: "paused", facts: { reason: "no room" } }]);
  });

  it("but only pauses while room comes back", async () => {
    let asked = 0;
    const { counts, state } = await play(async () => solved({}), {
      lacking: async () => (++asked < 4 ? "no room" : undefined),
    });
    expect(counts.solved).toBe(2);
    expect(state.notes.map(({ kind }) => kind)).toEqual(["paused", "resumed"]);
  });
});
