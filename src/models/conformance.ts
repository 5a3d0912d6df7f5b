import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ModelError } from "../base/errors.ts";
import { newExchangeSchema, type DialectName, type NewExchange } from "../exchange.ts";
import type { Message, Model, ModelRequest, ModelResponse, ToolDefinition } from "../model.ts";
import {
  startModelServer,
  type Behaviour,
  type ModelServer,
  type StreamFaults,
} from "../testing/model-server.ts";
import type { EndpointSettings } from "./settings.ts";

/**
 * What every adapter to a model's service must do, checked against a real server on this machine
 * that answers well and badly. Not part of the package.
 */
export function describeModelConformance(
  name: string,
  makeModel: (settings: EndpointSettings) => Model,
  dialect: DialectName,
): void {
  for (const stream of [true, false]) describeOne(name, makeModel, dialect, stream);
}

function describeOne(
  name: string,
  makeModel: (settings: EndpointSettings) => Model,
  dialect: DialectName,
  stream: boolean,
): void {
  describe(`${name} as a model, ${stream ? "streaming" : "not streaming"}`, () => {
    let server: ModelServer;
    beforeEach(async () => {
      server = await startModelServer();
    });
    afterEach(() => server[Symbol.asyncDispose]());

    const model = (settings: Partial<EndpointSettings> = {}) =>
      makeModel({
        name: "scripted",
        baseUrl: dialect === "messages" ? server.anthropicUrl : server.openaiUrl,
        apiKey: KEY,
        maxRetries: 0,
        timeoutMs: 5_000,
        stream,
        ...settings,
      });
    const ask = (behaviour: Behaviour, request: Partial<ModelRequest> = {}) => {
      server.enqueue(behaviour);
      return model().complete({ messages: HELLO, tools: [SEARCH], ...request });
    };
    const refused = async (behaviour: Behaviour, settings: Partial<EndpointSettings> = {}) => {
      server.enqueue(behaviour);
      return failureOf(model(settings).complete({ messages: HELLO, tools: [SEARCH] }));
    };

    it("gives text, stop, usage and the served model", async () => {
      const response = await ask({
        kind: "answer",
        text: "Hello.",
        servedModel: "scripted-2026-01-01",
        usage: { input: 120, output: 7, cached: 100 },
      });
      expect(response).toEqual({
        message: { role: "assistant", content: "Hello.", toolCalls: [] },
        stop: "end",
        usage: { inputTokens: 120, outputTokens: 7, cachedTokens: 100 },
        servedModel: "scripted-2026-01-01",
      });
    });

    it("leaves out the usage that the service did not give, and keeps zeros", async () => {
      expect((await ask({ kind: "answer", text: "a", usage: null })).usage).toEqual({});
      const zero = await ask({ kind: "answer", text: "a", usage: { input: 5, output: 0, cached: 0 } });
      expect(zero.usage).toEqual({ inputTokens: 5, outputTokens: 0, cachedTokens: 0 });
    });

    it("keeps reasoning apart from the text, and gives it back as it came", async () => {
      const { message } = await ask({ kind: "answer", text: "Four.", reasoning: "Two and two." });
      expect(message).toMatchObject({ content: "Four.", reasoning: "Two and two." });
      await ask({ kind: "answer", text: "ok" }, { messages: [...HELLO, message] });
      expect(server.requests.at(-1)?.text).toContain("Two and two.");
    });

    it("refuses the answer of another model, once it is kept, and does not ask again", async () => {
      const kept: NewExchange[] = [];
      const record = async (exchange: NewExchange) => kept.push(exchange);
      const answer: Behaviour = { kind: "answer", text: "a", servedModel: "scripted-mini" };
      const error = await refused(answer, { record, maxRetries: 2 });
      expect(error).toMatchObject({ code: "model-redirected", fields: { served: "scripted-mini" } });
      expect(error.message).toContain("another model answered: scripted-mini");
      expect(server.requests).toHaveLength(1);
      expect(kept).toMatchObject([{ response: { status: 200, complete: true } }]);
      expect(JSON.stringify(kept)).toContain("scripted-mini");
    });

    it("takes a name under which the model is known to answer, and says it", async () => {
      server.enqueue({ kind: "answer", text: "a", servedModel: "/models/x.bin" });
      const known = model({ servedAs: ["/models/x.bin"] });
      expect((await known.complete({ messages: HELLO, tools: [] })).servedModel).toBe("/models/x.bin");
    });

    it("sends the bytes of the turn before, and then what is new", async () => {
      const answer: Behaviour = {
        kind: "answer",
        text: "Looking.",
        reasoning: "Where is it?",
        calls: [{ id: "a", name: "search", arguments: '{"word" : "ä"}' }],
      };
      const { message } = await ask(answer);
      const history: Message[] = [...HELLO, message, ...message.toolCalls.map(resultOf)];
      const again = await ask(answer, { messages: history });
      await ask(answer, { messages: [...history, again.message, ...again.message.toolCalls.map(resultOf)] });
      const bodies = server.requests.slice(-3).map(({ text }) => withoutMarks(text));
      expect(bodies[1]?.startsWith((bodies[0] ?? "?").replace(/\]\}$/, ""))).toBe(true);
      expect(bodies[2]?.startsWith((bodies[1] ?? "?").replace(/\]\}$/, ""))).toBe(true);
    });

    it("says when the answer was cut", async () => {
      expect((await ask({ kind: "answer", text: "I th", stop: "length" })).stop).toBe("length");
    });

    it("gives parallel calls in order, also of tools that do not exist", async () => {
      const { message, stop } = await ask({
        kind: "answer",
        text: "Looking.",
        calls: [
          { id: "a", name: "search", arguments: '{"word":"x"}' },
          { id: "b", name: "no_such_tool", arguments: "{}" },
        ],
      });
      expect(stop).toBe("tool-calls");
      expect(message.content).toBe("Looking.");
      expect(message.toolCalls).toEqual([
        { id: "a", name: "search", arguments: { word: "x" }, malformed: false },
        { id: "b", name: "no_such_tool", arguments: {}, malformed: false },
      ]);
    });

    it.each(['{"word": ', "[1]", "word=x"])("keeps malformed arguments %s", async (text) => {
      const { message } = await ask({
        kind: "answer",
        calls: [{ id: "a", name: "search", arguments: text }],
      });
      expect(message.toolCalls[0]?.malformed).toBe(true);
      expect(message.toolCalls[0]?.arguments).toEqual({ malformed: text });
    });

    it("reads empty arguments as none", async () => {
      const { message } = await ask({ kind: "answer", calls: [{ id: "a", name: "search", arguments: "" }] });
      expect(message.toolCalls[0]).toMatchObject({ arguments: {}, malformed: false });
    });

    it("makes ids that are unique in the conversation where the service does not", async () => {
      const calls = [
        { name: "search", arguments: "{}" },
        ...["a", "a"].map((id) => ({ id, ...SEARCH_CALL })),
      ];
      const first = await ask({ kind: "answer", calls });
      const again = await ask({ kind: "answer", calls });
      const ids = first.message.toolCalls.map((call) => call.id);
      expect(new Set(ids).size).toBe(3);
      expect(again.message.toolCalls.map((call) => call.id)).toEqual(ids);

      const history: Message[] = [...HELLO, first.message, ...first.message.toolCalls.map(resultOf)];
      const later = await ask({ kind: "answer", calls }, { messages: history });
      expect(new Set([...ids, ...later.message.toolCalls.map((call) => call.id)]).size).toBe(6);
    });

    it("sends a history with malformed calls as one that the service can parse", async () => {
      const { message } = await ask({
        kind: "answer",
        calls: [
          { id: "a", name: "search", arguments: "{" },
          { id: "b", name: "search", arguments: '{"word":"x"}' },
        ],
      });
      const history: Message[] = [...HELLO, message, ...message.toolCalls.map(resultOf)];
      await ask({ kind: "answer", text: "ok" }, { messages: history });
      const sent = JSON.stringify(server.requests.at(-1)?.body);
      expect(sent.replaceAll("\\", "")).toContain('{"malformed":"{"}');
      expect(sent).toContain("result of a");
      expect(sent).toContain("result of b");
    });

    it("sends what was asked: model, system text, tools, limits", async () => {
      await ask({ kind: "answer", text: "ok" }, { sampling: { maxOutputTokens: 77, temperature: 0.5 } });
      const request = server.requests.at(-1);
      expect(request?.body).toMatchObject({ model: "scripted", temperature: 0.5, stream });
      expect(request?.text).toMatch(/"max_(output_)?tokens":77/);
      const text = JSON.stringify(request?.body);
      for (const part of ["Be brief.", "Find x.", "search", "Finds a word"]) expect(text).toContain(part);
    });

    describe("fails as a ModelError", () => {
      it.each<[string, Behaviour]>([
        ["model-unauthorized", status(401)],
        ["model-unauthorized", status(403)],
        ["model-not-found", status(404)],
        ["model-overloaded", status(429)],
        ["model-overloaded", status(503)],
        ["model-server-error", status(500)],
        ["model-rejected-request", status(400, "tools are not supported")],
        ["model-context-exceeded", status(400, "This model's maximum context length is 100 tokens.")],
        ["model-context-exceeded", status(400, "prompt is too long: 210000 tokens > 200000 maximum")],
        ["model-bad-response", { kind: "status", status: 200, body: { error: { message: "no GPU" } } }],
        ["model-bad-response", { kind: "status", status: 200, body: { choices: [], content: 1, output: 2 } }],
        ["model-bad-response", { kind: "raw", contentType: "application/json", body: '{"half' }],
        ["model-bad-response", { kind: "raw", contentType: "text/html", body: "<h1>Gateway</h1>" }],
        ["model-bad-response", { kind: "raw", contentType: "application/json", body: "" }],
        ["model-broke-off", { kind: "closes-mid-body" }],
        ["model-overloaded", { kind: "status", status: 200, body: OVERLOADED }],
        ["model-context-exceeded", { kind: "status", status: 200, body: { error: "prompt is too long" } }],
      ])("%s", async (code, behaviour) => {
        const error = await refused(behaviour);
        expect(error.code).toBe(code);
        expect(error.message).not.toContain("\n");
        expect(error.message).toContain(server.anthropicUrl);
      });

      it("names the variable of the key, and never shows the key", async () => {
        const error = await refused(status(401, `Incorrect API key provided: ${KEY}`));
        expect(error.hint).toContain(dialect === "messages" ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY");
        expect(JSON.stringify({ ...error, message: error.message })).not.toContain(KEY);
      });

      it("names where a redirect leads, and does not go there", async () => {
        await using elsewhere = await startModelServer();
        elsewhere.enqueue({ kind: "answer", text: "stolen" });
        const to = elsewhere.openaiUrl.replace("://", "://user:secret@");
        const error = await refused({ kind: "status", status: 307, headers: { location: to } });
        expect(error.code).toBe("model-redirected");
        expect(error.message).toContain(`status 307: the service sends requests to ${elsewhere.openaiUrl}`);
        expect(elsewhere.requests).toEqual([]);
      });

      it("says how long an overloaded service wants to be left alone", async () => {
        const error = await refused(status(429, "slow down", { "retry-after": "17" }));
        expect(error.fields["retryAfterMs"]).toBe(17_000);
      });

      it.each(["headers", "nothing"] as const)("when the service hangs after sending %s", async (after) => {
        const error = await refused({ kind: "hangs", after }, { timeoutMs: 200 });
        expect(error.code).toBe("model-timeout");
      });

      it("when there is no service", async () => {
        const error = await failureOf(
          model({ baseUrl: await unusedUrl() }).complete({ messages: HELLO, tools: [] }),
        );
        expect(error.code).toBe("model-unreachable");
        expect(error.message).toContain("ECONNREFUSED");
      });

      it("when the request is given up", async () => {
        const controller = new AbortController();
        server.enqueue({ kind: "hangs", after: "nothing" });
        const asked = model().complete({ messages: HELLO, tools: [], signal: controller.signal });
        controller.abort();
        expect((await failureOf(asked)).code).toBe("model-aborted");
        expect(
          (await failureOf(model().complete({ messages: HELLO, tools: [], signal: controller.signal }))).code,
        ).toBe("model-aborted");
      });
    });

    it("keeps every try as it was, without the key", async () => {
      const kept: NewExchange[] = [];
      const record = (exchange: NewExchange) => Promise.resolve(kept.push(exchange));
      const recorded = model({ maxRetries: 1, record });
      const again = { "retry-after-ms": "1" };
      server.enqueue(status(429, `slow down, ${KEY}`, again), { kind: "answer", text: "Grüße" });
      const response = await recorded.complete({ messages: HELLO, tools: [] });
      expect(response.exchange).toBe(2);
      expect(kept.map((exchange) => exchange.response?.status)).toEqual([429, 200]);
      expect(kept.map((exchange) => exchange.request.body)).toEqual(
        server.requests.slice(-2).map(({ text }) => ({ text })),
      );
      expect(kept[1]?.response).toMatchObject({
        complete: true,
        body: { text: expect.stringContaining("Gr") },
      });
      for (const exchange of kept) {
        expect(newExchangeSchema.safeParse(exchange).error).toBeUndefined();
        expect(JSON.stringify(exchange)).not.toContain(KEY);
      }
    });

    it("keeps tries that broke off, and those that nobody answered", async () => {
      const kept: NewExchange[] = [];
      const record = (exchange: NewExchange) => Promise.resolve(kept.push(exchange));
      await refused({ kind: "closes-mid-body" }, { record });
      await refused({ kind: "hangs", after: "nothing" }, { record, timeoutMs: 200 });
      await failureOf(model({ baseUrl: await unusedUrl(), record }).complete({ messages: HELLO, tools: [] }));
      expect(kept[0]?.response).toMatchObject({ complete: false, body: { text: '{"model":' } });
      expect(kept.map(({ error }) => error?.split(":")[0])).toEqual([
        "model-broke-off",
        "model-timeout",
        "model-unreachable",
      ]);
      expect(kept.slice(1).map(({ response }) => response)).toEqual([undefined, undefined]);
    });

    if (stream) describeStreams(dialect, ask, refused);

    it("tries again after a hiccup, as often as told, and not after a refusal", async () => {
      const before = server.requests.length;
      const overloaded: Behaviour = { kind: "status", status: 429, headers: { "retry-after-ms": "1" } };
      server.enqueue(overloaded, overloaded, { kind: "answer", text: "here" });
      const patient = model({ maxRetries: 2 });
      expect((await patient.complete({ messages: HELLO, tools: [] })).message.content).toBe("here");
      expect(server.requests.length - before).toBe(3);

      server.enqueue({ kind: "status", status: 400 });
      expect((await failureOf(patient.complete({ messages: HELLO, tools: [] }))).code).toBe(
        "model-rejected-request",
      );
      expect(server.requests.length - before).toBe(4);
    });

    it("does not sit out long waits", async () => {
      const error = await refused(
        { kind: "status", status: 429, headers: { "retry-after": "3600" } },
        { maxRetries: 2 },
      );
      expect(error.fields["retryAfterMs"]).toBe(3_600_000);
    });
  });
}

type Ask = (behaviour: Behaviour, request?: Partial<ModelRequest>) => Promise<ModelResponse>;
type Refused = (behaviour: Behaviour, settings?: Partial<EndpointSettings>) => Promise<ModelError>;

function describeStreams(dialect: DialectName, ask: Ask, refused: Refused): void {
  const answer = {
    kind: "answer",
    text: "Grüße, 世界 👋",
    reasoning: "Hm 🤔",
    calls: [{ id: "a", name: "search", arguments: '{"word":"ß"}' }],
  } as const;

  it.each<[string, StreamFaults]>([
    ["with other ends of lines", { lineEnd: "\r\n" }],
    ["with comments between events", { comments: true }],
    ["in pieces that tear characters", { inPieces: true }],
    ["of another content type", { contentType: "text/plain" }],
  ])("reads a stream %s", async (_, faults) => {
    const whole = await ask(answer);
    expect(await ask({ ...answer, stream: faults })).toEqual(whole);
  });

  it("needs the last event only where it is the answer", async () => {
    const last = { ...answer, stream: { withoutLast: 1 } };
    if (dialect === "responses") expect((await refused(last)).code).toBe("model-broke-off");
    else expect(await ask(last)).toEqual(await ask(answer));
  });

  it.each<[string, string, StreamFaults]>([
    ["closes", "model-broke-off", { withoutLast: 3, afterwards: "close" }],
    ["ends early", "model-broke-off", { withoutLast: 4 }],
    ["stalls", "model-timeout", { withoutLast: 3, afterwards: "stall" }],
    ["has an error in it", "model-overloaded", { withoutLast: 3, afterwards: "error" }],
  ])("fails where a stream %s", async (_, code, faults) => {
    const kept: NewExchange[] = [];
    const record = (exchange: NewExchange) => Promise.resolve(kept.push(exchange));
    const error = await refused({ ...answer, stream: faults }, { idleTimeoutMs: 300, record });
    expect(error.code).toBe(code);
    expect(kept).toHaveLength(1);
    expect(JSON.stringify(kept[0]?.response?.body)).toContain("Gr");
  });
}

/** Where a service is told to keep what it read, which is not part of what it reads. */
function withoutMarks(body: string): string {
  return body.replaceAll(',"cache_control":{"type":"ephemeral"}', "");
}

const OVERLOADED = { type: "error", error: { type: "overloaded_error", message: "no room" } };
const KEY = "sk-test-0123456789abcdef";
const SEARCH: ToolDefinition = {
  name: "search",
  description: "Finds a word",
  parameters: { type: "object", properties: { word: { type: "string" } } },
};
const SEARCH_CALL = { name: "search", arguments: "{}" };
const HELLO: readonly Message[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Find x." },
];

function status(code: number, message = "no", headers: Record<string, string> = {}): Behaviour {
  return {
    kind: "status",
    status: code,
    body: { type: "error", error: { type: "some_error", message } },
    headers,
  };
}

function resultOf(call: { id: string; name: string }): Message {
  return { role: "tool", toolCallId: call.id, toolName: call.name, content: `result of ${call.id}` };
}

async function unusedUrl(): Promise<string> {
  await using server = await startModelServer();
  return server.openaiUrl;
}

async function failureOf(promise: Promise<unknown>): Promise<ModelError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ModelError)) throw new Error(`expected a ModelError, got ${String(error)}`);
  return error;
}
