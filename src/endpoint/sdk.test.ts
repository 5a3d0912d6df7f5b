import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { openFor, startService } from "./testing/stage.ts";

/** The official clients through the endpoint: what they send arrives byte for byte, and what is sent back too. */

/** A fetch that keeps the bytes of both ways, as the client has them. */
function tapped() {
  const sent: string[] = [];
  const received: Promise<string>[] = [];
  const tap: typeof fetch = async (url, init) => {
    if (typeof init?.body === "string") sent.push(init.body);
    const response = await fetch(url, init);
    received.push(response.clone().text());
    return response;
  };
  return { tap, sent, received };
}

const events = (...data: readonly (readonly [string | undefined, unknown])[]) =>
  data
    .map(
      ([event, value]) =>
        `${event === undefined ? "" : `event: ${event}\n`}data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`,
    )
    .join("");

const chunk = (delta: unknown, finish: string | null = null) => ({
  id: "c",
  object: "chat.completion.chunk",
  created: 0,
  model: "m",
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const CHAT_STREAM = events(
  [undefined, chunk({ role: "assistant", content: "hé" })],
  [undefined, chunk({ content: "llo" })],
  [undefined, chunk({}, "stop")],
  [undefined, "[DONE]"],
);
const message = {
  id: "m",
  type: "message",
  role: "assistant",
  model: "m",
  content: [],
  stop_reason: null,
  stop_sequence: null,
};
const MESSAGES_STREAM = events(
  [
    "message_start",
    { type: "message_start", message: { ...message, usage: { input_tokens: 1, output_tokens: 1 } } },
  ],
  [
    "content_block_start",
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  ],
  [
    "content_block_delta",
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "héllo" } },
  ],
  ["content_block_stop", { type: "content_block_stop", index: 0 }],
  [
    "message_delta",
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 3 } },
  ],
  ["message_stop", { type: "message_stop" }],
);
const reply = {
  id: "r",
  object: "response",
  created_at: 0,
  model: "m",
  status: "completed",
  output: [
    {
      id: "o",
      type: "message",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: "héllo", annotations: [] }],
    },
  ],
};
const RESPONSES_STREAM = events(
  [
    "response.created",
    {
      type: "response.created",
      sequence_number: 0,
      response: { ...reply, status: "in_progress", output: [] },
    },
  ],
  ["response.completed", { type: "response.completed", sequence_number: 1, response: reply }],
);

const tools = [
  {
    name: "bash",
    description: "Rüns",
    parameters: { type: "object", properties: { c: { type: "string" } } },
  },
];

describe.each([
  { path: "/v1/chat/completions", stream: true, body: CHAT_STREAM },
  {
    path: "/v1/chat/completions",
    stream: false,
    body: JSON.stringify({
      ...chunk({}),
      object: "chat.completion",
      choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "héllo" } }],
    }),
  },
  { path: "/v1/responses", stream: true, body: RESPONSES_STREAM },
  { path: "/v1/responses", stream: false, body: JSON.stringify(reply) },
  { path: "/v1/messages", stream: true, body: MESSAGES_STREAM },
  {
    path: "/v1/messages",
    stream: false,
    body: JSON.stringify({
      ...message,
      content: [{ type: "text", text: "héllo" }],
      stop_reason: "end_turn",
      usage: { input_tokens: 1, output_tokens: 3 },
    }),
  },
])("$path, streaming: $stream", ({ path, stream, body }) => {
  it("passes byte for byte, and is kept so", async () => {
    await using service = await startService((_, response) => {
      response.writeHead(200, { "content-type": stream ? "text/event-stream" : "application/json" });
      response.end(body);
    });
    await using on = await openFor(`${service.url}/v1`);
    const { tap, sent, received } = tapped();
    const said = await ask(path, stream, on.url, tap);
    expect(said).toBe("héllo");
    expect(service.received).toMatchObject([{ url: path, body: sent[0] }]);
    expect(await Promise.all(received)).toEqual([body]);
    expect(await on.read()).toMatchObject([
      { request: { path, body: { text: sent[0] } }, response: { body: { text: body }, complete: true } },
    ]);
  });
});

/** Two turns' worth of history, so that all kinds of messages are in it. */
async function ask(
  path: string,
  stream: boolean,
  url: string,
  fetch: typeof globalThis.fetch,
): Promise<string> {
  if (path === "/v1/messages") {
    const client = new Anthropic({ baseURL: url, apiKey: "hg-s1", fetch, maxRetries: 0 });
    const answer = client.messages.stream.bind(client.messages);
    const request = {
      model: "m",
      max_tokens: 10,
      system: "Sei kürz.",
      tools: tools.map(({ parameters, ...tool }) => ({
        ...tool,
        input_schema: { ...parameters, type: "object" as const },
      })),
      messages: [
        { role: "user" as const, content: "go 😀" },
        {
          role: "assistant" as const,
          content: [{ type: "tool_use" as const, id: "t", name: "bash", input: { c: "ls" } }],
        },
        {
          role: "user" as const,
          content: [{ type: "tool_result" as const, tool_use_id: "t", content: "x\u2028" }],
        },
      ],
    };
    const { content } = stream ? await answer(request).finalMessage() : await client.messages.create(request);
    return content.map((block) => (block.type === "text" ? block.text : "")).join("");
  }
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "hg-s1", fetch, maxRetries: 0 });
  if (path === "/v1/responses") {
    const request = {
      model: "m",
      instructions: "Sei kürz.",
      tools: tools.map((tool) => ({ ...tool, type: "function" as const, strict: false })),
      input: [
        { role: "user" as const, content: "go 😀" },
        { type: "function_call" as const, call_id: "t", name: "bash", arguments: '{"c":"ls"}' },
        { type: "function_call_output" as const, call_id: "t", output: "x\u2028" },
      ],
    };
    const answer = stream
      ? await client.responses.stream(request).finalResponse()
      : await client.responses.create(request);
    return answer.output_text;
  }
  const request = {
    model: "m",
    tools: tools.map((tool) => ({ type: "function" as const, function: tool })),
    messages: [
      { role: "system" as const, content: "Sei kürz." },
      { role: "user" as const, content: "go 😀" },
      {
        role: "assistant" as const,
        content: null,
        tool_calls: [
          { id: "t", type: "function" as const, function: { name: "bash", arguments: '{"c":"ls"}' } },
        ],
      },
      { role: "tool" as const, tool_call_id: "t", content: "x\u2028" },
    ],
  };
  const answer = stream
    ? await client.chat.completions.stream(request).finalChatCompletion()
    : await client.chat.completions.create(request);
  return answer.choices[0]?.message.content ?? "";
}
