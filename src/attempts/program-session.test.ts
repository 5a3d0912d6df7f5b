import { appendFileSync } from "node:fs";
import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AgentLimits } from "../agent.ts";
import { BudgetError } from "../base/errors.ts";
import type { Admit, CallEnd } from "../governor.ts";
import { openExchangeLog, type ExchangeLog } from "../exchanges/store.ts";
import { temporaryFolder } from "../testing/command-line.ts";
import { startModelServer, type Behaviour, type ModelServer } from "../testing/model-server.ts";
import type { SessionCaps } from "./exchange-meter.ts";
import { openProgramSessions, type ProgramSession, type ProgramSessions } from "./program-session.ts";

const CHAT = "/v1/chat/completions";
const MESSAGES = [{ role: "user", content: "Fix it." }];
const answers: Behaviour = { kind: "answer", text: "Yes." };
const status = (code: number): Behaviour => ({
  kind: "status",
  status: code,
  body: { error: { message: "no" } },
});
const raw = (contentType: string, body: string): Behaviour => ({ kind: "raw", contentType, body });

describe("the session of a program", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: ModelServer;
  let sessions: ProgramSessions;
  let log: ExchangeLog;
  let session: ProgramSession;

  beforeEach(async () => {
    folder = await temporaryFolder();
    server = await startModelServer();
    sessions = await openProgramSessions(
      { kind: "service", baseUrl: server.openaiUrl, api: "openai", model: "teacher" },
      { name: "teacher", servedAs: ["/models/t.bin"] },
    );
    log = await openExchangeLog(folder.file("exchanges.jsonl.gz"));
  });
  afterEach(async () => {
    await session.close();
    await sessions[Symbol.asyncDispose]();
    await log[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  async function open(limits: Partial<AgentLimits> = {}, caps?: SessionCaps, admit?: Admit) {
    session = await sessions.open({
      limits: { maxSteps: 100, deadlineSeconds: 60, ...limits },
      record: (exchange) => log.append(exchange),
      exchanges: folder.file("exchanges.jsonl.gz"),
      ...(caps === undefined ? {} : { caps }),
      ...(admit === undefined ? {} : { admit }),
    });
  }

  /** The status; 0 where the answer broke off. */
  async function ask(path = CHAT, more: object = {}, method = "POST"): Promise<number> {
    const body = JSON.stringify({ model: "m", messages: MESSAGES, ...more });
    return new Promise((resolve) => {
      const headers = { "content-type": "application/json", "x-api-key": session.key };
      const asking = request({ socketPath: session.socket, path, method, headers }, (response) => {
        response.on("error", () => resolve(0));
        response.on("close", () => resolve(response.complete ? (response.statusCode ?? 0) : 0));
        response.resume();
      });
      asking.on("error", () => resolve(0));
      asking.end(body);
    });
  }

  /** The end after these answers, one after the other. */
  async function outcomeAfter(...behaviours: readonly Behaviour[]) {
    await open();
    server.enqueue(...behaviours);
    for (const _ of behaviours) await ask();
    await session.close();
    return session.outcome();
  }

  it("waits for leave before each request, and tells what came of it", async () => {
    const ends: CallEnd[] = [];
    const gate = Promise.withResolvers<void>();
    await open({}, undefined, async ({ inputTokens }) => {
      expect(inputTokens).toBeGreaterThan(0);
      await gate.promise;
      return { settle: async (end) => void ends.push(end) };
    });
    server.enqueue(answers, {
      kind: "status",
      status: 429,
      body: { error: { message: "later" } },
      headers: { "retry-after": "7" },
    });
    const first = ask();
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.requests).toHaveLength(0);
    gate.resolve();
    expect(await first).toBe(200);
    expect(await ask()).toBe(429);
    await session.close();
    expect(ends).toMatchObject([
      { kind: "answered", usage: { inputTokens: 100, outputTokens: 10 } },
      { kind: "overloaded", retryAfterMs: 7000 },
    ]);
  });

  it.each([
    ["attempt-budget-spent", "dollars", { reason: "cost-limit" }],
    ["attempt-budget-spent", "tokens", { reason: "token-limit" }],
    ["run-budget-spent", "dollars", { name: "BudgetError", code: "run-budget-spent" }],
    ["day-budget-spent", "dollars", { name: "BudgetError", code: "day-budget-spent" }],
  ])("is ended where leave is refused for good: %s, %s", async (code, cap, outcome) => {
    const error = new BudgetError({ code, message: "nothing is left", fields: { cap } });
    await open({}, undefined, () => Promise.reject(error));
    expect(await ask()).toBe(403);
    expect(session.limitReached.aborted).toBe(true);
    await session.close();
    expect(session.outcome()).toMatchObject(outcome);
    expect(server.requests).toHaveLength(0);
  });

  it.each([
    [307, "model-redirected"],
    [401, "model-unauthorized"],
    [403, "model-unauthorized"],
    [404, "model-not-found"],
  ])("that was never answered is not judged when the service says %i", async (code, expected) => {
    expect(await outcomeAfter(status(code))).toMatchObject({ code: expected });
  });

  it.each([307, 401, 403, 404])(
    "that was answered once has made %i itself, so no run stops for it",
    async (code) => {
      expect(await outcomeAfter(answers, status(code))).toBeUndefined();
    },
  );

  it("is judged whatever comes of requests where nobody asks models", async () => {
    await open();
    server.enqueue(answers, status(500), status(404));
    await ask();
    await ask("/v1/made/up/chat/completions");
    await ask("/nothing");
    await session.close();
    expect(session.outcome()).toBeUndefined();
  });

  it.each<[string, Behaviour]>([
    ["model-server-error", raw("application/json", '{"error":{"message":"it fell over"}}')],
    [
      "model-overloaded",
      raw("application/json", '{"error":{"message":"no room","type":"overloaded_error"}}'),
    ],
    ["model-bad-response", raw("text/html", "<html>Welcome</html>")],
    [
      "model-broke-off",
      raw("text/event-stream", 'data: {"choices":[{"index":0,"delta":{"content":"Y"}}]}\n\n'),
    ],
    ["model-broke-off", { kind: "closes-mid-body" }],
    ["model-overloaded", status(529)],
  ])("is not judged when the service failed last: %s", async (code, behaviour) => {
    expect(await outcomeAfter(answers, behaviour)).toMatchObject({ code });
  });

  it("is not judged once another model answered, whatever comes after, and its program is ended", async () => {
    const other: Behaviour = { kind: "answer", text: "Yes.", servedModel: "pupil" };
    expect(await outcomeAfter(answers, other, answers)).toMatchObject({
      name: "ModelError",
      code: "model-redirected",
      message: expect.stringContaining("at exchange 2: another model answered: pupil") as string,
      hint: expect.stringContaining("--served-model") as string,
    });
    expect(session.limitReached.aborted).toBe(true);
    expect(await session.conversation()).not.toEqual([]);
  });

  it.each(["teacher", "some/Teacher-2026-01-01", "/models/t.bin"])(
    "is judged when its model answers as %s",
    async (servedModel) => {
      expect(await outcomeAfter({ kind: "answer", text: "Yes.", servedModel })).toBeUndefined();
      expect(session.limitReached.aborted).toBe(false);
    },
  );

  it("is judged when the service would not take what it asked", async () => {
    expect(await outcomeAfter(status(400))).toBeUndefined();
  });

  it("has its steps from the moment it asks, however many it asks for at once", async () => {
    await open({ maxSteps: 2 });
    server.enqueue(answers, answers, answers, answers, answers);
    const statuses = await Promise.all([1, 2, 3, 4, 5].map(() => ask()));
    expect(statuses.toSorted()).toEqual([200, 200, 403, 403, 403]);
    expect(server.requests).toHaveLength(2);
    expect(session.outcome()).toMatchObject({ reason: "step-limit" });
    expect(session.limitReached.aborted).toBe(true);
  });

  it("gets a step back where the service failed, and for nothing else", async () => {
    await open({ maxSteps: 2 });
    server.enqueue(status(500), status(400), raw("text/html", "what"), answers);
    expect([await ask(), await ask(), await ask(), await ask(), await ask()]).toEqual([
      500, 400, 200, 200, 403,
    ]);
  });

  it("pays for an answer that it does not wait for", async () => {
    await open({ maxSteps: 1 });
    server.enqueue({ kind: "hangs", after: "headers" }, answers);
    await new Promise<void>((resolve) => {
      const headers = { "content-type": "application/json", "x-api-key": session.key };
      const asking = request(
        { socketPath: session.socket, path: CHAT, method: "POST", headers },
        (response) => {
          response.on("error", () => {});
          asking.destroy();
          resolve();
        },
      );
      asking.on("error", () => {});
      asking.end(JSON.stringify({ model: "m", messages: MESSAGES }));
    });
    expect(await ask()).toBe(403);
  });

  it("has its tokens estimated where a service does not count them", async () => {
    await open({ maxTokens: 1_000 });
    const message = { role: "assistant", content: "word ".repeat(1_000) };
    const body = JSON.stringify({ choices: [{ index: 0, message, finish_reason: "stop" }] });
    server.enqueue(raw("application/json", body), answers);
    expect([await ask(), await ask()]).toEqual([200, 403]);
    expect(session.outcome()).toMatchObject({ reason: "token-limit" });
  });

  it.each([
    { exchanges: 3, size: 1_000_000, path: "/files" },
    { exchanges: 1_000, size: 1_000, path: CHAT },
  ])("is ended when it fills what there is for exchanges, with models or without: %j", async (filled) => {
    const { path, ...caps } = filled;
    await open({}, caps);
    server.enqueue(status(404), status(404), status(404));
    for (let n = 0; n < 3; n++) await ask(path, { filling: "x".repeat(500) });
    await expect.poll(() => session.limitReached.aborted).toBe(true);
    expect(await ask()).toBe(403);
    expect(session.outcome()).toMatchObject({ reason: "exchange-limit" });
  });

  it("reads its conversation from the file, each event with the time of its exchange", async () => {
    await open();
    expect(await session.conversation()).toEqual([]);
    server.enqueue(answers, answers);
    await ask();
    await ask(CHAT, {
      messages: [...MESSAGES, { role: "assistant", content: "Yes." }, { role: "user", content: "Sure?" }],
    });
    await session.close();
    const timed = await session.conversation();
    expect(timed.map(({ event }) => event.type)).toEqual(["input", "turn", "input", "turn"]);
    const times = timed.map(({ at }) => Date.parse(at));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[1]).toBeGreaterThanOrEqual(times[0] ?? 0);
    expect(new Set(timed.map(({ at }) => at)).size).toBeGreaterThan(1);
    // What a killed writer leaves is no part of it.
    appendFileSync(folder.file("exchanges.jsonl.gz"), "\u001f");
    expect(await session.conversation()).toHaveLength(4);
  });
});
