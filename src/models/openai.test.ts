import { expect, it } from "vitest";
import { startModelServer } from "../testing/model-server.ts";
import { describeModelConformance } from "./conformance.ts";
import { openaiModel, openaiResponsesModel } from "./openai.ts";

describeModelConformance("openaiModel", openaiModel, "chat");
describeModelConformance("openaiResponsesModel", openaiResponsesModel, "responses");

it("reads content in parts, and reasoning under its other name", async () => {
  await using server = await startModelServer();
  const message = { content: [{ type: "text", text: "Hello" }], reasoning: "Greet." };
  server.enqueue({
    kind: "status",
    status: 200,
    body: { choices: [{ finish_reason: "stop", message }] },
  });
  const model = openaiModel({ name: "m", baseUrl: server.openaiUrl });
  const response = await model.complete({ messages: [{ role: "user", content: "Hi" }], tools: [] });
  expect(response.message).toMatchObject({
    role: "assistant",
    content: "Hello",
    reasoning: "Greet.",
    toolCalls: [],
  });
});
