import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Template } from "@huggingface/jinja";
import { ModelError } from "../../../src/base/errors.ts";
import { dialects } from "../../../src/dialects/index.ts";
import type { AskedFor } from "../../../src/dialect.ts";
import type { Exchange } from "../../../src/exchange.ts";
import { bytesOf } from "../../../src/exchanges/body.ts";
import { openExchangeLog, readExchanges } from "../../../src/exchanges/store.ts";
import type { Message, Model, ToolDefinition } from "../../../src/model.ts";
import { createModel } from "../../../src/models/create.ts";
import { startRealService, type RealService } from "./service.ts";

/**
 * Our adapters against a server that is not ours and a model that really answers; and whether what we recorded is what the model was sent:
 * the recorded request, read by its dialect and put through the model's own chat template, must have as many tokens as the server counted.
 */
export async function checkRealModel(): Promise<string[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "real-model-"));
  try {
    await using service = await startRealService(CONTEXT);
    const file = path.join(folder, "exchanges.jsonl.gz");
    const lines: string[] = [];
    {
      await using log = await openExchangeLog(file);
      const open = (stream: boolean) =>
        createModel({
          api: "openai",
          name: "gemma3-270m",
          baseUrl: `${service.url}/v1`,
          stream,
          record: (exchange) => log.append(exchange),
        });
      const [whole, streamed] = [await open(false), await open(true)];
      lines.push(...(await checkAnswers(whole, streamed)));
      for (let length = 1; length <= CONVERSATION.length; length++)
        await whole.complete({
          messages: CONVERSATION.slice(0, length),
          tools: [],
          sampling: { maxOutputTokens: 1 },
        });
      await whole.complete({ messages: WITH_CALLS, tools: [TOOL], sampling: { maxOutputTokens: 1 } });
    }
    const exchanges = await Array.fromAsync(readExchanges(file));
    lines.push(...(await checkTokens(service, exchanges)));
    return lines;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const CONTEXT = 2048;
const SAMPLING = { temperature: 0, seed: 1, maxOutputTokens: 24 };
const TOOL: ToolDefinition = {
  name: "bash",
  description: "Runs a command",
  parameters: { type: "object", properties: { command: { type: "string" } }, required: ["command"] },
};
const CONVERSATION: readonly Message[] = [
  { role: "system", content: "You work on a code repository." },
  { role: "user", content: "Find the function that reads naïve 🙂 rows." },
  { role: "assistant", content: "It is in `rows.py`.\n\n```python\ndef read(): ...\n```", toolCalls: [] },
  { role: "user", content: "   Document it.  \n" },
  { role: "assistant", content: "<|done|> <b>Done</b>", toolCalls: [] },
  { role: "user", content: "Thanks" },
];
/** With a call and its result, for which the template of this model has no words. */
const WITH_CALLS: readonly Message[] = [
  ...CONVERSATION.slice(0, 2),
  {
    role: "assistant",
    content: "Looking",
    toolCalls: [{ id: "a", name: "bash", arguments: { command: "grep -rn 'read' ." }, malformed: false }],
  },
  { role: "tool", toolCallId: "a", toolName: "bash", content: "rows.py:1:def read(): ..." },
];

async function checkAnswers(whole: Model, streamed: Model): Promise<string[]> {
  const request = { messages: CONVERSATION.slice(0, 2), tools: [], sampling: SAMPLING };
  const [first, second] = [await whole.complete(request), await streamed.complete(request)];
  const long = { role: "user" as const, content: "one two three ".repeat(CONTEXT) };
  const refused = await whole
    .complete({ messages: [long], tools: [] })
    .catch((error: unknown) => (error instanceof ModelError ? error.code : String(error)));
  const withTools = await streamed.complete({ ...request, tools: [TOOL] });
  return [
    line("an answer and its usage", first.message.content !== "" && (first.usage.inputTokens ?? 0) > 0),
    line("the same answer as a stream", second.message.content === first.message.content, [first, second]),
    line("the same usage as a stream", second.usage.outputTokens === first.usage.outputTokens, [
      first,
      second,
    ]),
    line("cut at its limit", first.stop === "length" && first.usage.outputTokens === 24, first),
    line("a request with tools", (withTools.usage.outputTokens ?? 0) > 0, withTools),
    line("a history that is too long", refused === "model-context-exceeded", refused),
  ];
}

/** One line for each recorded request that was answered. */
async function checkTokens(service: RealService, exchanges: readonly Exchange[]): Promise<string[]> {
  const template = new Template(service.template);
  const lines: string[] = [];
  for (const exchange of exchanges) {
    const { number, request, response } = exchange;
    if (response?.status !== 200) continue;
    const asked = dialects.chat.readRequest(JSON.parse(bytesOf(request.body).toString("utf8")));
    const answer = dialects.chat.readResponse(
      {
        contentType: response.headers["content-type"] ?? "",
        text: bytesOf(response.body).toString("utf8"),
        complete: response.complete,
      },
      asked,
    );
    const { text, how } = await promptOf(service, template, asked);
    const counted = await service.countTokens(text);
    const sent = answer.usage.inputTokens;
    const what = `exchange ${number}, ${asked.messages.length} messages: ${counted} tokens ${how}, ${sent} read by the server`;
    lines.push(line(what, counted === sent));
  }
  return lines;
}

/** What the server made of a request, by our own reading of its template where that has words for all of it. */
async function promptOf(
  service: RealService,
  template: Template,
  asked: AskedFor,
): Promise<{ text: string; how: string }> {
  if (asked.messages.some((message) => message.role === "tool"))
    return { text: await service.applyTemplate(asked), how: "as the server writes calls" };
  const messages = asked.messages.map(({ role, content }) => ({ role, content }));
  const render = (list: typeof messages) =>
    template.render({ messages: list, tools: null, add_generation_prompt: true });
  const last = messages.at(-1);
  if (last?.role !== "assistant") return { text: render(messages), how: "through the template" };
  // The server takes an assistant's message at the end for the beginning of the answer, and goes on from there.
  return {
    text: render(messages.slice(0, -1)) + last.content,
    how: "through the template, the last one begun",
  };
}

function line(what: string, holds: boolean, seen?: unknown): string {
  return holds ? `ok   ${what}` : `FAIL ${what}${seen === undefined ? "" : `: ${JSON.stringify(seen)}`}`;
}
