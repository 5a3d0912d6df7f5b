import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { dialects } from "../dialects/index.ts";
import { bytesOf } from "../exchanges/body.ts";
import { openExchangeLog, readExchanges } from "../exchanges/store.ts";
import type { DialectName } from "../exchange.ts";
import type { Message, ModelResponse } from "../model.ts";
import { startModelServer } from "../testing/model-server.ts";
import { createModel } from "./create.ts";
import type { ModelApi } from "./settings.ts";

it.each<[ModelApi, DialectName]>([
  ["openai", "chat"],
  ["openai-responses", "responses"],
  ["anthropic", "messages"],
])(
  "what was said over %s can be read again from what is kept, and asks the same again",
  async (api, name) => {
    await using folder = await mkdtempDisposable(path.join(tmpdir(), "kept-"));
    await using server = await startModelServer();
    const file = path.join(folder.path, "exchanges.jsonl.gz");
    const log = await openExchangeLog(file);
    const model = await createModel({
      api,
      name: "m",
      baseUrl: api === "anthropic" ? server.anthropicUrl : server.openaiUrl,
      sampling: { seed: 3, more: { user: "x" } },
      record: (exchange) => log.append(exchange),
    });
    const messages: Message[] = [{ role: "user", content: "Find x." }];
    const answers: ModelResponse[] = [];
    for (const text of ["Looking. 👀", "Found."]) {
      server.enqueue({ kind: "answer", text, reasoning: "Hm.", usage: { input: 9, output: 2, cached: 4 } });
      const answer = await model.complete({
        messages: [...messages],
        tools: [],
        sampling: { temperature: 0.5 },
      });
      answers.push(answer);
      messages.push(answer.message, { role: "user", content: "Go on." });
    }
    await log[Symbol.asyncDispose]();

    const kept = await Array.fromAsync(readExchanges(file));
    expect(kept.map(({ number, dialect }) => [number, dialect])).toEqual([
      [1, name],
      [2, name],
    ]);
    for (const [index, { request, response }] of kept.entries()) {
      const sent = bytesOf(request.body).toString();
      expect(sent).toBe(server.requests[index]?.text);
      expect(JSON.parse(sent)).toMatchObject({ seed: 3, temperature: 0.5, user: "x" });
      const history = { messages: messages.slice(0, 1 + 2 * index) };
      const body = {
        contentType: response?.headers["content-type"] ?? "",
        text: response === undefined ? "" : bytesOf(response.body).toString(),
        complete: response?.complete ?? false,
      };
      expect({ ...dialects[name].readResponse(body, history), exchange: index + 1 }).toEqual(answers[index]);
      const asked = dialects[name].readRequest(JSON.parse(sent));
      expect(asked.messages).toEqual(history.messages);
    }
  },
);
