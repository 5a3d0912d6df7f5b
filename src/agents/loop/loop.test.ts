import { expect, it } from "vitest";
import type { AgentEvent } from "../../agent.ts";
import { openaiModel } from "../../models/openai.ts";
import { replayModel, type ReplayResponse } from "../../models/replay.ts";
import { startModelServer } from "../../testing/model-server.ts";
import { openStage, watched } from "../testing/stage.ts";
import { loopAgent } from "./loop.ts";

const FILES = { "app.py": "def one():\n    return 1\n" };
const bash = (command: string) => ({ name: "bash", arguments: { command } });
const FINISH = { tool_calls: [{ name: "finish", arguments: {} }] };

async function play(responses: ReplayResponse[], limits = {}, more = {}) {
  const stage = await openStage(FILES);
  const model = watched(await replayModel({ responses }));
  const end = await loopAgent().run(stage.context("Look around.", { model, ...more }, limits));
  const results = stage.events.flatMap((event) => (event.type === "result" ? [event] : []));
  return { end, results, events: stage.events, log: stage.log, requests: model.requests, stage };
}

it("lets the model use tools until it finishes, and records each thing before it acts on it", async () => {
  const { end, events, log, results, stage } = await play([
    {
      content: "Looking.",
      tool_calls: [bash("ls"), bash("echo changed >> app.py")],
      usage: { inputTokens: 9 },
    },
    FINISH,
  ]);
  await using _ = stage;
  expect(end).toEqual({ reason: "finished" });
  expect(log.slice(1).join(", ")).toBe(
    "input, input, turn, call bash, result, call bash, result, turn, call finish, result",
  );
  expect(results[0]?.result.content).toBe("app.py\n");
  expect(await stage.read("app.py")).toContain("changed");
  expect(events[2]).toMatchObject({ type: "turn", usage: { inputTokens: 9 } });
});

it("names only tools that are there and programs that exist", async () => {
  const { events, stage } = await play([FINISH]);
  await using _ = stage;
  const system = inputs(events)[0] ?? "";
  for (const tool of stage.tools.definitions) expect(system).toContain(`\`${tool.name}\``);
  const there = await stage.sandbox.exec(["bash", "-c", "command -v rg"]);
  expect(system.includes("rg,") || system.includes(" rg")).toBe(there.exitCode === 0);
  expect(system).toContain("git, grep");
});

it("tells the model what was wrong with a call", async () => {
  const { end, results, stage } = await play([
    {
      tool_calls: [
        { name: "bash", arguments: "{command: ls" },
        { name: "browse", arguments: {} },
      ],
    },
    { tool_calls: [{ name: "bash", arguments: { cmd: "ls" } }] },
    FINISH,
  ]);
  await using _ = stage;
  expect(end.reason).toBe("finished");
  expect(results.slice(0, 3).map(({ result }) => result.isError)).toEqual([true, true, true]);
  expect(results[0]?.result.content).toContain("{command: ls");
  expect(results[1]?.result.content).toContain("browse");
});

it("does not run what comes after a call that finishes", async () => {
  const { end, results, stage } = await play([{ tool_calls: [...FINISH.tool_calls, bash("rm app.py")] }]);
  await using _ = stage;
  expect(end.reason).toBe("finished");
  expect(results[1]?.result).toEqual({ content: "Not run: the work was already finished.", isError: true });
  expect(await stage.read("app.py")).toBe(FILES["app.py"]);
});

it("reminds a model that calls no tool, and gives up after three such turns in a row", async () => {
  const { end, events, stage } = await play([
    { content: "I think." },
    { content: "So I am cut", stop: "length" },
    { tool_calls: [bash("ls")] },
    { content: "Hm." },
    { content: "Hm." },
    { content: "Hm." },
  ]);
  await using _ = stage;
  expect(end.reason).toBe("stopped-calling-tools");
  const reminders = inputs(events).slice(2);
  expect(reminders).toHaveLength(4);
  expect(reminders[0]).toMatch(/^There was no tool call/);
  expect(reminders[1]).toMatch(/^Your answer was cut/);
});

it("ends at the limit of steps, and says so beforehand at the end of the newest result", async () => {
  const responses = Array.from({ length: 10 }, () => ({ tool_calls: [bash("true")] }));
  const { end, results, requests, stage } = await play(responses, { maxSteps: 5 });
  await using _ = stage;
  expect(end).toEqual({ reason: "step-limit", detail: "5 steps" });
  expect(results.map(({ result }) => /\[left: (\d) of 5/.exec(result.content)?.[1])).toEqual([
    undefined,
    undefined,
    undefined,
    "1",
    "0",
  ]);
  // What was sent before is sent again unchanged: services cache by prefix.
  for (const [index, request] of requests.entries()) {
    const before = requests[index - 1];
    if (before !== undefined) expect(request.startsWith(before.slice(0, -1))).toBe(true);
  }
});

it("ends at the limit of tokens, counted by us where the service does not", async () => {
  const told = { tool_calls: [bash("ls")], usage: { inputTokens: 600, outputTokens: 500 } };
  const first = await play([told, told, told], { maxTokens: 1500 });
  await using _ = first.stage;
  expect(first.end).toEqual({ reason: "token-limit", detail: "2200 tokens" });
  const second = await play([{ tool_calls: [bash("ls")] }, FINISH], { maxTokens: 20 });
  expect(second.end.reason).toBe("token-limit");
  await second.stage[Symbol.asyncDispose]();
});

it("ends at the deadline, between turns and during a request", async () => {
  const none = await play([FINISH], {}, { remainingMs: () => 0 });
  await using _ = none.stage;
  expect(none.end.reason).toBe("deadline");

  await using server = await startModelServer();
  server.enqueue({ kind: "hangs", after: "nothing" });
  await using stage = await openStage(FILES);
  const model = openaiModel({ name: "m", baseUrl: server.openaiUrl });
  const over = performance.now() + 100;
  const remainingMs = () => over - performance.now();
  const end = await loopAgent().run(stage.context("Look.", { model, remainingMs }));
  expect(end).toEqual({ reason: "deadline", detail: "during a request to the model" });
});

it("takes a history that outgrew the model as an ending, and lets failures of the service through", async () => {
  const grown = await play([{ error: "model-context-exceeded" }]);
  await using _ = grown.stage;
  expect(grown.end.reason).toBe("context-limit");
  await expect(play([{ error: "model-overloaded" }])).rejects.toMatchObject({ code: "model-overloaded" });
});

it("says when answers were cut at their token limit", async () => {
  const cut = { content: "So I", stop: "length" as const };
  const { end, stage } = await play([cut, cut, cut]);
  await using _ = stage;
  expect(end).toEqual({
    reason: "stopped-calling-tools",
    detail: "the last answer was cut at its token limit",
  });
  const broken = await play([
    { tool_calls: [{ name: "bash", arguments: '{"command": "ls' }], stop: "length" },
    FINISH,
  ]);
  expect(broken.results[0]?.result.content).toMatch(/cut at its token limit: make it shorter/);
  await broken.stage[Symbol.asyncDispose]();
});

it("warns of the third same result of the same call, and ends at the sixth", async () => {
  const same = { tool_calls: [bash("cat app.py")] };
  const { end, results, stage } = await play([same, same, same, same, same, same, same]);
  await using _ = stage;
  expect(end).toEqual({ reason: "repeated-calls", detail: "bash, 6 times" });
  expect(results.map(({ result }) => /gave this same result (\d)/.exec(result.content)?.[1])).toEqual([
    undefined,
    undefined,
    "3",
    "4",
    "5",
    "6",
  ]);
});

it("finds circles of several calls, and takes tests after edits for none", async () => {
  const look = ["ls", "cat app.py"].map((command) => ({ tool_calls: [bash(command)] }));
  const circle = await play(Array.from({ length: 14 }, (_, index) => look[index % 2] ?? FINISH));
  await using _ = circle.stage;
  expect(circle.end.reason).toBe("repeated-calls");
  const work = Array.from({ length: 7 }, (_, index) => ({
    tool_calls: [bash(`echo ${index} >> app.py; echo ${index}`), bash("true")],
  }));
  const edits = await play([...work, FINISH]);
  expect(edits.end.reason).toBe("finished");
  expect(edits.results.some(({ result }) => result.content.includes("same result"))).toBe(false);
  await edits.stage[Symbol.asyncDispose]();
});

it("lets a model that repeats itself within one turn read the warning first", async () => {
  const { end, stage } = await play([{ tool_calls: Array.from({ length: 8 }, () => bash("ls")) }, FINISH]);
  await using _ = stage;
  expect(end.reason).toBe("finished");
});

it("tells limits at the start, the same for every instruction", async () => {
  const { events, stage } = await play([FINISH], { maxSteps: 7, deadlineSeconds: 90 });
  await using _ = stage;
  expect(inputs(events)[0]).toContain("You have 7 turns and 90 seconds in all.");
  expect(inputs(events)[1]).toBe("Look around.");
});

it.each([
  ["openhands", { name: "finish", arguments: { message: "Done." } }],
  ["mini", bash("echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT")],
  ["compact", { name: "finish", arguments: {} }],
])("works with the tools of %s", async (tools, last) => {
  await using stage = await openStage(FILES, tools);
  const model = watched(await replayModel({ responses: [{ content: "Hm." }, { tool_calls: [last] }] }));
  const agent = loopAgent({ tools });
  expect(agent.version).toMatch(new RegExp(`^2\\+${tools}\\.\\d+$`));
  expect(await agent.run(stage.context("Look.", { model }))).toEqual({ reason: "finished" });
  const system = inputs(stage.events)[0] ?? "";
  expect(system).toMatch(/git, grep/);
});

it("needs a model", async () => {
  await using stage = await openStage(FILES);
  await expect(loopAgent().run(stage.context("Look."))).rejects.toMatchObject({ code: "agent-needs-model" });
});

function inputs(events: readonly AgentEvent[]): string[] {
  return events.flatMap((event) => (event.type === "input" ? [event.content] : []));
}
