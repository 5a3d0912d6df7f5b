import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import type { Message, Model } from "../model.ts";
import { createModel } from "./create.ts";
import { replayModel } from "./replay.ts";

const ask = (model: Model, instruction: string, answers: readonly Message[] = []) =>
  model.complete({ messages: [{ role: "user", content: instruction }, ...answers], tools: [] });

it("plays the responses in order, by the answers that the history holds", async () => {
  const model = await replayModel({
    responses: [
      { tool_calls: [{ name: "bash", arguments: { command: "ls" } }], usage: { inputTokens: 3 } },
      { content: "Done." },
    ],
  });
  const first = await ask(model, "Look.");
  expect(first).toEqual({
    message: {
      role: "assistant",
      content: "",
      toolCalls: [{ id: "call_1_1", name: "bash", arguments: { command: "ls" }, malformed: false }],
    },
    stop: "tool-calls",
    usage: { inputTokens: 3 },
  });
  expect(await ask(model, "Look.")).toEqual(first);
  expect((await ask(model, "Look.", [first.message])).message.content).toBe("Done.");
  await expect(ask(model, "Look.", [first.message, first.message])).rejects.toMatchObject({
    code: "model-replay-exhausted",
  });
});

it("chooses the conversation by the instruction, and plays failures and malformed calls", async () => {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), "replay-"));
  const file = path.join(folder.path, "responses.jsonl");
  const rows = [
    { match: "parser", responses: [{ tool_calls: [{ name: "bash", arguments: "{oops" }] }] },
    { match: "lexer", responses: [{ error: "model-overloaded", fields: { retryAfterMs: 5 } }] },
    { content: "Anything else." },
  ];
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  const model = await createModel({ name: "recorded", api: "replay", baseUrl: file });

  const malformed = await ask(model, "Document the parser.");
  expect(malformed.message.toolCalls[0]).toMatchObject({
    arguments: { malformed: "{oops" },
    malformed: true,
  });
  await expect(ask(model, "Document the lexer.")).rejects.toMatchObject({
    code: "model-overloaded",
    fields: { retryAfterMs: 5 },
  });
  expect((await ask(model, "Hello")).message.content).toBe("Anything else.");
});

it("says that no conversation fits", async () => {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), "replay-"));
  const file = path.join(folder.path, "responses.jsonl");
  await writeFile(file, JSON.stringify({ match: "parser", responses: [{ content: "x" }] }));
  const model = await replayModel({ file });
  await expect(ask(model, "Hello")).rejects.toMatchObject({ code: "model-replay-no-match" });
});
