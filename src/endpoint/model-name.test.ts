import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { openFor, startService } from "./testing/stage.ts";

async function ask(body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}) {
  await using service = await startService((_, response) => response.end("{}"));
  await using on = await openFor(service.url, { model: "ours" });
  const response = await fetch(`${on.url}/v1/chat/completions`, { method: "POST", body, headers });
  const [exchange] = await on.read();
  return {
    status: response.status,
    said: await response.text(),
    received: service.received.map(({ body }) => body),
    modelSent: exchange?.request.model_sent,
    error: exchange?.error,
  };
}

it.each([
  [' {"model" :\n"mine","messages":[]} ', ' {"model" :\n"ours","messages":[]} '],
  [
    '{"a":{"model":"x"},"b":["model","}"],"model":""}',
    '{"a":{"model":"x"},"b":["model","}"],"model":"ours"}',
  ],
  [String.raw`{"a\\":"model","model":"\"\\","n":1.0}`, String.raw`{"a\\":"model","model":"ours","n":1.0}`],
])("in %s the name is exchanged and nothing else", async (body, sent) => {
  expect(await ask(body)).toMatchObject({ status: 200, received: [sent], modelSent: "ours" });
});

it("in a compressed body as well", async () => {
  const body = gzipSync('{"model":"mine"}');
  expect(await ask(body, { "content-encoding": "gzip" })).toMatchObject({ received: ['{"model":"ours"}'] });
});

it.each([
  ["is named twice", '{"model":"mine","model":"dear"}'],
  ["is named once more, escaped", String.raw`{"model":"mine","mod\u0065l":"dear"}`],
  ["is named in capitals", '{"Model":"dear","model":"mine"}'],
  ["is named by an escaped name only", String.raw`{"\u006dodel":"dear"}`],
  ["is not named", '{"messages":[]}'],
  ["is no text", '{"model":["dear"]}'],
  ["stands in what is no JSON", '{"model":"mine",}'],
  ["stands in what is no object", '["model"]'],
  ["stands in what is no UTF-8", Buffer.from('{"model":"\xff"}', "latin1")],
])("a body in which the model %s is refused", async (_, body) => {
  const { status, said, received, modelSent, error } = await ask(body);
  expect({ status, received, modelSent }).toEqual({ status: 400, received: [], modelSent: undefined });
  expect(said).toContain("the model cannot be exchanged in the body");
  expect(error).toMatch(/^not-a-request: /);
});

it("a body whose encoding is unknown is refused", async () => {
  const { status, said, received } = await ask('{"model":"mine"}', { "content-encoding": "lzw" });
  expect({ status, received }).toEqual({ status: 400, received: [] });
  expect(said).toContain("encoding cannot be read (lzw)");
});

it("texts of many megabytes are read without a stack", async () => {
  const long = String.raw`\"x`.repeat(5_500_000);
  const body = `{"messages":["${long}"],"model":"mine"}`;
  const { status, received } = await ask(body);
  expect(status).toBe(200);
  expect(received[0] === body.replace('"mine"', '"ours"')).toBe(true);
});
