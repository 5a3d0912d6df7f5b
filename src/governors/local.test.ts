import { appendFile, readFile, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { temporaryFolder } from "../testing/command-line.ts";
import type { GateCall } from "./gate.ts";
import { LocalGate } from "./local.ts";
import { manualClock } from "./testing/manual-clock.ts";

const ENDPOINT = "http://service/v1";
const SPENT = { dollars: 0, tokens: 5 };

const callOf = (id: string, run = "r1"): GateCall => ({
  id,
  run,
  endpoint: ENDPOINT,
  reserved: { dollars: 0.5, tokens: 10 },
  caps: {},
});

it("serves the run with the fewest calls under way, and each run in its order", async () => {
  const gate = new LocalGate(manualClock());
  await gate.adjust(ENDPOINT, { concurrency: 2 });
  const order: string[] = [];
  const calls = ["a1 a", "a2 a", "a3 a", "a4 a", "b1 b", "b2 b"].map((text) => {
    const [id = "", run = ""] = text.split(" ");
    return gate.admit(callOf(id, run)).then(() => order.push(id));
  });
  for (const id of ["a1", "a2", "b1", "a3", "b2", "a4"]) {
    await new Promise((resolve) => setImmediate(resolve));
    await gate.settle(id, { kind: "answered", spent: SPENT });
  }
  await Promise.all(calls);
  // When a1 ends, b has nothing under way; when a2 ends, a has nothing.
  expect(order).toEqual(["a1", "a2", "b1", "a3", "b2", "a4"]);
});

it("keeps to so many requests and tokens a minute", async () => {
  const clock = manualClock();
  const gate = new LocalGate(clock);
  await gate.adjust(ENDPOINT, { requestsPerMinute: 60, tokensPerMinute: 300 });
  let done = 0;
  const work = async () => {
    for (;;) {
      const id = `call ${done}`;
      await gate.admit(callOf(id));
      await gate.settle(id, { kind: "answered", spent: SPENT });
      done++;
    }
  };
  void work();
  await clock.advance(60_000);
  // 300 tokens and a burst of 50, at 5 each.
  expect(done).toBeGreaterThanOrEqual(69);
  expect(done).toBeLessThanOrEqual(70);
  await gate.adjust(ENDPOINT, { requestsPerMinute: 60 });
  done = 0;
  await clock.advance(60_000);
  expect(done).toBeGreaterThanOrEqual(60);
  expect(done).toBeLessThanOrEqual(71);
});

it("says why nothing goes", async () => {
  const clock = manualClock();
  const gate = new LocalGate(clock);
  await gate.admit(callOf("a"));
  await gate.settle("a", { kind: "overloaded", spent: { dollars: 0, tokens: 0 }, retryAfterMs: 20_000 });
  const waiting = gate.admit(callOf("b"));
  expect(await gate.health()).toMatchObject([
    { waiting: 1, pausedUntil: "2030-01-01T12:00:20.000Z", pausedBecause: "the service had no room" },
  ]);
  await clock.advance(20_000);
  expect(await waiting).toBe("2030-01-01");
  expect((await gate.health())[0]).not.toHaveProperty("pausedUntil");
});

it("counts what a killed process had reserved as spent, and reads on after a torn line", async () => {
  await using folder = await temporaryFolder();
  const clock = manualClock();
  const first = new LocalGate(clock, folder.path);
  await first.admit(callOf("a"));
  await first.admit(callOf("b"));
  await first.settle("a", { kind: "answered", spent: { dollars: 0.1, tokens: 4 } });
  const file = folder.file("2030-01-01.jsonl");
  const whole = await readFile(file, "utf8");
  await appendFile(file, '{"id":"c","endpoint":"http://serv');
  const second = new LocalGate(clock, folder.path);
  expect(await second.today(ENDPOINT)).toEqual({ dollars: 0.6, tokens: 14 });
  // Its process lives on after all, and tells.
  second.adopt(callOf("b"), "2030-01-01");
  expect(await second.today(ENDPOINT)).toEqual({ dollars: expect.closeTo(0.1), tokens: 4 });
  await second.settle("b", { kind: "answered", spent: { dollars: 0.2, tokens: 1 } });
  const third = new LocalGate(clock, folder.path);
  expect((await third.today(ENDPOINT)).tokens).toBe(5);
  await writeFile(file, whole);
  const fourth = new LocalGate(clock, folder.path);
  expect((await fourth.today(ENDPOINT)).tokens).toBe(14);
});

it("lets nothing through that cannot be written down", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("spend"), "a file");
  const gate = new LocalGate(manualClock(), folder.file("spend"));
  await expect(gate.admit(callOf("a"))).rejects.toThrow();
  expect(await gate.health()).toMatchObject([{ underWay: 0, waiting: 0 }]);
});
