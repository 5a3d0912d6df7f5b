import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonSchema, type Json } from "../base/json.ts";
import type { Dialect } from "../dialect.ts";
import { dialects } from "../dialects/index.ts";
import type { Exchange } from "../exchange.ts";
import type { AssistantMessage, Message, ModelResponse, ToolDefinition } from "../model.ts";
import { temporaryFolder } from "../testing/command-line.ts";
import { toConversation } from "./conversation.ts";
import { rebuildRequests } from "./conversation/rebuild.ts";
import { openExchangeLog, readExchanges } from "./store.ts";

/** From a recorded session back to the requests that were sent: through the file, the dialect, the conversation, and out again. */

const TOOLS: ToolDefinition[] = [
  {
    name: "bash",
    description: "Runs a command.",
    parameters: { type: "object", properties: { command: { type: "string" } } },
  },
];
const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const turn = fc.record({
  content: fc.option(text, { nil: "" }),
  reasoning: fc.option(text, { nil: undefined }),
  commands: fc.array(text, { maxLength: 3 }),
  results: text,
  fails: fc.constantFrom("no", "no", "breaks off", "refused", "again"),
});
type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

function responseOf({ content, reasoning, commands }: Turn, at: number): ModelResponse {
  const message: AssistantMessage = {
    role: "assistant",
    content: content === "" && commands.length === 0 ? "." : content,
    ...(reasoning === undefined ? {} : { reasoning }),
    toolCalls: commands.map((command, index) => ({
      id: `call_${at}_${index}`,
      name: "bash",
      arguments: { command },
      malformed: false,
    })),
  };
  const stop = commands.length > 0 ? "tool-calls" : "end";
  return { message, stop, usage: { inputTokens: 5, outputTokens: 2 }, servedModel: "served" };
}

/** A loop like ours, on a wire. */
class Loop {
  readonly exchanges: Exchange[] = [];
  readonly messages: Message[] = [
    { role: "system", content: "You are an agent." },
    { role: "user", content: "Go." },
  ];
  readonly #dialect: Dialect;
  readonly #stream: boolean;

  constructor(dialect: Dialect, stream: boolean) {
    this.#dialect = dialect;
    this.#stream = stream;
  }

  write(messages: readonly Message[]): string {
    const options = { model: "m", stream: this.#stream, cache: true };
    return JSON.stringify(
      this.#dialect.writeRequest({ messages, tools: TOOLS, sampling: { maxOutputTokens: 99 } }, options),
    );
  }

  step(turn: Turn): void {
    const at = this.exchanges.length;
    const body = this.write(this.messages);
    const asked = this.#dialect.readRequest(jsonSchema.parse(JSON.parse(body)));
    const answer = [...this.#dialect.writeResponse(responseOf(turn, at), asked)].join("");
    const contentType = this.#stream ? "text/event-stream" : "application/json";
    const broken = turn.fails === "breaks off";
    this.exchanges.push({
      schema_version: 2,
      number: at + 1,
      at: new Date(at * 1000).toISOString(),
      dialect: this.#dialect.name,
      request: { method: "POST", path: `/v1${this.#dialect.path}`, headers: {}, body: { text: body } },
      response: {
        status: turn.fails === "refused" ? 500 : 200,
        headers: { "content-type": contentType },
        body: { text: broken ? answer.slice(0, answer.length / 2) : answer },
        complete: !broken,
      },
      ms: 1,
    });
    if (turn.fails !== "no") return;
    const read = this.#dialect.readResponse(
      { contentType, text: answer, complete: true },
      { messages: this.messages },
    );
    const results = read.message.toolCalls.map(({ id, name }): Message => ({
      role: "tool",
      toolCallId: id,
      toolName: name,
      content: turn.results,
    }));
    this.messages.push(
      read.message,
      ...(results.length > 0 ? results : [{ role: "user" as const, content: turn.results }]),
    );
  }
}

describe.each(
  Object.values(dialects).flatMap((dialect) =>
    [true, false].map((stream) => ({ name: dialect.name, dialect, stream })),
  ),
)("$name, streaming: $stream", ({ dialect, stream }) => {
  it("gives the same requests again, byte for byte", async () => {
    await using folder = await temporaryFolder();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 10 }), async (turns) => {
        const loop = new Loop(dialect, stream);
        for (const one of turns) loop.step(one);
        const file = folder.file(`${++run}.gz`);
        {
          await using log = await openExchangeLog(file);
          for (const { schema_version: _, number: __, ...exchange } of loop.exchanges)
            await log.append(exchange);
        }
        const kept = await Array.fromAsync(readExchanges(file));
        expect(kept).toEqual(loop.exchanges);
        const conversation = toConversation(kept, dialects);
        const rebuilt = rebuildRequests(conversation);
        for (const { number, request } of kept) {
          const body = "text" in request.body ? request.body.text : "";
          expect(loop.write(rebuilt.get(number) ?? [])).toBe(body);
          const seen = dialect.readRequest(parsed(body));
          expect(dialect.readRequest(parsed(loop.write(rebuilt.get(number) ?? [])))).toEqual(seen);
        }
        expect(conversation.tools).toEqual(TOOLS);
      }),
      { numRuns: 60 },
    );
  });
});

const parsed = (body: string): Json => jsonSchema.parse(JSON.parse(body));
