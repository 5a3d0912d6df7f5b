import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { AgentEvent } from "../../agent.ts";
import path from "node:path";
import type { Message, Model } from "../../model.ts";
import { systemClock } from "../../base/clock.ts";
import { openRecorder } from "../../attempts/recorder.ts";
import { replayModel, type ReplayResponse } from "../../models/replay.ts";
import { readTrajectory } from "../../trajectories/read.ts";
import { makeTestWorkspace } from "../../workspaces/testing/workspace.ts";
import { openStage, watched, type Stage } from "../testing/stage.ts";
import { loopAgent, resumeLoop, type LoopSettings } from "./loop.ts";
import { eventsOf, messagesOf } from "./messages.ts";

const bash = (command: string) => ({ name: "bash", arguments: { command } });
const FINISH: ReplayResponse = { tool_calls: [{ name: "finish", arguments: {} }] };

/** What was sent at each turn, with the events that were recorded until then. */
async function play(responses: ReplayResponse[], settings: LoopSettings = {}, limits = {}) {
  const stage = await openStage({ "app.py": "one = 1\n" });
  const sent: { readonly messages: readonly Message[]; readonly events: readonly AgentEvent[] }[] = [];
  const replay = await replayModel({ responses });
  const model: Model = {
    name: "watched",
    complete(request) {
      sent.push({ messages: request.messages, events: [...stage.events] });
      return replay.complete(request);
    },
  };
  const end = await loopAgent(settings).run(stage.context("Look.", { model }, limits));
  return { stage, sent, end, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

const anyCall = fc.constantFrom(
  bash("echo a"),
  bash("seq 1 9000"),
  { name: "bash", arguments: "{broken" },
  { name: "no-such-tool", arguments: {} },
  { name: "editor", arguments: { command: "view", path: "app.py" } },
);
const anyTurn = fc.record({
  content: fc.constantFrom("", "Hm.", "ü\ud83d\ude00"),
  tool_calls: fc.array(anyCall, { maxLength: 3 }),
  stop: fc.constantFrom(undefined, "length" as const),
});

it("sends at every turn the messages that the record so far comes to", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyTurn, { minLength: 1, maxLength: 6 }), async (turns) => {
      await using played = await play([
        ...turns.map(({ stop, ...turn }) => (stop === undefined ? turn : { ...turn, stop })),
        FINISH,
      ]);
      for (const { messages, events } of played.sent) expect(messages).toEqual(messagesOf(events));
    }),
    { numRuns: 8 },
  );
}, 120_000);

it("rebuilds the same messages from the file of a record", async () => {
  await using played = await play([
    { content: "Both.", reasoning: "hm", tool_calls: [bash("ls"), { name: "bash", arguments: "{x" }] },
    { content: "No call." },
    FINISH,
  ]);
  expect(messagesOf(await throughFile(played.stage))).toEqual(messagesOf(played.stage.events));
});

it("takes a file of a record whose work was finished as finished", async () => {
  await using played = await play([{ tool_calls: [bash("seq 1 9000")] }, FINISH]);
  const events = await throughFile(played.stage);
  const results = (list: readonly AgentEvent[]) => list.filter(({ type }) => type === "result");
  expect(results(events)).toEqual(results(played.stage.events));
  await using stage = await openStage({});
  const model = watched(await replayModel({ responses: [FINISH] }));
  const end = await resumeLoop({}, events).run(stage.context("Look.", { model }));
  expect([end, model.requests, stage.events]).toEqual([{ reason: "finished" }, [], []]);
});

/** The events as they are read from the file to which they were written. */
async function throughFile({ events, tools }: Stage): Promise<AgentEvent[]> {
  await using workspace = await makeTestWorkspace({});
  const steps = path.join(workspace.folder, "steps.jsonl");
  const start = {
    attempt: "a.1.1",
    instance: "a",
    agent: { name: "loop", version: "2" },
    tools: tools.definitions,
    isolation: "process",
  };
  const recorder = await openRecorder({ steps, exchanges: `${steps}.gz` }, start, systemClock);
  for (const event of events) await recorder.record(event);
  await recorder[Symbol.asyncDispose]();
  return eventsOf(await Array.fromAsync(readTrajectory(steps)));
}

/** Goes on after the first `count` events of a whole attempt, with the files that it had then. */
async function resume(responses: ReplayResponse[], cut: (events: readonly AgentEvent[]) => number) {
  await using whole = await play(responses);
  const before = whole.stage.events.slice(0, cut(whole.stage.events));
  const stage = await openStage({ "app.py": "one = 1\n" });
  const model = watched(await replayModel({ responses }));
  const end = await resumeLoop({}, before).run(stage.context("Look.", { model }));
  return { end, stage, before, model, whole: whole.stage.events };
}

it("goes on between two turns as if nothing had been", async () => {
  const responses = [{ tool_calls: [bash("echo a")] }, { content: "Hm." }, FINISH];
  for (let count = 0; count <= 8; count++) {
    const { end, stage, before, whole } = await resume(responses, () => count);
    await using _ = stage;
    expect(end.reason).toBe("finished");
    const interruptedInCall = before.at(-1)?.type === "turn" && count === 3;
    if (!interruptedInCall) expect([...before, ...stage.events].map(plain)).toEqual(whole.map(plain));
  }
}, 60_000);

/** Without what is measured. */
const plain = (event: AgentEvent) => JSON.stringify(event);

it("does not run a command again that may have run, nor those that came after it", async () => {
  const responses = [{ tool_calls: [bash("echo x >> app.py"), bash("echo y >> app.py")] }, FINISH];
  const { stage, end } = await resume(
    responses,
    (events) => events.findIndex(({ type }) => type === "turn") + 1,
  );
  await using _ = stage;
  const results = stage.events.flatMap((event) => (event.type === "result" ? [event.result.content] : []));
  expect(results[0]).toMatch(/whether it ran is not known/);
  expect(results[1]).toMatch(/^Not run/);
  expect(await stage.read("app.py")).toBe("one = 1\n");
  expect(end.reason).toBe("finished");
});

it("runs again what changes nothing, and what cannot have begun", async () => {
  const view = { name: "editor", arguments: { command: "view", path: "app.py" } };
  const responses = [{ tool_calls: [view, bash("echo y >> app.py")] }, FINISH];
  const { stage } = await resume(responses, (events) => events.findIndex(({ type }) => type === "turn") + 1);
  await using _ = stage;
  expect(stage.log.filter((line) => line.startsWith("call"))).toEqual([
    "call editor",
    "call bash",
    "call finish",
  ]);
  expect(await stage.read("app.py")).toBe("one = 1\ny\n");
});

it("holds the limits of the whole", async () => {
  const responses = Array.from({ length: 9 }, (_, index) => ({ tool_calls: [bash(`echo ${index}`)] }));
  await using whole = await play(responses, {}, { maxSteps: 4 });
  const before = whole.stage.events.slice(
    0,
    whole.stage.events.findIndex(({ type }) => type === "result") + 1,
  );
  await using stage = await openStage({ "app.py": "one = 1\n" });
  const model = watched(await replayModel({ responses }));
  const end = await resumeLoop({}, before).run(stage.context("Look.", { model }, { maxSteps: 4 }));
  expect(end).toEqual({ reason: "step-limit", detail: "4 steps" });
  expect(model.requests).toHaveLength(3);
});

it("takes a record whose work was finished as finished", async () => {
  const { end, model } = await resume([FINISH], (events) => events.length);
  expect(end.reason).toBe("finished");
  expect(model.requests).toEqual([]);
});
