import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { startModelServer } from "../testing/model-server.ts";
import { hostedAgent } from "./hosted.ts";
import { openStage } from "./testing/stage.ts";

const FILES = { "app.py": "def zeppelin():\n    return 1\n" };

/** An agent's process that misbehaves: a module given as text. */
async function misbehaving(source: string) {
  const folder = await mkdtempDisposable(path.join(tmpdir(), "host-"));
  const program = path.join(folder.path, "host.mjs");
  await writeFile(program, source);
  return { folder, agent: hostedAgent({ name: "scripted", program }) };
}

it("runs the scripted agent in a process of its own", async () => {
  await using stage = await openStage(FILES);
  const end = await hostedAgent({ name: "scripted" }).run(
    stage.context(
      "Write the docstring of a function about zeppelins. It takes no parameters and returns a value.",
    ),
  );
  expect(end).toEqual({ reason: "finished" });
  expect(await stage.read("app.py")).toContain('"""');
  expect(stage.log).toContain("turn");
});

it("runs the loop over a service, with the key of its dialect", async () => {
  await using server = await startModelServer();
  await using stage = await openStage(FILES);
  server.enqueue(
    {
      kind: "answer",
      calls: [{ id: "a", name: "bash", arguments: '{"command":"echo hi"}' }],
      servedModel: "m-1",
    },
    { kind: "answer", calls: [{ id: "b", name: "finish", arguments: "{}" }] },
  );
  const key = { apiKey: "sk-0123456789", servedAs: ["m-1"] };
  const model = { api: "openai", name: "m", baseUrl: server.openaiUrl, ...key } as const;
  const end = await hostedAgent({ name: "loop", model, temperature: 0.3 }).run(stage.context("Say hi."));
  expect(end).toEqual({ reason: "finished" });
  expect(server.requests[0]?.headers.authorization).toBe("Bearer sk-0123456789");
  expect(server.requests[0]?.body).toMatchObject({ model: "m", temperature: 0.3 });
  expect(stage.events.filter((event) => event.type === "turn")[0]).toMatchObject({ servedModel: "m-1" });
});

it("keeps every request of the agent, drawn and spoken as the model's settings say", async () => {
  await using server = await startModelServer();
  await using stage = await openStage(FILES);
  const text = "<function=finish>\n</function>";
  server.enqueue({ kind: "status", status: 500 }, { kind: "answer", text });
  const model = {
    api: "openai-responses",
    name: "m",
    baseUrl: server.openaiUrl,
    stream: false,
    toolProtocol: "openhands-text",
    sampling: { topP: 0.9, more: { user: "x" } },
  } as const;
  const end = await hostedAgent({ name: "loop", model }).run(stage.context("Say hi."));
  expect(end).toEqual({ reason: "finished" });
  expect(server.requests[1]?.path).toBe("/v1/responses");
  expect(server.requests[1]?.body).toMatchObject({ stream: false, top_p: 0.9, user: "x" });
  expect(stage.exchanges.map(({ response }) => response?.status)).toEqual([500, 200]);
  expect(stage.exchanges.map(({ request }) => request.body)).toEqual(
    server.requests.map((request) => ({ text: request.text })),
  );
});

it("passes failures of the service on, as they were", async () => {
  await using server = await startModelServer();
  await using stage = await openStage(FILES);
  server.enqueue({ kind: "status", status: 429, headers: { "retry-after": "60" } });
  const model = { api: "openai", name: "m", baseUrl: server.openaiUrl, maxRetries: 0 } as const;
  await expect(hostedAgent({ name: "loop", model }).run(stage.context("Say hi."))).rejects.toMatchObject({
    name: "ModelError",
    code: "model-overloaded",
    fields: { retryAfterMs: 60_000 },
  });
});

it("gives the process nothing but what it needs", async () => {
  await using stage = await openStage(FILES);
  const { folder, agent } = await misbehaving(`
    import { writeFileSync } from "node:fs";
    process.stdin.once("data", (data) => {
      writeFileSync(new URL("seen.json", import.meta.url), JSON.stringify({ env: process.env, start: JSON.parse(data) }));
      console.log(JSON.stringify({ type: "end", end: { reason: "finished" } }));
    });`);
  await using _ = folder;
  process.env["OPENAI_API_KEY"] = "sk-of-the-user";
  try {
    await agent.run(stage.context("Do it."));
  } finally {
    delete process.env["OPENAI_API_KEY"];
  }
  const seen = await readFile(path.join(folder.path, "seen.json"), "utf8");
  expect(seen).not.toContain("sk-of-the-user");
  expect(seen).not.toContain("HOME");
  expect(Object.keys(JSON.parse(seen).start).toSorted()).toEqual([
    "agent",
    "governed",
    "instruction",
    "limits",
    "remainingMs",
    "settings",
    "tools",
  ]);
});

it("reports a crash with its last words", async () => {
  await using stage = await openStage(FILES);
  const { folder, agent } = await misbehaving(`console.error("out of\\nideas"); process.exit(7);`);
  await using _ = folder;
  await expect(agent.run(stage.context("Do it."))).rejects.toMatchObject({
    name: "AgentError",
    code: "agent-crashed",
    message: "The agent's process ended early (exit code 7): out of\nideas",
  });
});

it.each([
  ["no JSON", "hello"],
  ["an unknown message", '{"type":"grade","reward":1}'],
  ["an unknown ending", '{"type":"end","end":{"reason":"solved"}}'],
])("refuses %s", async (...[, line]) => {
  await using stage = await openStage(FILES);
  const { folder, agent } = await misbehaving(
    `console.log(${JSON.stringify(line)}); setInterval(() => {}, 1000);`,
  );
  await using _ = folder;
  await expect(agent.run(stage.context("Do it."))).rejects.toMatchObject({ code: "agent-broke-protocol" });
});

it("kills a process that does not end by the deadline, or when the attempt is given up", async () => {
  await using stage = await openStage(FILES);
  const { folder, agent } = await misbehaving("setInterval(() => {}, 1000);");
  await using _ = folder;
  const over = performance.now() + 50;
  const remainingMs = () => over - performance.now();
  expect(await agent.run(stage.context("Do it.", { remainingMs }))).toEqual({ reason: "deadline" });
  expect((await agent.run(stage.context("Do it.", { signal: AbortSignal.abort() }))).reason).toBe("deadline");
});

it("passes on what breaks in the tools and in recording", async () => {
  await using stage = await openStage(FILES);
  const full = new Error("no space left");
  const context = stage.context("Write a docstring.", { record: () => Promise.reject(full) });
  await expect(hostedAgent({ name: "scripted" }).run(context)).rejects.toBe(full);
});

it("knows its agents", () => {
  expect(() => hostedAgent({ name: "nobody" })).toThrow(/There is no agent "nobody"/);
  expect(() => hostedAgent({ name: "loop" })).toThrow(/needs a model/);
});
