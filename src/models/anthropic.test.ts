import { expect, it } from "vitest";
import { startModelServer } from "../testing/model-server.ts";
import { anthropicModel } from "./anthropic.ts";
import { describeModelConformance } from "./conformance.ts";

describeModelConformance("anthropicModel", anthropicModel, "messages");

it("sends turns that alternate, with all results of one turn in one user turn", async () => {
  await using server = await startModelServer();
  server.enqueue({ kind: "answer", text: "ok" });
  await anthropicModel({ name: "m", baseUrl: server.anthropicUrl }).complete({
    tools: [],
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Find x." },
      { role: "assistant", content: "", toolCalls: ["a", "b"].map(callOf) },
      { role: "tool", toolCallId: "a", toolName: "search", content: "one" },
      { role: "tool", toolCallId: "b", toolName: "search", content: "two" },
      { role: "user", content: "Go on." },
    ],
  });
  expect(server.requests[0]?.body).toMatchObject({
    system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
    messages: [
      { role: "user", content: [{ type: "text", text: "Find x." }] },
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "a" },
          { type: "tool_use", id: "b" },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "a", content: "one" },
          { type: "tool_result", tool_use_id: "b", content: "two" },
          { type: "text", text: "Go on.", cache_control: { type: "ephemeral" } },
        ],
      },
    ],
  });
});

function callOf(id: string) {
  return { id, name: "search", arguments: {}, malformed: false };
}
