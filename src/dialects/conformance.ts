import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DialectError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { AskedFor, Dialect, ResponseBody, WriteOptions } from "../dialect.ts";
import type { AssistantMessage, Message, ModelRequest, ModelResponse } from "../model.ts";
import { conversations, responsesOf, toolLists } from "./testing/arbitraries.ts";

/** What every dialect must do, in both directions. Not part of the package. */
export function describeDialectConformance(dialect: Dialect): void {
  const options: WriteOptions = { model: "m", stream: false, cache: false };
  const askedFor = (request: ModelRequest, stream: boolean): AskedFor =>
    dialect.readRequest(json(dialect.writeRequest(request, { ...options, stream })));
  const written = (response: ModelResponse, stream: boolean): ResponseBody => ({
    contentType: stream ? "text/event-stream" : "application/json",
    text: [...dialect.writeResponse(response, askedFor({ messages: [], tools: [] }, stream))].join(""),
    complete: true,
  });
  const failure = (body: ResponseBody): string => {
    try {
      dialect.readResponse(body, NOTHING);
    } catch (error) {
      if (error instanceof DialectError) return error.code;
      throw error;
    }
    return "none";
  };

  describe(`the dialect ${dialect.name}`, () => {
    it("reads the requests that it writes", () => {
      fc.assert(
        fc.property(conversations, toolLists, fc.boolean(), (messages, tools, stream) => {
          const asked = askedFor({ messages, tools }, stream);
          expect(asked).toMatchObject({ model: "m", stream });
          expect(asked.messages).toEqual(messages);
          expect(asked.tools).toEqual(tools);
        }),
      );
    });

    it.each([false, true])("reads the answers that it writes, as a stream: %s", (stream) => {
      fc.assert(
        fc.property(responsesOf(dialect.name), (response) => {
          const read = dialect.readResponse(written(response, stream), NOTHING);
          expect(withoutNative(read)).toEqual(response);
        }),
      );
    });

    it("gives back what only it can say, in the history and in an answer", () => {
      fc.assert(
        fc.property(responsesOf(dialect.name), fc.boolean(), (response, stream) => {
          const read = dialect.readResponse(written(response, true), NOTHING);
          expect(dialect.readResponse(written(read, stream), NOTHING).message).toEqual(read.message);
          const messages: Message[] = [{ role: "user", content: "Find x." }, read.message];
          const again = askedFor({ messages, tools: [] }, stream).messages[1];
          if (read.message.native !== undefined) expect(again).toMatchObject({ native: read.message.native });
        }),
      );
    });

    it("begins a longer history with the bytes of the shorter one", () => {
      fc.assert(
        fc.property(conversations, toolLists, fc.nat(), (messages, tools, cut) => {
          const length = cutBetweenTurns(messages, cut);
          const write = (part: readonly Message[]) =>
            JSON.stringify(
              dialect.writeRequest(
                { messages: part, tools, sampling: { maxOutputTokens: 9, temperature: 0.5, stop: ["x"] } },
                options,
              ),
            );
          const shorter = write(messages.slice(0, length));
          expect(write(messages).startsWith(shorter.replace(/\]\}$/, ""))).toBe(true);
        }),
      );
    });

    it("says of an answer that is cut anywhere that it broke off", () => {
      const [response] = fc.sample(responsesOf(dialect.name), { seed: 7, numRuns: 1 });
      if (response === undefined) throw new Error("no sample");
      for (const stream of [false, true]) {
        const { text, contentType } = written(response, stream);
        const end = stream ? text.lastIndexOf("data:") : text.length;
        for (let length = 0; length < end; length++) {
          const cut = { contentType, text: text.slice(0, length), complete: false };
          expect(`${length}: ${failure(cut)}`).toBe(`${length}: stream-broke-off`);
        }
      }
    });

    it("says so where a stream ends as if nothing were missing", () => {
      const [response] = fc.sample(responsesOf(dialect.name), { seed: 8, numRuns: 1 });
      if (response === undefined) throw new Error("no sample");
      const { text, contentType } = written(response, true);
      const pieces = text.split(/(?<=\n\n)/);
      for (let kept = 1; kept < pieces.length - 3; kept++) {
        const body = { contentType, text: pieces.slice(0, kept).join(""), complete: true };
        expect(failure(body)).toBe("stream-broke-off");
      }
    });

    it("reads streams with comments, and with other ends of lines", () => {
      fc.assert(
        fc.property(responsesOf(dialect.name), fc.constantFrom("\r\n", "\r"), (response, end) => {
          const { text, contentType } = written(response, true);
          const noisy = text.replaceAll("\n\n", "\n\n: keep-alive\n\n").replaceAll("\n", end);
          const read = dialect.readResponse({ contentType, text: noisy, complete: true }, NOTHING);
          expect(withoutNative(read)).toEqual(response);
        }),
      );
    });

    it("tells errors from answers, whole and within a stream", () => {
      const error = json(dialect.writeError("overloaded_error", "no GPU"));
      const text = JSON.stringify(error);
      const type = "text/event-stream";
      expect(failure({ contentType: "application/json", text, complete: true })).toBe("response-is-an-error");
      expect(failure({ contentType: type, text, complete: true })).toBe("response-is-an-error");
      const event = `event: error\ndata: ${text}\n\n`;
      expect(failure({ contentType: type, text: event, complete: true })).toBe("response-is-an-error");
    });

    it.each([
      "",
      "<h1>Gateway</h1>",
      "[]",
      "null",
      "{}",
      '{"choices":[],"content":1,"output":2}',
      "data: x\n\n",
      "data: {}\n\n",
    ])("knows that %j is no answer", (text) => {
      expect(failure({ contentType: "application/json", text, complete: true })).toMatch(
        /^(not-a-response|stream-broke-off)$/,
      );
    });

    it.each([
      "data: [DONE]\n\n",
      ": keep-alive\n\ndata: [DONE]\n\n",
      'data: {"choices":[]}\n\n',
      'data: {"choices":[],"usage":{"prompt_tokens":9}}\n\ndata: [DONE]\n\n',
      'data: {"type":"ping"}\n\ndata: [DONE]\n\n',
      'data: {"type":"message_stop"}\n\n',
      'data: {"type":"message_start","message":{"content":[]}}\n\ndata: {"type":"message_stop"}\n\n',
      'data: {"type":"response.completed"}\n\n',
    ])("knows that the stream %j holds no answer", (text) => {
      expect(failure({ contentType: "text/event-stream", text, complete: true })).toMatch(
        /^(not-a-response|stream-broke-off)$/,
      );
    });

    it("takes any JSON as a body without breaking", () => {
      const anyBody = fc.oneof(
        fc.jsonValue(),
        fc.record({ model: fc.constant("m"), messages: fc.array(anyMessage), input: fc.array(anyMessage) }),
      );
      fc.assert(
        fc.property(anyBody, (body) => {
          try {
            dialect.readRequest(json(body));
          } catch (error) {
            expect(error).toMatchObject({ code: "not-a-request" });
          }
          const text = JSON.stringify(body);
          try {
            dialect.readResponse({ contentType: "application/json", text, complete: true }, NOTHING);
          } catch (error) {
            expect(error).toBeInstanceOf(DialectError);
          }
        }),
      );
    });

    it("keeps a part that is no text as a marker", () => {
      const parts = [
        { type: "text", text: "Look:" },
        { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
      ];
      const message = { role: "user", content: parts };
      const asked = dialect.readRequest({ model: "m", messages: [message], input: [message] });
      const text = asked.messages.map(({ content }) => content).join("\n");
      expect(text).toContain("Look:");
      expect(text).toContain("[image_url, not shown");
    });

    it("keeps what it does not know of a request", () => {
      const body = json(dialect.writeRequest({ messages: [], tools: [] }, options));
      const more = { metadata: { user: "x" }, temperature: 0.25 };
      const asked = dialect.readRequest({ ...(body as Record<string, Json>), ...more });
      expect(asked.more).toMatchObject(more);
    });

    it("sends sampling, and more fields as they are", () => {
      const body = dialect.writeRequest(
        {
          messages: [],
          tools: [],
          sampling: {
            temperature: 0.5,
            topP: 0.9,
            seed: 3,
            maxOutputTokens: 77,
            more: { return_token_ids: true },
          },
        },
        options,
      );
      expect(body).toMatchObject({ temperature: 0.5, top_p: 0.9, seed: 3, return_token_ids: true });
      expect(JSON.stringify(body)).toMatch(/"max_\w*tokens":77/);
    });
  });
}

const NOTHING = { messages: [] };

const anyMessage = fc.record({
  role: fc.constantFrom("user", "assistant", "tool", "system", "developer", "other"),
  type: fc.option(fc.constantFrom("message", "function_call", "reasoning"), { nil: undefined }),
  content: fc.jsonValue(),
  tool_calls: fc.jsonValue(),
});

function json(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function withoutNative({ message, ...rest }: ModelResponse): ModelResponse {
  const { native: _, ...plain }: AssistantMessage = message;
  return { ...rest, message: plain };
}

/** A request ends where the model is to speak: after what is not its own. */
function cutBetweenTurns(messages: readonly Message[], cut: number): number {
  const ends = messages.flatMap(({ role }, index) =>
    role === "assistant" ? [index] : index === messages.length - 1 ? [index + 1] : [],
  );
  return ends[cut % Math.max(1, ends.length)] ?? messages.length;
}
