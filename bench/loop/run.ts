/**
 * What a step of the loop costs beside the model and the tool: 200 turns that call `think`, against the same requests sent one after the
 * other by a bare client. The service is local and answers at once. Ours is all that an attempt has: the agent in a process of its own,
 * whole messages and streams, every event and every exchange on the disk before it goes on.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { hostedAgent } from "../../src/agents/hosted.ts";
import { openStage } from "../../src/agents/testing/stage.ts";
import { openRecorder } from "../../src/attempts/recorder.ts";
import { systemClock } from "../../src/base/clock.ts";
import { startModelServer, type ModelServer } from "../../src/testing/model-server.ts";
import { type Figure, median, spread } from "../figure.ts";

const RUNS = 5;
const STEPS = 200;
const LIMITS = { maxSteps: 2 * STEPS, deadlineSeconds: 600 };

export async function bench(runs: number = RUNS): Promise<Figure[]> {
  const ours: number[] = [];
  const peer: number[] = [];
  for (let run = -1; run < runs; run++) {
    await using server = await startModelServer();
    const step = await timeLoop(server);
    const request = await timeBare(server);
    // The first is not counted: programs are read from the disk then.
    if (run < 0) continue;
    ours.push(step);
    peer.push(request);
  }
  const spreads = Math.max(spread(ours), spread(peer));
  const figure = (name: string, values: readonly number[], against: readonly number[]): Figure => ({
    name,
    ours: median(values),
    peer: against.length === 0 ? null : median(against),
    ratio: against.length === 0 ? null : median(against) / median(values),
    unit: "ms",
    runs,
    spread: spreads,
  });
  const overhead = ours.map((value, index) => value - (peer[index] ?? 0));
  return [
    figure("a step of the loop against its bare request", ours, peer),
    figure("what the loop adds to a step", overhead, []),
  ];
}

/** Milliseconds of one step. */
async function timeLoop(server: ModelServer): Promise<number> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-loop-"));
  try {
    await using stage = await openStage({ "a.py": "x = 1\n" });
    await using recorder = await openRecorder(
      { steps: path.join(folder, "steps.jsonl"), exchanges: path.join(folder, "exchanges.jsonl.gz") },
      { attempt: "a", instance: "a", agent: { name: "loop", version: "0" }, tools: [], isolation: "none" },
      systemClock,
    );
    enqueue(server);
    const agent = hostedAgent({
      name: "loop",
      model: { api: "openai", name: "scripted", baseUrl: server.openaiUrl },
    });
    let first = Number.NaN;
    const context = stage.context(
      "Think.",
      {
        record: (event) => {
          // From the first turn on: starting the process is no part of a step.
          if (event.type === "turn" && Number.isNaN(first)) first = performance.now();
          return recorder.record(event);
        },
        recordExchange: (exchange) => recorder.recordExchange(exchange),
        remainingMs: () => 600_000,
      },
      LIMITS,
    );
    const end = await agent.run(context);
    if (end.reason !== "finished" || recorder.steps !== STEPS)
      throw new Error(`${end.reason} after ${recorder.steps} steps`);
    return (performance.now() - first) / (STEPS - 1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timeBare(server: ModelServer): Promise<number> {
  const bodies = server.requests.map(({ body }) => JSON.stringify(body));
  enqueue(server);
  const start = performance.now();
  for (const body of bodies)
    await (await fetch(`${server.openaiUrl}/chat/completions`, { method: "POST", body })).text();
  return (performance.now() - start) / bodies.length;
}

/** Each thought is another one, so that the loop sees no circle. */
function enqueue(server: ModelServer): void {
  for (let step = 1; step < STEPS; step++)
    server.enqueue({
      kind: "answer",
      calls: [{ id: `t${step}`, name: "think", arguments: `{"thought":"Step ${step}"}` }],
    });
  server.enqueue({ kind: "answer", calls: [{ id: "end", name: "finish", arguments: '{"message":"Done"}' }] });
}
