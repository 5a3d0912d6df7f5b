import { expect, it } from "vitest";
import { describeDialectConformance } from "./conformance.ts";
import { dialectOfPath, dialects } from "./index.ts";

for (const dialect of Object.values(dialects)) describeDialectConformance(dialect);

it.each([
  ["/s1/v1/chat/completions", "chat"],
  ["/v1/responses?stream=true", "responses"],
  ["/v1/messages/", "messages"],
  ["/v1/messages/count_tokens", undefined],
  ["/v1/models", undefined],
])("knows the dialect of %s", (path, name) => {
  expect(dialectOfPath(path)?.name).toBe(name);
});

it.each([
  ["chat", "data: [DONE]\n\n"],
  ["chat", 'data: {"choices":[]}\n\n'],
  ["messages", 'event: message_stop\ndata: {"type":"message_stop"}\n\n'],
  ["responses", 'data: {"type":"response.completed"}\n\n'],
] as const)("takes a stream of %s without an answer for none: %j", (name, text) => {
  const body = { contentType: "text/event-stream", text, complete: true };
  expect(() => dialects[name].readResponse(body, { messages: [] })).toThrow(
    expect.objectContaining({ code: "not-a-response" }),
  );
});
