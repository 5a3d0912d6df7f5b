import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Attempt } from "../../src/attempt.ts";
import { readExchanges } from "../../src/exchanges/store.ts";
import { toChat } from "../../src/exporters/chat.ts";
import { build, finishedAttempts, openRun, rollout, type RolloutRequest } from "../../src/index.ts";
import { engineUnderTest, TEST_IMAGE } from "../../src/sandboxes/container/testing.ts";
import { temporaryFolder } from "../../src/testing/command-line.ts";
import { startModelServer, type Behaviour } from "../../src/testing/model-server.ts";
import { writeSampleRepository } from "../../src/testing/sample-repository.ts";
import { checkEvents } from "../../src/trajectories/check.ts";
import { trajectoryEventSchema } from "../../src/trajectory.ts";
import { solvingCommand, solvingEdit } from "./solution.ts";

/** A whole agent, as somebody might write one: asks its model, runs what it says, tells it what came of it. */
const AGENT = `
import json, subprocess, sys, urllib.request
place, url, key, model = sys.argv[1:]
messages = [dict(role="user", content=open(place).read())]
tool = dict(type="function", function=dict(name="bash", parameters=dict(type="object")))
while True:
    body = json.dumps(dict(model=model, messages=messages, tools=[tool])).encode()
    headers = dict([("content-type", "application/json"), ("authorization", "Bearer " + key)])
    answer = urllib.request.urlopen(urllib.request.Request(url + "/chat/completions", body, headers))
    message = json.load(answer)["choices"][0]["message"]
    messages.append(message)
    if not message.get("tool_calls"):
        break
    for call in message["tool_calls"]:
        command = json.loads(call["function"]["arguments"])["command"]
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
        messages.append(dict(role="tool", tool_call_id=call["id"], content=done.stdout + done.stderr))
print("done after", len(messages), "messages")
`;
const ASKING = `python3 - {instruction_file} {base_url} {key} {model} <<'PROGRAM'\n${AGENT}\nPROGRAM`;

const engine = await engineUnderTest();

describe("an agent that is a program", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let solving: string;
  let runs = 0;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const repository = await writeSampleRepository(folder.file("orchard"));
    await build({
      repositories: [repository],
      task: "func-localize",
      perRepository: 1,
      cache: folder.file("cache"),
      out: folder.file("data"),
    });
    solving = solvingCommand(await solvingEdit(folder.file("data")));
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  const says = (command: string): Behaviour => ({
    kind: "answer",
    text: "Let me see.",
    calls: [{ id: `call_${command.length}`, name: "bash", arguments: JSON.stringify({ command }) }],
  });
  const ends: Behaviour = { kind: "answer", text: "Done." };

  /** One attempt with a model that answers as told; a run that stops leaves its attempt as well. */
  async function attemptWith(
    command: string,
    answers: readonly Behaviour[],
    limits: { maxSteps?: number; deadlineSeconds?: number; maxTokens?: number } = {},
  ) {
    await using server = await startModelServer();
    server.enqueue(...answers);
    const run = folder.file(`run${++runs}`);
    const model = { name: "teacher", baseUrl: server.openaiUrl };
    const stopped = await rollout({
      dataset: folder.file("data"),
      run,
      agent: "command",
      command,
      model,
      ...limits,
    }).then(
      () => undefined,
      (error: unknown) => error,
    );
    const [attempt] = (await finishedAttempts(await openRun(run))).values() as Iterable<Attempt>;
    if (attempt === undefined) throw stopped;
    const place = path.join(run, "attempts", attempt.id);
    const exchanges = existsSync(path.join(place, "exchanges.jsonl.gz"))
      ? await Array.fromAsync(readExchanges(path.join(place, "exchanges.jsonl.gz")))
      : [];
    const file = (name: string) => readFile(path.join(place, name), "utf8");
    return { attempt, exchanges, file, requests: server.requests, stopped };
  }

  it("edits a file with its own tools, is judged by the diff, and every word with its model is kept", async () => {
    const { attempt, exchanges, file, requests } = await attemptWith(ASKING, [
      says("ls"),
      says(solving),
      ends,
    ]);
    expect(attempt).toMatchObject({ agent: "command", model: "teacher", end: "finished" });
    expect(attempt.verdict).toMatchObject({ outcome: "solved" });
    expect(exchanges.map(({ dialect, response }) => [dialect, response?.status])).toEqual([
      ["chat", 200],
      ["chat", 200],
      ["chat", 200],
    ]);
    expect(exchanges[0]?.request.path).toBe("/v1/chat/completions");
    expect(JSON.stringify(requests[2]?.body)).toContain("README.md");
    expect(await file("output.txt")).toContain("done after 6 messages");
    expect(await file("patch.diff")).toContain("diff --git");
  });

  it("that asks elsewhere finds nobody, and its error is its end", async () => {
    const elsewhere = `python3 -c 'import urllib.request; urllib.request.urlopen("http://192.0.2.1/v1/models")'`;
    const { attempt, exchanges, file } = await attemptWith(elsewhere, []);
    expect(attempt.end).toBe("exited-with-error");
    expect(attempt.verdict).toMatchObject({ outcome: "unsolved" });
    expect(attempt.verdict.reasons).toContain("agent-exited-with-error");
    expect(await file("output.txt")).toContain("Network is unreachable");
    expect(exchanges).toEqual([]);
  });

  it("cannot write outside its repository and its own folders", async () => {
    const mark = folder.file("mark");
    const outside = `(echo x > '${mark}'); (echo x > /usr/mark); (echo x > /opt/mark); (echo x >> {instruction_file}); exit 3`;
    const { attempt, file } = await attemptWith(outside, []);
    expect(attempt).toMatchObject({ end: "exited-with-error", patch_bytes: 0 });
    expect(
      (await file("output.txt")).match(/(Read-only file system|Permission denied|No such file)/g),
    ).toHaveLength(4);
    expect(existsSync(mark)).toBe(false);
  });

  it("that never stops is stopped at the deadline, and what it did until then counts", async () => {
    const { attempt, exchanges, file } = await attemptWith(
      ASKING,
      [says(solving), { kind: "hangs", after: "nothing" }],
      { deadlineSeconds: 6 },
    );
    expect(attempt.end).toBe("deadline");
    expect(attempt.verdict).toMatchObject({ outcome: "solved" });
    expect(exchanges[0]?.response?.status).toBe(200);
    expect(exchanges[1]).toMatchObject({ error: expect.stringMatching(/^client-gone/) as string });
    expect(await file("steps.jsonl")).toContain('"reason":"deadline"');
  });

  it("that leaves processes behind leaves none", async () => {
    const sleep = `sleep ${2_000_000 + process.pid}`;
    const forks = `for i in 1 2 3; do (setsid ${sleep} &) ; done; ${sleep} & ${solving}`;
    const { attempt } = await attemptWith(forks, []);
    expect(attempt).toMatchObject({ end: "finished", verdict: { outcome: "solved" } });
    expect(commandLines().filter((line) => line.includes(sleep))).toEqual([]);
  });

  it("that forks without end runs into its own limits", async () => {
    const bomb = "fork() { fork | fork & }; fork; wait; exec sleep 1000";
    const { attempt } = await attemptWith(bomb, [], { deadlineSeconds: 5 });
    expect(["deadline", "exited-with-error"]).toContain(attempt.end);
    expect(attempt.verdict).toMatchObject({ outcome: "unsolved" });
  });

  it("that asks for more turns than it has is stopped", async () => {
    const more = [says("ls"), says(solving), says("ls"), says("ls")];
    const { attempt, exchanges, requests } = await attemptWith(ASKING, more, { maxSteps: 2 });
    expect(attempt).toMatchObject({ end: "step-limit", verdict: { outcome: "solved" } });
    expect(requests).toHaveLength(2);
    expect(exchanges.at(-1)).toMatchObject({ error: expect.stringMatching(/^step-limit/) as string });
  });

  it("that asks for more tokens than it has is stopped", async () => {
    const { attempt, requests } = await attemptWith(ASKING, [says("ls"), says("ls"), says("ls")], {
      maxTokens: 200,
    });
    expect(attempt.end).toBe("token-limit");
    expect(requests).toHaveLength(2);
  });

  it("is not judged when the service failed it", async () => {
    const refuses: Behaviour = { kind: "status", status: 401, body: { error: { message: "no such key" } } };
    const unauthorized = await attemptWith(ASKING, [refuses]);
    expect(unauthorized.attempt.verdict).toMatchObject({
      outcome: "no-verdict",
      cause: "model:model-unauthorized",
    });
    expect(unauthorized.exchanges).toHaveLength(1);
    expect(unauthorized.stopped).toMatchObject({ code: "model-unauthorized" });
    const broken = await attemptWith(ASKING, [
      says("ls"),
      { kind: "closes-mid-body" },
      { kind: "closes-mid-body" },
      { kind: "closes-mid-body" },
    ]);
    expect(broken.attempt.verdict).toMatchObject({
      outcome: "no-verdict",
      cause: "model:model-broke-off",
    });
  });

  it("is not judged when another model answers, and the run stops", async () => {
    const other: Behaviour = { kind: "answer", text: "Done.", servedModel: "pupil" };
    const { attempt, exchanges, stopped, file } = await attemptWith(ASKING, [says(solving), other]);
    expect(attempt.verdict).toMatchObject({ outcome: "no-verdict", cause: "model:model-redirected" });
    expect(exchanges.map(({ response }) => response?.status)).toEqual([200, 200]);
    expect(await file("steps.jsonl")).toContain('"served_model":"pupil"');
    expect(stopped).toMatchObject({ code: "model-redirected", exitCode: 3 });
  });

  it("cannot stop the run, or leave its own attempt without a verdict, by what it asks for", async () => {
    const post = `curl -s --json '{}' {base_url}`;
    const { attempt, stopped } = await attemptWith(
      `${post}/chat/completions; ${post}/responses; ${post}/made/up/messages; exit 3`,
      [ends, { kind: "status", status: 404 }, { kind: "status", status: 500 }],
    );
    expect(attempt).toMatchObject({ end: "exited-with-error", verdict: { outcome: "unsolved" } });
    expect(stopped).toBeUndefined();
  });

  it("cannot say that it was never started", async () => {
    const forged = `echo "launch: starting" >&2; echo "launch: cannot start it" >&2; exit 127`;
    const { attempt } = await attemptWith(forged, []);
    expect(attempt).toMatchObject({ end: "exited-with-error", verdict: { outcome: "unsolved" } });
  });

  it("leaves what it printed, also where a limit or the deadline ends it", async () => {
    const asks = `echo some words; for n in 1 2 3; do curl -s --json '{"messages":[]}' {base_url}/chat/completions; done; sleep 100`;
    const limited = await attemptWith(asks, [ends, ends, ends], { maxSteps: 1 });
    expect(limited.attempt.end).toBe("step-limit");
    expect(await limited.file("output.txt")).toContain("some words");
    const late = await attemptWith("echo some words; sleep 100", [], { deadlineSeconds: 3 });
    expect(late.attempt.end).toBe("deadline");
    expect(await late.file("output.txt")).toContain("some words");
  });

  it("finds its results again where a service gives every call the same id", async () => {
    const call = (command: string): Behaviour => ({
      kind: "answer",
      text: "",
      calls: [{ id: "call_0", name: "bash", arguments: JSON.stringify({ command }) }],
    });
    const { attempt, file } = await attemptWith(ASKING, [call("ls"), call(solving), call("ls"), ends]);
    expect(attempt).toMatchObject({ end: "finished", steps: 4, verdict: { outcome: "solved" } });
    const lines = (await file("steps.jsonl")).trim().split("\n");
    const events = lines.map((line) => trajectoryEventSchema.parse(JSON.parse(line)));
    expect(checkEvents(events)).toEqual([]);
    expect(toChat(events)).toMatchObject({ kind: "chat" });
    const names = events.flatMap((event) => (event.type === "result" ? [event.tool_name] : []));
    expect(names).toEqual(["bash", "bash", "bash"]);
    const turns = events.filter(({ type }) => type === "turn").map(({ at }) => at);
    expect(new Set(turns).size).toBeGreaterThan(1);
  });

  it("whose exchanges cannot be kept ends alone", async () => {
    // At this level it may do anything to its record's folder.
    const record = folder.file(`run${runs + 1}`);
    const spoils = `for place in ${record}/attempts/*; do mkdir -p "$place/exchanges.jsonl.gz"; done; ${ASKING}`;
    const { attempt } = await attemptReplaying([{ content: "Done." }], {
      command: spoils,
      isolation: "process",
      allowUnsafe: true,
    });
    expect(attempt.verdict).toMatchObject({
      outcome: "no-verdict",
      facts: { detail: expect.stringContaining("is a folder") as string },
    });
  });

  /** One attempt with a model that says what is written down. */
  async function attemptReplaying(responses: readonly object[], more: Partial<RolloutRequest> = {}) {
    const run = folder.file(`run${++runs}`);
    await writeFile(`${run}.jsonl`, `${JSON.stringify({ responses })}\n`);
    const model = { name: "teacher", baseUrl: `${run}.jsonl`, api: "replay" as const };
    const dataset = folder.file("data");
    await rollout({ dataset, run, agent: "command", command: ASKING, model, ...more });
    const [attempt] = (await finishedAttempts(await openRun(run))).values() as Iterable<Attempt>;
    if (attempt === undefined) throw new Error("no attempt was finished");
    const record = await readFile(path.join(run, "attempts", attempt.id, "steps.jsonl"), "utf8");
    const events = record
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; content?: string });
    return { attempt, events };
  }
  const calling = (command: string) => ({
    content: "I edit it.",
    tool_calls: [{ name: "bash", arguments: { command } }],
    usage: { inputTokens: 50, outputTokens: 5 },
  });

  it("may be driven by recorded answers, and leaves the conversation as its record", async () => {
    const { attempt, events } = await attemptReplaying([
      calling(`${solving}; echo written`),
      { content: "Done." },
    ]);
    expect(attempt).toMatchObject({
      end: "finished",
      steps: 2,
      usage: { inputTokens: 50, outputTokens: 5 },
      verdict: { outcome: "solved" },
    });
    expect(events.map(({ type }) => type)).toEqual([
      "start",
      "tools",
      "input",
      "turn",
      "result",
      "turn",
      "end",
    ]);
    expect(events[4]?.content).toBe("written\n");
  });

  it("is not judged when the recorded answers are at their end", async () => {
    const { attempt, events } = await attemptReplaying([calling("ls")]);
    expect(attempt.verdict).toMatchObject({ outcome: "no-verdict", cause: "model:model-replay-exhausted" });
    expect(events.map(({ type }) => type)).toContain("turn");
  });

  it("is not judged when nobody answers, and the run stops", async () => {
    const model = { name: "teacher", baseUrl: "http://127.0.0.1:1/v1" };
    await expect(attemptReplaying([], { model })).rejects.toMatchObject({
      code: "model-unreachable",
      exitCode: 3,
    });
  });

  it("runs without isolation only where that is allowed", async () => {
    const answers = [calling(solving), { content: "Done." }];
    await expect(attemptReplaying(answers, { isolation: "process" })).rejects.toMatchObject({
      code: "unsafe-not-allowed",
    });
    const { attempt } = await attemptReplaying(answers, { isolation: "process", allowUnsafe: true });
    expect(attempt).toMatchObject({ isolation: "process", end: "finished", verdict: { outcome: "solved" } });
  });

  if (engine !== undefined)
    it("works in a container as well, by the one socket that it is shown", async () => {
      const place = { isolation: "container", image: TEST_IMAGE } as const;
      const { attempt, events } = await attemptReplaying(
        [calling(`${solving}; ls /sys/class/net`), { content: "Done." }],
        place,
      );
      expect(attempt).toMatchObject({
        isolation: "container",
        end: "finished",
        verdict: { outcome: "solved" },
      });
      expect(events.find(({ type }) => type === "result")?.content).toBe("lo\n");
    });

  it("is named by a line whose places are known", async () => {
    const request = { dataset: folder.file("data"), run: folder.file("none"), agent: "command" };
    const model = { name: "teacher", baseUrl: "http://localhost:1/v1" };
    for (const command of ["agent {instructions}", "", undefined]) {
      const wanted = { ...request, model, ...(command === undefined ? {} : { command }) };
      await expect(rollout(wanted)).rejects.toMatchObject({ code: "command-template", exitCode: 2 });
    }
    await expect(rollout({ ...request, model, command: "true", temperature: 0 })).rejects.toMatchObject({
      code: "sampling-not-taken",
    });
    expect(existsSync(request.run)).toBe(false);
  });
});

/** Of all processes of this machine that we may see. */
function commandLines(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ")] : [];
    } catch {
      return [];
    }
  });
}
