import { stat } from "node:fs/promises";
import { request as sendRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bytesOf } from "../exchanges/body.ts";
import { readExchanges } from "../exchanges/store.ts";
import { temporaryFolder } from "../testing/command-line.ts";
import { openFor, startService } from "./testing/stage.ts";

const answers =
  (body: string, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { "Content-Type": "application/json", ...headers });
    response.end(body);
  };

const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });

const ODD =
  '{ "model":"mine",  "n": 1.0, "messages":[{"role":"user","content":"é\\u00e9\u2028 \\"model\\":\\"x\\""}] }';

describe("a request that is passed on", () => {
  it("has the same bytes, the same headers in the same order, and its response too", async () => {
    await using service = await startService(
      answers('{ "odd" :  1.0 }', { "X-Custom-Name": "a", "X-Request-Id": "7" }),
    );
    await using on = await openFor(`${service.url}/v1`);
    const { statusCode, rawHeaders, body } = await new Promise<{
      statusCode: number | undefined;
      rawHeaders: string[];
      body: string;
    }>((resolve, reject) => {
      const request = sendRequest(`${on.url}/v1/chat/completions?beta=1`, {
        method: "POST",
        headers: [
          "Host",
          "x",
          "X-Stainless-Lang",
          "js",
          "authorization",
          "Bearer own-key",
          "B",
          "1",
          "A",
          "2",
          "Content-Length",
          String(Buffer.byteLength(ODD)),
        ],
      });
      request.on("error", reject);
      request.on("response", (response) => {
        text(response).then(
          (body) => resolve({ statusCode: response.statusCode, rawHeaders: response.rawHeaders, body }),
          reject,
        );
      });
      request.end(ODD);
    });
    const [seen] = service.received;
    expect(seen?.url).toBe("/v1/chat/completions?beta=1");
    expect(seen?.body).toBe(ODD);
    const withoutConnection = (raw: readonly string[]) =>
      raw
        .join("\n")
        .replaceAll(/^(host|connection|date|keep-alive|transfer-encoding)\n.*\n?/gim, "")
        .trim();
    expect(withoutConnection(seen?.rawHeaders ?? [])).toBe(
      [
        "X-Stainless-Lang",
        "js",
        "authorization",
        "Bearer own-key",
        "B",
        "1",
        "A",
        "2",
        // The length is the connection's: it is written anew.
        "content-length",
        String(Buffer.byteLength(ODD)),
      ].join("\n"),
    );
    expect({ statusCode, body }).toEqual({ statusCode: 200, body: '{ "odd" :  1.0 }' });
    expect(withoutConnection(rawHeaders)).toBe(
      "Content-Type\napplication/json\nX-Custom-Name\na\nX-Request-Id\n7",
    );
  });

  it("is kept as it was, with its answer, without keys", async () => {
    await using service = await startService(answers('{"a":1}'));
    await using on = await openFor(`${service.url}/v1`, { apiKey: "sk-the-real-key" });
    await post(`${on.url}/v1/chat/completions`, ODD, { authorization: "Bearer hg-s1" });
    const [exchange] = await on.read();
    expect(exchange).toMatchObject({
      number: 1,
      dialect: "chat",
      request: { method: "POST", path: "/v1/chat/completions", body: { text: ODD } },
      response: { status: 200, body: { text: '{"a":1}' }, complete: true },
    });
    expect(exchange?.request.headers["authorization"]).toBe("[redacted]");
    expect(exchange?.first_byte_ms).toBeLessThanOrEqual(exchange?.ms ?? 0);
    expect(service.received[0]?.rawHeaders).toContain("Bearer sk-the-real-key");
    expect(service.received[0]?.rawHeaders.join()).not.toContain("hg-s1");
  });

  it("does not carry a session's key to a service that needs none", async () => {
    await using service = await startService(answers("{}"));
    await using on = await openFor(service.url);
    await post(`${on.endpoint.url}/v1/messages`, "{}", { "x-api-key": "hg-s1" });
    expect(service.received[0]?.rawHeaders.join()).not.toContain("hg-s1");
    expect((await on.read())[0]?.dialect).toBe("messages");
  });

  it("goes to any path, with any method; what is no request to a model has no dialect", async () => {
    await using service = await startService(answers("{}"));
    await using on = await openFor(`${service.url}/v1`);
    await (await fetch(`${on.url}/v1/models`)).text();
    await (await post(`${on.url}/v1/messages/count_tokens`, "{}")).text();
    await (await post(`${on.url}/v1/responses`, "{}")).text();
    expect(service.received.map(({ url }) => url)).toEqual([
      "/v1/models",
      "/v1/messages/count_tokens",
      "/v1/responses",
    ]);
    expect((await on.read()).map(({ dialect }) => dialect)).toEqual([undefined, undefined, "responses"]);
  });

  it("names another model only when asked to, and nothing else changes", async () => {
    await using service = await startService(answers("{}"));
    await using on = await openFor(service.url, { model: 'other "one"' });
    await post(`${on.url}/v1/chat/completions`, ODD);
    expect(service.received[0]?.body).toBe(ODD.replace('"mine"', String.raw`"other \"one\""`));
    const [exchange] = await on.read();
    expect(exchange?.request).toMatchObject({ body: { text: ODD }, model_sent: 'other "one"' });
  });

  it("is kept as plain text where it travels compressed", async () => {
    const plain = '{"said":"plain"}';
    await using service = await startService((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(gzipSync(plain));
    });
    await using on = await openFor(service.url);
    expect(await (await post(`${on.url}/v1/messages`, "{}")).text()).toBe(plain);
    expect((await on.read())[0]?.response?.body).toEqual({ text: plain });
  });

  it("streams: each part is there before the next is sent", async () => {
    let next: (() => void) | undefined;
    await using service = await startService((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      next = () => {
        response.write("data: 2\n\n");
        next = () => response.end();
      };
    });
    await using on = await openFor(service.url);
    const response = await post(`${on.url}/v1/chat/completions`, "{}");
    const parts: string[] = [];
    for await (const chunk of response.body ?? []) {
      parts.push(Buffer.from(chunk).toString());
      next?.();
    }
    expect(parts).toEqual(["data: 1\n\n", "data: 2\n\n"]);
    expect((await on.read())[0]?.response?.body).toEqual({ text: "data: 1\n\ndata: 2\n\n" });
  });
});

describe("sessions", () => {
  it("that are not there are refused in the words of the client's dialect", async () => {
    await using service = await startService(answers("{}"));
    await using on = await openFor(service.url);
    const chat = await post(`${on.endpoint.url}/nobody/v1/chat/completions`, "{}");
    const messages = await post(`${on.endpoint.url}/v1/messages`, "{}");
    expect([chat.status, messages.status]).toEqual([401, 401]);
    expect(await chat.json()).toMatchObject({ error: { code: "unknown-session" } });
    expect(await messages.json()).toMatchObject({ type: "error", error: { type: "unknown-session" } });
    expect(on.troubles.map(({ code }) => code)).toEqual(["unknown-session", "unknown-session"]);
    expect(service.received).toEqual([]);
    expect(await on.read()).toEqual([]);
  });

  it("open on first use where that is wanted", async () => {
    await using service = await startService(answers("{}"));
    await using folder = await temporaryFolder();
    {
      await using on = await openFor(service.url, { newSession: (id) => folder.file(`${id}.gz`) });
      await Promise.all([1, 2, 3].map(() => post(`${on.endpoint.url}/fresh/v1/messages`, "{}")));
    }
    expect(await Array.fromAsync(readExchanges(folder.file("fresh.gz")))).toHaveLength(3);
  });

  it("may have a socket of their own, which every user may connect to, who knows the session's name, and which leads to no other", async () => {
    await using service = await startService(answers('{"by":"socket"}'));
    await using on = await openFor(service.url);
    const socket = on.folder.file("own.sock");
    const file = on.folder.file("own.gz");
    const session = await on.endpoint.openSession("own", file, { socket });
    expect((await stat(socket)).mode & 0o666).toBe(0o666);
    const ask = (path: string, key: string) =>
      new Promise<string>((resolve, reject) => {
        const request = sendRequest({
          socketPath: socket,
          path,
          method: "POST",
          headers: { "x-api-key": key },
        });
        request.on("error", reject);
        request.on("response", (response) => text(response).then(resolve, reject));
        request.end("{}");
      });
    for (const [path, key] of [
      ["/own/v1/messages", "whatever"],
      ["/v1/messages", "hg-own"],
      ["/s1/v1/messages", "hg-own"],
    ] as const)
      expect(await ask(path, key)).toBe('{"by":"socket"}');
    for (const [path, key] of [
      ["/v1/messages", "hg-s1"],
      ["/v1/messages", "whatever"],
      ["/s1/v1/messages", "hg-s1"],
    ] as const)
      expect(await ask(path, key)).toContain("unknown-session");
    await session.close();
    expect(await Array.fromAsync(readExchanges(file))).toHaveLength(3);
    expect(await on.read()).toEqual([]);
    await expect(ask("/v1/messages", "hg-own")).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  });
});

describe("what breaks", () => {
  it("on the service's side is seen by the client as broken, and kept as far as it came", async () => {
    await using service = await startService((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n", () => response.destroy());
    });
    await using on = await openFor(service.url);
    const response = await post(`${on.url}/v1/chat/completions`, "{}");
    await expect(response.text()).rejects.toThrow();
    expect((await on.read())[0]).toMatchObject({
      response: { status: 200, body: { text: "data: 1\n\n" }, complete: false },
      error: expect.stringMatching(/^upstream-broke-off: /),
    });
  });

  it("on the client's side ends the request to the service", async () => {
    const gone = Promise.withResolvers<void>();
    await using service = await startService((_, response) => {
      response.on("close", gone.resolve);
      response.writeHead(200);
      response.write("begun");
    });
    await using on = await openFor(service.url);
    const abort = new AbortController();
    const response = await fetch(`${on.url}/v1/messages`, {
      method: "POST",
      body: "{}",
      signal: abort.signal,
    });
    abort.abort();
    await expect(response.text()).rejects.toThrow();
    await gone.promise;
    expect((await on.read())[0]).toMatchObject({
      response: { body: { text: "begun" }, complete: false },
      error: expect.stringMatching(/^client-gone: /),
    });
  });

  it("on the client's side while it still sends is not blamed on the service", async () => {
    await using service = await startService(answers("{}"));
    await using on = await openFor(service.url);
    const { port } = new URL(on.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write("POST /s1/v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nabc", () =>
      socket.destroy(),
    );
    await expect.poll(() => on.session.exchanges).toBe(1);
    expect((await on.read())[0]).toMatchObject({
      request: { body: { text: "abc" } },
      error: expect.stringMatching(/^client-gone: /),
    });
  });

  it("because nobody is there is a 502 with a code", async () => {
    const service = await startService(answers("{}"));
    await service[Symbol.asyncDispose]();
    await using on = await openFor(service.url);
    const response = await post(`${on.url}/v1/chat/completions`, "{}");
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: "upstream-unreachable" } });
    const [exchange] = await on.read();
    expect(exchange?.response).toBeUndefined();
    expect(exchange?.error).toMatch(/^upstream-unreachable: /);
  });

  it("because the service stays silent is a 504 with a code", async () => {
    await using service = await startService(() => {});
    await using on = await openFor(service.url, { limits: { upstreamMs: 50 } });
    expect((await post(`${on.url}/v1/messages`, "{}")).status).toBe(504);
    expect((await on.read())[0]?.error).toMatch(/^upstream-timeout: /);
  });

  it("because the request cannot be passed on is not blamed on the service", async () => {
    await using on = await openFor("nowhere");
    expect((await post(`${on.url}/v1/messages`, "{}")).status).toBe(500);
    expect((await on.read())[0]?.error).toMatch(/^internal: /);
  });

  it("because its session is closed, is broken off and kept", async () => {
    await using service = await startService((_, response) => {
      response.writeHead(200);
      response.write("begun");
    });
    await using on = await openFor(service.url);
    const response = await post(`${on.url}/v1/messages`, "{}");
    const closed = on.session.close();
    await expect(response.text()).rejects.toThrow();
    await closed;
    expect(on.session.exchanges).toBe(1);
    expect((await on.read())[0]).toMatchObject({ error: expect.stringMatching(/^session-closed: /) });
  });
});

it("bytes that are no text pass both ways", async () => {
  const bytes = Buffer.from([0xff, 0xfe, 0, 1]);
  await using service = await startService((_, response) => response.end(bytes));
  await using on = await openFor(service.url);
  const response = await fetch(`${on.url}/v1/files`, { method: "POST", body: bytes });
  expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  const [exchange] = await on.read();
  expect([exchange?.request.body, exchange?.response?.body].map((body) => body && bytesOf(body))).toEqual([
    bytes,
    bytes,
  ]);
});
