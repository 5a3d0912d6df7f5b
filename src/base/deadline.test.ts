import { expect, it } from "vitest";
import { createDeadline, whenOver } from "./deadline.ts";

function clockAt() {
  let elapsed = 0;
  return { now: () => new Date(elapsed), elapsed: () => elapsed, move: (by: number) => void (elapsed += by) };
}

it("stands still while one waits, also for several things at once, up to a bound", async () => {
  const clock = clockAt();
  const deadline = createDeadline(1000, 300, clock);
  clock.move(5000);
  expect(deadline.remainingMs()).toBe(1000);
  deadline.begin();
  clock.move(100);
  expect(deadline.remainingMs()).toBe(900);
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const waits = [deadline.standStill(() => first.promise), deadline.standStill(() => second.promise)];
  clock.move(100);
  expect(deadline.remainingMs()).toBe(900);
  first.resolve();
  await waits[0];
  clock.move(100);
  expect(deadline.remainingMs()).toBe(900);
  second.resolve();
  await waits[1];
  clock.move(50);
  expect(deadline.remainingMs()).toBe(850);
  await deadline.standStill(async () => clock.move(1000));
  expect(deadline.remainingMs()).toBe(-50);
});

it("is not over while time remains when its timer ends", async () => {
  let left = 1;
  let asked = 0;
  await new Promise<void>((resolve) => {
    whenOver(() => {
      if (++asked === 4) left = 0;
      return left;
    }, resolve);
  });
  expect(asked).toBe(4);
});
