import { expect, it } from "vitest";
import { chat } from "./chat.ts";

/** Ways of services that go beyond, or against, what the dialect's author says. */
function read(...chunks: object[]) {
  const events = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
  const body = { contentType: "text/event-stream", text: events.join(""), complete: true };
  return chat.readResponse(body, { messages: [] });
}
const delta = (fields: object, more: object = {}) => ({ choices: [{ index: 0, delta: fields, ...more }] });
const call = (index: number | undefined, id: string | undefined, name: string | undefined, text: string) =>
  delta({ tool_calls: [{ index, id, function: { name, arguments: text } }] });
const end = delta({}, { finish_reason: "stop" });

it("tells parallel calls apart where all have the index 0, or none", () => {
  for (const index of [0, undefined]) {
    const { message, stop } = read(
      call(index, "a", "search", '{"word":'),
      call(index, undefined, undefined, '"x"}'),
      call(index, "b", "search", '{"word":"y"}'),
      end,
    );
    expect(stop).toBe("tool-calls");
    expect(message.toolCalls.map(({ id, arguments: args }) => [id, args])).toEqual([
      ["a", { word: "x" }],
      ["b", { word: "y" }],
    ]);
  }
});

it("keeps calls of one index together where each fragment repeats the id", () => {
  const { message } = read(call(1, "a", "search", '{"word":'), call(1, "a", "", '"x"}'), end);
  expect(message.toolCalls).toMatchObject([{ id: "a", name: "search", arguments: { word: "x" } }]);
});

it("joins token ids and log-probabilities of vLLM", () => {
  const logprobs = (logprob: number) => ({ content: [{ token: "a", logprob }] });
  const { tokens } = read(
    { ...delta({ content: "a" }, { token_ids: [7], logprobs: logprobs(-0.5) }), prompt_token_ids: [1, 2] },
    delta({ content: "b" }, { token_ids: [8], logprobs: logprobs(-1) }),
    end,
  );
  expect(tokens).toEqual({ prompt: [1, 2], completion: [7, 8], logprobs: [-0.5, -1] });
});

it("takes the ids that llama.cpp and vLLM put with log-probabilities", () => {
  for (const spelled of [{ id: 9, token: "a" }, { token: "token_id:9" }]) {
    const { tokens } = read(
      delta({ content: "a" }, { logprobs: { content: [{ ...spelled, logprob: -1 }] } }),
      end,
    );
    expect(tokens).toEqual({ completion: [9], logprobs: [-1] });
  }
});

it("gives details of reasoning back whole", () => {
  const detail = (fields: object) =>
    delta({ reasoning_details: [{ type: "reasoning.text", index: 0, ...fields }] });
  const { message } = read(
    detail({ text: "Two and " }),
    detail({ text: "two." }),
    detail({ signature: "s" }),
    end,
  );
  expect(message.reasoning).toBe("Two and two.");
  expect(message.native?.message).toMatchObject({
    reasoning_details: [{ type: "reasoning.text", index: 0, text: "Two and two.", signature: "s" }],
  });
});

it("reads thinking that comes in parts of the content", () => {
  const thinking = { type: "thinking", thinking: [{ type: "text", text: "Hm." }] };
  const { message } = read(
    delta({ content: "" }),
    delta({ content: [thinking] }),
    delta({ content: "Four." }),
    end,
  );
  expect(message).toMatchObject({ content: "Four.", reasoning: "Hm." });
});
