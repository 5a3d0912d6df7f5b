import { expect, it } from "vitest";
import { BudgetError } from "../base/errors.ts";
import type { Admit, CallEnd } from "../governor.ts";
import { startModelServer } from "../testing/model-server.ts";
import { hostedAgent } from "./hosted.ts";
import { openStage } from "./testing/stage.ts";

const FILES = { "a.py": "x = 1\n" };
const FINISH = { id: "b", name: "finish", arguments: "{}" };

it("an agent in its process asks its parent before each try, and tells what came of it", async () => {
  await using server = await startModelServer();
  await using stage = await openStage(FILES);
  server.enqueue(
    { kind: "status", status: 429, body: {}, headers: { "retry-after": "20" } },
    { kind: "answer", calls: [FINISH] },
  );
  const ends: CallEnd[] = [];
  const admit: Admit = async ({ inputTokens }) => {
    expect(inputTokens).toBeGreaterThan(100);
    return { settle: async (end) => void ends.push(end) };
  };
  const model = { api: "openai", name: "m", baseUrl: server.openaiUrl, stream: false } as const;
  const end = await hostedAgent({ name: "loop", model }).run(stage.context("Finish.", { admit }));
  expect(end).toEqual({ reason: "finished" });
  expect(ends).toMatchObject([
    { kind: "overloaded", retryAfterMs: 20_000 },
    { kind: "answered", usage: { inputTokens: 100, outputTokens: 10 } },
  ]);
});

it("an agent whose call is refused for good is ended with the reason", async () => {
  await using server = await startModelServer();
  await using stage = await openStage(FILES);
  const spent = new BudgetError({ code: "run-budget-spent", message: "nothing is left" });
  const model = { api: "openai", name: "m", baseUrl: server.openaiUrl } as const;
  const context = stage.context("Finish.", { admit: () => Promise.reject(spent) });
  await expect(hostedAgent({ name: "loop", model }).run(context)).rejects.toBe(spent);
  expect(server.requests).toHaveLength(0);
});

it("a killed agent's call is settled as one that may have been worked on, and what it waits for is called off", async () => {
  await using server = await startModelServer();
  await using stage = await openStage(FILES);
  server.enqueue({ kind: "hangs", after: "nothing" });
  const ends: CallEnd[] = [];
  const stop = new AbortController();
  const admit: Admit = async () => ({ settle: async (end) => void ends.push(end) });
  const model = { api: "openai", name: "m", baseUrl: server.openaiUrl } as const;
  const run = hostedAgent({ name: "loop", model }).run(stage.context("Go.", { admit, signal: stop.signal }));
  await expect.poll(() => server.requests.length, { timeout: 30_000 }).toBe(1);
  stop.abort();
  expect((await run).reason).toBe("deadline");
  expect(ends).toMatchObject([{ kind: "failed", usage: { inputTokens: expect.any(Number) } }]);

  let waited: AbortSignal | undefined;
  const waiting: Admit = (_size, signal) => {
    waited = signal;
    return new Promise(() => {});
  };
  const again = new AbortController();
  const second = hostedAgent({ name: "loop", model }).run(
    stage.context("Go.", { admit: waiting, signal: again.signal }),
  );
  await expect.poll(() => waited !== undefined, { timeout: 30_000 }).toBe(true);
  again.abort();
  await second;
  expect(waited?.aborted).toBe(true);
});

it("leave that is given while the attempt ends is given back", async () => {
  await using server = await startModelServer();
  await using stage = await openStage(FILES);
  const ends: CallEnd[] = [];
  const stop = new AbortController();
  const given = Promise.withResolvers<void>();
  const admit: Admit = async () => {
    stop.abort();
    await given.promise;
    return { settle: async (end) => void ends.push(end) };
  };
  const model = { api: "openai", name: "m", baseUrl: server.openaiUrl } as const;
  await hostedAgent({ name: "loop", model }).run(stage.context("Go.", { admit, signal: stop.signal }));
  given.resolve();
  await expect.poll(() => ends, { timeout: 30_000 }).toEqual([{ kind: "unsent" }]);
  expect(server.requests).toHaveLength(0);
});
