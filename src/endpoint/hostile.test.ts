import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bytesOf } from "../exchanges/body.ts";
import { openFor, startService } from "./testing/stage.ts";

const answers =
  (body: string, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { "Content-Type": "application/json", ...headers });
    response.end(body);
  };

const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });

describe("a client that means ill", () => {
  const raw = (url: string, send: string) =>
    new Promise<string>((resolve, reject) => {
      const { port } = new URL(url);
      const socket = connect(Number(port), "127.0.0.1");
      let said = "";
      socket.on("data", (chunk: Buffer) => (said += chunk.toString()));
      socket.on("error", reject);
      socket.on("close", () => resolve(said));
      socket.write(send);
    });

  it("sends too much, said or unsaid", async () => {
    await using service = await startService(answers("{}"));
    await using on = await openFor(service.url, { limits: { requestBytes: 1000 } });
    const said = await post(`${on.url}/v1/messages`, "x".repeat(1001));
    expect(said.status).toBe(413);
    const pieces = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode("x".repeat(600))),
    });
    const unsaid = fetch(`${on.url}/v1/messages`, {
      method: "POST",
      body: pieces,
      duplex: "half",
    } as RequestInit);
    await unsaid.then(
      (response) => expect(response.status).toBe(413),
      // The answer may come after the connection was closed on what is still sent.
      (error: unknown) => expect(error).toBeInstanceOf(TypeError),
    );
    const errors = (await on.read()).map(({ error }) => error?.split(":")[0]);
    expect(errors).toEqual(["request-too-large", "request-too-large"]);
  });

  it("sends its headers too slowly", async () => {
    await using service = await startService(answers("{}"));
    await using on = await openFor(service.url, { limits: { headersMs: 100 } });
    expect(await raw(on.url, "POST /s1/v1/messages HTTP/1.1\r\nhost: x\r\n")).toContain("request-too-slow");
    expect(on.troubles.map(({ code }) => code)).toEqual(["request-too-slow"]);
  });

  it("sends its body too slowly", async () => {
    await using service = await startService(answers("{}"));
    await using on = await openFor(service.url, { limits: { requestMs: 100 } });
    const said = await raw(
      on.url,
      "POST /s1/v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc",
    );
    expect(said).toMatch(/^HTTP\/1\.1 408 [^]*request-too-slow/);
    expect((await on.read())[0]).toMatchObject({
      request: { body: { text: "abc" } },
      error: expect.stringMatching(/^request-too-slow: /),
    });
  });

  it("opens too many connections", async () => {
    await using service = await startService(answers("{}"));
    await using on = await openFor(service.url, { limits: { connections: 2 } });
    const { port } = new URL(on.url);
    const open = [1, 2].map(() => connect(Number(port), "127.0.0.1"));
    await Promise.all(
      open.map((socket) => new Promise<void>((resolve) => socket.once("connect", () => resolve()))),
    );
    expect(await raw(on.url, "")).toContain("too-many-connections");
    for (const socket of open) socket.destroy();
  });

  it("never reads what is there for it", async () => {
    await using service = await startService((_, response) => {
      response.writeHead(200);
      const flood = () =>
        void (
          response.destroyed ||
          (response.write("x".repeat(65_536)) ? setImmediate(flood) : response.once("drain", flood))
        );
      flood();
    });
    await using on = await openFor(service.url, { limits: { clientStallMs: 100 } });
    const { port } = new URL(on.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.pause();
    socket.write("POST /s1/v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
    await expect.poll(() => on.session.exchanges, { timeout: 20_000 }).toBe(1);
    expect((await on.read())[0]?.error).toMatch(/^client-stalled: /);
    socket.destroy();
  });

  it("asks for more at once than can be held", async () => {
    await using service = await startService(answers("{}"));
    await using on = await openFor(service.url, { limits: { bytesInFlight: 4000 } });
    expect((await post(`${on.url}/v1/messages`, "x".repeat(1001))).status).toBe(503);
    expect((await post(`${on.url}/v1/messages`, "x".repeat(900))).status).toBe(200);
    await on.read();
    expect((await post(`${on.url}/v1/messages`, "x".repeat(900))).status).toBe(200);
  });

  it("holds as much as it may, and others still have room", async () => {
    const asked = Promise.withResolvers<void>();
    await using service = await startService((_, response) => {
      asked.resolve();
      if (service.received.length > 1) response.end("{}");
    });
    await using on = await openFor(service.url, { limits: { bytesInFlight: 4000 } });
    await using _ = await on.endpoint.openSession("s2", on.folder.file("s2.gz"));
    const held = post(`${on.url}/v1/messages`, "x".repeat(1000)).catch(() => undefined);
    await asked.promise;
    expect((await post(`${on.url}/v1/messages`, "x")).status).toBe(503);
    expect((await post(`${on.endpoint.url}/s2/v1/messages`, "x".repeat(900))).status).toBe(200);
    await on.session.close();
    await held;
  });

  it("sends a little that swells to more than can be held: it is kept as it came", async () => {
    await using service = await startService(answers("{}"));
    await using on = await openFor(service.url, { limits: { bytesInFlight: 4000 } });
    const bomb = gzipSync("x".repeat(100_000));
    const response = await fetch(`${on.url}/v1/messages`, {
      method: "POST",
      body: bomb,
      headers: { "content-encoding": "gzip" },
    });
    expect(response.status).toBe(200);
    const [exchange] = await on.read();
    expect(exchange?.error).toMatch(/^body-not-decoded: the request/);
    expect(exchange && bytesOf(exchange.request.body)).toEqual(bomb);
    // Nothing of it is counted any longer.
    expect((await post(`${on.url}/v1/messages`, "x".repeat(900))).status).toBe(200);
  });

  it("is no HTTP client at all", async () => {
    await using service = await startService(answers("{}"));
    await using on = await openFor(service.url);
    expect(await raw(on.url, "\u0016\u0003\u0001 hello\r\n\r\n")).toContain("not-http");
  });
});
