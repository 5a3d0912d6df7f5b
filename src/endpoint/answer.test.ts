import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { replayModel, type ReplayResponse } from "../models/replay.ts";
import { openFor } from "./testing/stage.ts";

/** A model of ours behind the endpoint, asked by the official clients. */
async function serve(...responses: ReplayResponse[]) {
  const model = await replayModel({ responses });
  return openFor("http://unused", { upstream: { kind: "model", model } });
}

const ANSWER: ReplayResponse = {
  content: "héllo",
  tool_calls: [{ id: "call_1", name: "bash", arguments: { command: "ls" } }],
  usage: { inputTokens: 7, outputTokens: 3 },
};
const PARAMETERS = { type: "object" as const, properties: { command: { type: "string" } } };

describe.each([true, false])("streaming: %s", (stream) => {
  it("answers Chat Completions", async () => {
    await using on = await serve(ANSWER);
    const client = new OpenAI({ baseURL: `${on.url}/v1`, apiKey: "hg-s1", maxRetries: 0 });
    const request = {
      model: "any",
      messages: [{ role: "user" as const, content: "go" }],
      tools: [{ type: "function" as const, function: { name: "bash", parameters: PARAMETERS } }],
    };
    const answer = stream
      ? await client.chat.completions.stream(request).finalChatCompletion()
      : await client.chat.completions.create(request);
    expect(answer.choices[0]?.message).toMatchObject({
      content: "héllo",
      tool_calls: [{ id: "call_1", function: { name: "bash", arguments: '{"command":"ls"}' } }],
    });
    expect(await on.read()).toMatchObject([{ dialect: "chat", response: { status: 200, complete: true } }]);
  });

  it("answers Responses", async () => {
    await using on = await serve(ANSWER);
    const client = new OpenAI({ baseURL: `${on.url}/v1`, apiKey: "hg-s1", maxRetries: 0 });
    const request = {
      model: "any",
      input: "go",
      tools: [{ type: "function" as const, name: "bash", parameters: PARAMETERS, strict: false }],
    };
    const answer = stream
      ? await client.responses.stream(request).finalResponse()
      : await client.responses.create(request);
    expect(answer.output_text).toBe("héllo");
    expect(answer.output).toContainEqual(
      expect.objectContaining({ type: "function_call", call_id: "call_1", arguments: '{"command":"ls"}' }),
    );
    expect(await on.read()).toMatchObject([
      { dialect: "responses", response: { status: 200, complete: true } },
    ]);
  });

  it("answers Messages", async () => {
    await using on = await serve(ANSWER);
    const client = new Anthropic({ baseURL: on.url, apiKey: "hg-s1", maxRetries: 0 });
    const request = {
      model: "any",
      max_tokens: 10,
      messages: [{ role: "user" as const, content: "go" }],
      tools: [{ name: "bash", input_schema: PARAMETERS }],
    };
    const answer = stream
      ? await client.messages.stream(request).finalMessage()
      : await client.messages.create(request);
    expect(answer.content).toMatchObject([
      { type: "text", text: "héllo" },
      { type: "tool_use", id: "call_1", name: "bash", input: { command: "ls" } },
    ]);
    expect(answer.usage).toMatchObject({ input_tokens: 7, output_tokens: 3 });
    expect(await on.read()).toMatchObject([
      { dialect: "messages", response: { status: 200, complete: true } },
    ]);
  });
});

it("is listed as the one model", async () => {
  await using on = await serve(ANSWER);
  const client = new OpenAI({ baseURL: `${on.url}/v1`, apiKey: "hg-s1" });
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual(["replay"]);
});

it("turns a model's failure into an error of the dialect, with a status that says whether to try again", async () => {
  await using on = await serve({ error: "model-overloaded" });
  const openai = new OpenAI({ baseURL: `${on.url}/v1`, apiKey: "hg-s1", maxRetries: 0 });
  const anthropic = new Anthropic({ baseURL: on.url, apiKey: "hg-s1", maxRetries: 0 });
  const go = [{ role: "user" as const, content: "go" }];
  await expect(openai.chat.completions.create({ model: "m", messages: go })).rejects.toMatchObject({
    status: 429,
    code: "model-overloaded",
  });
  await expect(anthropic.messages.create({ model: "m", max_tokens: 1, messages: go })).rejects.toThrow(
    /model-overloaded/,
  );
  const over = [...go, { role: "assistant" as const, content: "x" }, ...go];
  await expect(openai.chat.completions.create({ model: "m", messages: over })).rejects.toMatchObject({
    status: 400,
  });
  const errors = (await on.read()).map(({ error }) => error?.split(":")[0]);
  expect(errors).toEqual(["model-overloaded", "model-overloaded", "model-replay-exhausted"]);
});

it("refuses what is no request, and paths that nobody serves", async () => {
  await using on = await serve(ANSWER);
  const ask = async (path: string, body: string) => {
    const response = await fetch(`${on.url}${path}`, { method: "POST", body });
    return [response.status, JSON.stringify(await response.json())];
  };
  expect(await ask("/v1/chat/completions", "{")).toEqual([400, expect.stringContaining("not-a-request")]);
  expect(await ask("/v1/chat/completions", "[]")).toEqual([400, expect.stringContaining("not-a-request")]);
  expect(await ask("/v1/embeddings", "{}")).toEqual([404, expect.stringContaining("not-served")]);
  expect(await on.read()).toHaveLength(3);
});
