import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { expect, it } from "vitest";
import { openFor, startService } from "./testing/stage.ts";

/** A request whose first line is not what clients of HTTP can be made to send. */
async function send(url: string, method: string, target: string): Promise<string> {
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(
    `${method} ${target} HTTP/1.1\r\nhost: x\r\nx-api-key: hg-s1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
  );
  return (await buffer(socket)).toString("utf8");
}

const answering = () => startService((_, response) => response.end("{}"));

it.each([
  ["POST", "http://elsewhere.invalid/v1/messages"],
  ["POST", "//elsewhere.invalid/v1/messages"],
  ["POST", "/s1//elsewhere.invalid/v1/messages"],
  ["OPTIONS", "*"],
  ["CONNECT", "elsewhere.invalid:443"],
  ["POST", "/s1/v1/%ff"],
])("%s %s is refused, and goes nowhere", async (method, target) => {
  await using service = await answering();
  await using on = await openFor(service.url, { apiKey: "sk-the-real-key" });
  expect(await send(on.url, method, target)).toMatch(/^HTTP\/1\.1 400 [^]*path-unusable/);
  expect(on.troubles.map(({ code }) => code)).toEqual(["path-unusable"]);
  expect(service.received).toEqual([]);
});

it.each([
  "/v1/chat/%63ompletions",
  "/v1%2Fchat/completions",
  "/v1/chat//completions",
  "/v1/chat/x/%2e%2e/completions",
])("%s is a request to a model, however it is spelled", async (path) => {
  await using service = await answering();
  await using on = await openFor(service.url);
  expect(await send(on.url, "POST", `/s1${path}`)).toMatch(/^HTTP\/1\.1 200 /);
  expect((await on.read())[0]).toMatchObject({ dialect: "chat", request: { path } });
});

it.each([
  ["POST", "/v1/chat/completions"],
  ["POST", "/v1/responses"],
  ["POST", "/v1/messages?beta=true"],
  ["POST", "/messages"],
  ["POST", "/v1/messages/count_tokens?beta=true"],
  ["POST", "/v1/responses/input_tokens"],
  ["GET", "/v1/models"],
  ["GET", "/v1/models?client_version=1"],
  ["GET", "/models/gpt-5.1:latest"],
])("an agent that is not to be trusted reaches %s %s", async (method, path) => {
  await using service = await answering();
  await using on = await openFor(service.url);
  await using _ = await on.endpoint.openSession("caged", on.folder.file("caged.gz"), {
    admit: () => undefined,
  });
  expect(await send(on.url, method, `/caged${path}`)).toMatch(/^HTTP\/1\.1 200 /);
  expect(service.received.map(({ url }) => url)).toEqual([path]);
});

it.each([
  ["POST", "/v1/files"],
  ["GET", "/v1/files"],
  ["DELETE", "/v1/models/mine"],
  ["POST", "/v1/fine_tuning/jobs"],
  ["POST", "/v1/messages/batches"],
  ["GET", "/v1/responses/resp_1"],
  ["GET", "/v1/models/.."],
  ["GET", "/v1/models/..%2Ffiles"],
  ["GET", "/v1/models/a/b"],
  ["POST", "/v1/organization/../chat/completions"],
  ["POST", "/v1/chat/%63ompletions"],
  ["POST", "/elsewhere/v1/chat/completions"],
  ["PUT", "/v1/chat/completions"],
  ["HEAD", "/"],
])(
  "an agent that is not to be trusted does not reach %s %s, and the attempt is kept",
  async (method, path) => {
    await using service = await answering();
    await using on = await openFor(service.url, { apiKey: "sk-the-real-key" });
    const kept: unknown[] = [];
    const place = { append: async (exchange: unknown) => kept.push(exchange) };
    await using session = await on.endpoint.openSession("caged", place, { admit: () => undefined });
    const said = await send(on.url, method, `/caged${path}`);
    expect(said).toMatch(/^HTTP\/1\.1 404 /);
    if (method !== "HEAD") expect(said).toContain("not-served");
    await session.flush();
    expect(kept).toMatchObject([
      { request: { method, path }, error: expect.stringMatching(/^not-served: /) as string },
    ]);
    expect(service.received).toEqual([]);
  },
);
