import { describe, expect, it } from "vitest";
import { AdaptiveLimit, type Ticket } from "./adaptive.ts";
import { LocalGate } from "./local.ts";
import { manualClock } from "./testing/manual-clock.ts";
import { simulatedService } from "./testing/simulated-service.ts";

function enterAll(limit: AdaptiveLimit): Ticket[] {
  const tickets: Ticket[] = [];
  while (limit.hasRoom()) tickets.push(limit.enter());
  return tickets;
}

/** A round in which all are answered. */
function cleanRound(limit: AdaptiveLimit): void {
  for (const ticket of enterAll(limit)) limit.answered(ticket);
}

describe("the learnt limit", () => {
  it("grows fast until the first refusal, and not while nobody needs more", () => {
    const limit = new AdaptiveLimit(manualClock());
    expect(limit.limit).toBe(8);
    for (let call = 0; call < 100; call++) limit.answered(limit.enter());
    expect(limit.limit).toBe(8);
    cleanRound(limit);
    expect(limit.limit).toBe(16);
    cleanRound(limit);
    expect(limit.limit).toBe(32);
  });

  it("falls to just below what was refused, and once a round", async () => {
    const clock = manualClock();
    const limit = new AdaptiveLimit(clock);
    cleanRound(limit);
    cleanRound(limit);
    // The service bears 17; the later ones are refused, the last one first.
    const tickets = enterAll(limit).toReversed();
    for (const ticket of tickets.slice(0, 15)) limit.overloaded(ticket);
    expect(limit.limit).toBe(17);
    for (const ticket of tickets.slice(15)) limit.answered(ticket);
    expect(limit.hasRoom()).toBe(false);
    await clock.advance(500);
    cleanRound(limit);
    expect(limit.limit).toBe(17);
  });

  it("falls by a half in the first round and by a quarter in later ones, however much is refused", async () => {
    const clock = manualClock();
    const limit = new AdaptiveLimit(clock);
    for (let round = 0; round < 3; round++) cleanRound(limit);
    for (const expected of [32, 24, 18, 13]) {
      for (const ticket of enterAll(limit)) limit.overloaded(ticket);
      expect(limit.limit).toBe(expected);
      await clock.advance(30_000);
    }
  });

  it("does not count refusals of calls that went before the last decrease", async () => {
    const clock = manualClock();
    const limit = new AdaptiveLimit(clock);
    const [old, ...others] = enterAll(limit);
    for (const ticket of others) limit.overloaded(ticket);
    await clock.advance(500);
    const next = limit.enter();
    limit.overloaded(next);
    const after = limit.limit;
    if (old !== undefined) limit.overloaded(old);
    expect(limit.limit).toBe(after);
  });

  it("waits as long as the service asks, else half a second, doubled with each overloaded round", async () => {
    const clock = manualClock();
    const limit = new AdaptiveLimit(clock);
    for (const pause of [500, 1000, 2000]) {
      limit.overloaded(limit.enter());
      expect(limit.pauseMs).toBe(pause);
      await clock.advance(pause);
    }
    limit.overloaded(limit.enter(), 7000);
    expect(limit.pauseMs).toBe(7000);
    await clock.advance(7000);
    cleanRound(limit);
    limit.overloaded(limit.enter());
    expect(limit.pauseMs).toBe(500);
  });

  it("stays below a person's cap", () => {
    const limit = new AdaptiveLimit(manualClock(), 3);
    for (let round = 0; round < 5; round++) cleanRound(limit);
    expect(limit.limit).toBe(3);
  });
});

describe.each([
  { capacity: 16, callMs: 4000, retryAfterMs: 1000 },
  { capacity: 5, callMs: 4000, retryAfterMs: 1000 },
  { capacity: 100, callMs: 10_000, retryAfterMs: 5000 },
  { capacity: 40, callMs: 3000, retryAfterMs: undefined },
])("a service that bears $capacity calls", ({ capacity, callMs, retryAfterMs }) => {
  it("is kept busy to 95 % over 80 rounds, from the default on, with few refusals", async () => {
    const clock = manualClock();
    const service = simulatedService(clock, {
      capacity,
      callMs: (number) => callMs * (0.5 + ((number * 7919) % 101) / 100),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
    const gate = new LocalGate(clock);
    const work = async () => {
      for (;;) await service.call(gate);
    };
    for (let worker = 0; worker < 2 * capacity; worker++) void work();
    const milliseconds = 80 * callMs;
    await clock.advance(milliseconds);
    const share = service.workedMs / (capacity * milliseconds);
    expect(share).toBeGreaterThan(0.95);
    expect(service.refusals).toBeLessThan(2 * capacity);
  });
});

it("follows a service whose room becomes less and then more", async () => {
  const clock = manualClock();
  const service = simulatedService(clock, { capacity: 20, callMs: () => 1000, retryAfterMs: 1000 });
  const gate = new LocalGate(clock);
  const work = async () => {
    for (;;) await service.call(gate);
  };
  for (let worker = 0; worker < 40; worker++) void work();
  const limit = async () => (await gate.health())[0]?.limit;
  await clock.advance(30_000);
  expect(await limit()).toBe(20);
  service.capacity = 7;
  await clock.advance(60_000);
  expect(await limit()).toBe(7);
  service.capacity = 20;
  await clock.advance(600_000);
  expect(await limit()).toBe(20);
});
