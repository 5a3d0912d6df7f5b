import { expect, it } from "vitest";
import type { Admit, CallEnd } from "../governor.ts";
import { LocalGate } from "../governors/local.ts";
import { createGovernor } from "../governors/index.ts";
import { admitFor } from "../governors/admit-for.ts";
import { manualClock } from "../governors/testing/manual-clock.ts";
import { temporaryFolder } from "../testing/command-line.ts";
import { startModelServer, type Behaviour } from "../testing/model-server.ts";
import { createModel } from "./create.ts";

const ANSWER: Behaviour = { kind: "answer", text: "Yes." };
const FULL: Behaviour = { kind: "status", status: 429, body: {}, headers: { "retry-after": "30" } };
const REQUEST = { messages: [{ role: "user" as const, content: "Is it?" }], tools: [] };

it("each try asks for leave, and says what came of it", async () => {
  await using server = await startModelServer();
  server.enqueue(FULL, { kind: "closes-mid-body" }, { kind: "status", status: 500 }, ANSWER);
  const ends: CallEnd[] = [];
  const sizes: unknown[] = [];
  const admit: Admit = async (size) => {
    sizes.push(size);
    return { settle: async (end) => void ends.push(end) };
  };
  const model = await createModel({
    api: "openai",
    name: "m",
    baseUrl: server.openaiUrl,
    stream: false,
    admit,
  });
  await model.complete({ ...REQUEST, sampling: { maxOutputTokens: 77 } });
  expect(ends).toMatchObject([
    // It waits for as long as it is asked to at its next turn, and not in between.
    { kind: "overloaded", retryAfterMs: 30_000 },
    { kind: "failed", code: "model-broke-off", usage: { inputTokens: expect.any(Number) } },
    { kind: "failed", code: "model-server-error" },
    { kind: "answered", usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) } },
  ]);
  expect(sizes).toHaveLength(4);
  expect(sizes[0]).toEqual({ inputTokens: expect.any(Number), outputTokens: 77 });
});

it("waits at the governor for as long as the service asks", async () => {
  await using server = await startModelServer();
  await using folder = await temporaryFolder();
  const clock = manualClock();
  const places = { meeting: folder.file("m"), spend: folder.file("spend") };
  await using governor = createGovernor({ sharing: "process", clock, places });
  const settings = { api: "openai", name: "m", base_url: server.openaiUrl } as const;
  const model = await createModel({
    api: "openai",
    name: "m",
    baseUrl: server.openaiUrl,
    ...admitFor(governor, settings, folder.path, "a"),
  });
  server.enqueue(FULL, ANSWER);
  const answer = model.complete(REQUEST);
  await expect
    .poll(() => governor.health(), { timeout: 20_000 })
    .toMatchObject([{ overloaded: 1, waiting: 1 }]);
  await clock.advance(29_999);
  expect(server.requests).toHaveLength(1);
  await clock.advance(1);
  expect((await answer).message.content).toBe("Yes.");
  expect(await governor.health()).toMatchObject([{ endpoint: server.openaiUrl, answered: 1, underWay: 0 }]);
});

it("gives up waiting with its request, and is no call then", async () => {
  await using server = await startModelServer();
  const gate = new LocalGate(manualClock());
  const admit: Admit = async (_size, signal) => {
    await gate.adjust("e", { concurrency: 1 });
    const call = { endpoint: "e", run: "r", reserved: { dollars: 0, tokens: 0 }, caps: {} };
    await gate.admit({ id: "first", ...call });
    await gate.admit({ id: "second", ...call }, signal);
    return { settle: async () => {} };
  };
  const model = await createModel({ api: "openai", name: "m", baseUrl: server.openaiUrl, admit });
  const abort = new AbortController();
  const answer = model.complete({ ...REQUEST, signal: abort.signal });
  abort.abort();
  await expect(answer).rejects.toMatchObject({ code: "model-aborted" });
  expect(server.requests).toHaveLength(0);
});
