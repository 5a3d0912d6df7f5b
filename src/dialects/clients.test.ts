import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ModelResponse } from "../model.ts";
import { dialectOfPath } from "./index.ts";

/** The vendors' own clients take what the dialects write, whole and as a stream. */
const ANSWER: ModelResponse = {
  message: {
    role: "assistant",
    content: "Grüße 👋",
    reasoning: "Who is there?",
    toolCalls: [
      { id: "call_a", name: "search", arguments: { word: "ß" }, malformed: false },
      { id: "call_b", name: "finish", arguments: {}, malformed: false },
    ],
  },
  stop: "tool-calls",
  usage: { inputTokens: 12, outputTokens: 5, cachedTokens: 8 },
  servedModel: "served",
};

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const dialect = dialectOfPath(request.url ?? "");
  if (dialect === undefined) return void response.writeHead(404).end();
  const asked = dialect.readRequest(JSON.parse(Buffer.concat(chunks).toString("utf8")));
  if (asked.model === "none") {
    response.writeHead(404, { "content-type": "application/json" });
    response.end(JSON.stringify(dialect.writeError("not_found_error", "no such model")));
    return;
  }
  response.writeHead(200, { "content-type": asked.stream ? "text/event-stream" : "application/json" });
  for (const text of dialect.writeResponse(ANSWER, asked)) response.write(text);
  response.end();
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const openai = () => new OpenAI({ apiKey: "none", baseURL: `${url}/v1`, maxRetries: 0 });
const anthropic = () => new Anthropic({ apiKey: "none", baseURL: url, maxRetries: 0 });
const hello = [{ role: "user" as const, content: "Hello." }];

describe("the client of OpenAI", () => {
  it.each([false, true])("takes chat completions, as a stream: %s", async (stream) => {
    const asked = { model: "m", messages: hello };
    const completion = stream
      ? await openai()
          .chat.completions.stream({ ...asked, stream_options: { include_usage: true } })
          .finalChatCompletion()
      : await openai().chat.completions.create(asked);
    expect(completion).toMatchObject({
      model: "served",
      choices: [
        {
          finish_reason: "tool_calls",
          message: {
            content: "Grüße 👋",
            tool_calls: [
              { id: "call_a", function: { name: "search", arguments: '{"word":"ß"}' } },
              { id: "call_b", function: { name: "finish", arguments: "{}" } },
            ],
          },
        },
      ],
      usage: { prompt_tokens: 12, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 8 } },
    });
  });

  it.each([false, true])("takes responses, as a stream: %s", async (stream) => {
    const asked = { model: "m", input: "Hello." };
    const response = stream
      ? await openai().responses.stream(asked).finalResponse()
      : await openai().responses.create(asked);
    expect(response).toMatchObject({ model: "served", status: "completed", output_text: "Grüße 👋" });
    expect(response.output).toMatchObject([
      { type: "reasoning", content: [{ text: "Who is there?" }] },
      { type: "message", content: [{ type: "output_text", text: "Grüße 👋" }] },
      { type: "function_call", call_id: "call_a", name: "search", arguments: '{"word":"ß"}' },
      { type: "function_call", call_id: "call_b", name: "finish", arguments: "{}" },
    ]);
    expect(response.usage).toMatchObject({ input_tokens: 12, output_tokens: 5 });
  });

  it("understands errors", async () => {
    const asked = openai().chat.completions.create({ model: "none", messages: hello });
    await expect(asked).rejects.toMatchObject({ status: 404, code: "not_found_error" });
  });
});

describe("the client of Anthropic", () => {
  it.each([false, true])("takes messages, as a stream: %s", async (stream) => {
    const asked = { model: "m", max_tokens: 100, messages: hello };
    const message = stream
      ? await anthropic().messages.stream(asked).finalMessage()
      : await anthropic().messages.create(asked);
    expect(message).toMatchObject({
      model: "served",
      stop_reason: "tool_use",
      content: [
        { type: "thinking", thinking: "Who is there?" },
        { type: "text", text: "Grüße 👋" },
        { type: "tool_use", id: "call_a", name: "search", input: { word: "ß" } },
        { type: "tool_use", id: "call_b", name: "finish", input: {} },
      ],
      usage: { input_tokens: 4, output_tokens: 5, cache_read_input_tokens: 8 },
    });
  });

  it("understands errors", async () => {
    const asked = anthropic().messages.create({ model: "none", max_tokens: 1, messages: hello });
    await expect(asked).rejects.toMatchObject({
      status: 404,
      message: expect.stringContaining("no such model"),
    });
  });
});
