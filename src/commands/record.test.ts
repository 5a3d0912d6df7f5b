import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, request as sendRequest } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { CERTIFICATE, KEY } from "../endpoint/testing/private-authority.ts";
import { startService } from "../endpoint/testing/stage.ts";
import { readExchanges } from "../exchanges/store.ts";
import { runCommand, startCommand, temporaryFolder } from "../testing/command-line.ts";
import { atifTrajectorySchema } from "../trajectories/atif-schema.ts";

const addressSchema = z.object({ port: z.number() });
const readySchema = z.object({ url: z.string() });

/** The command, once it listens. */
async function startRecording(args: readonly string[], environment: Record<string, string> = {}) {
  const command = ["record", "--listen", "127.0.0.1:0", "--json", ...args];
  const { child, result } = startCommand(command, { environment });
  if (child.stdout === null) throw new Error("no stdout");
  const lines = createInterface({ input: child.stdout });
  const [first] = (await Promise.race([
    once(lines, "line"),
    result.then(({ stderr }) => {
      throw new Error(stderr);
    }),
  ])) as [string];
  const { url } = readySchema.parse(JSON.parse(first));
  return {
    url,
    child,
    stop: async () => {
      child.kill("SIGINT");
      return result;
    },
  };
}

const REPLAY = [
  {
    tool_calls: [{ id: "c1", name: "bash", arguments: { command: "ls" } }],
    usage: { inputTokens: 9, outputTokens: 4 },
  },
  { content: "done", usage: { inputTokens: 20, outputTokens: 1 } },
];
const TOOLS = [
  {
    type: "function" as const,
    function: { name: "bash", description: "Runs.", parameters: { type: "object" } },
  },
];

/** An agent of two turns. */
async function work(url: string): Promise<string> {
  const client = new OpenAI({ baseURL: `${url}/my-session/v1`, apiKey: "none", maxRetries: 0 });
  const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
    { role: "system", content: "You are an agent." },
    { role: "user", content: "Go." },
  ];
  for (;;) {
    const { choices } = await client.chat.completions.create({ model: "m", messages, tools: TOOLS });
    const message = choices[0]?.message;
    if (message === undefined) throw new Error("no choice");
    if (message.tool_calls === undefined) return message.content ?? "";
    messages.push(
      message,
      ...message.tool_calls.map(({ id }) => ({ role: "tool" as const, tool_call_id: id, content: "a file" })),
    );
  }
}

async function withReplay(folder: { file(name: string): string }): Promise<string> {
  const file = folder.file("replay.jsonl");
  await writeFile(file, REPLAY.map((row) => JSON.stringify(row)).join("\n"));
  return file;
}

describe("hybrid-gym record", () => {
  it("keeps each session's exchanges, and what was said as a trajectory", async () => {
    await using folder = await temporaryFolder();
    const out = folder.file("recorded");
    const replay = await withReplay(folder);
    const recording = await startRecording(["--api", "replay", "--upstream", replay, "--out", out]);
    expect(await work(recording.url)).toBe("done");
    const { code, rows, stderr } = await recording.stop();
    expect({ code, stderr: stderr.replace(/\nstopping.*\n/, "") }).toEqual({ code: 0, stderr: "" });
    expect(rows().slice(1)).toMatchObject([
      { session: "my-session", exchange: 1, asked: "chat", status: 200 },
      { session: "my-session", exchange: 2, asked: "chat", status: 200 },
      { sessions: [{ session: "my-session", exchanges: 2 }] },
    ]);
    expect(await Array.fromAsync(readExchanges(`${out}/my-session/exchanges.jsonl.gz`))).toHaveLength(2);
    const trajectory = atifTrajectorySchema.parse(
      JSON.parse(await readFile(`${out}/my-session/trajectory.json`, "utf8")),
    );
    expect(trajectory).toMatchObject({
      session_id: "my-session",
      agent: { name: "OpenAI", model_name: "m", tool_definitions: [{ function: { name: "bash" } }] },
    });
    expect(trajectory.steps.map(({ source, message }) => [source, message])).toEqual([
      ["system", "You are an agent."],
      ["user", "Go."],
      ["agent", ""],
      ["agent", "done"],
    ]);
    expect(trajectory.steps[2]?.observation?.results[0]?.content).toBe("a file");
  });

  it("goes on in its folder, and makes readable what a killed one left", async () => {
    await using folder = await temporaryFolder();
    const out = folder.file("recorded");
    const args = ["--api", "replay", "--upstream", await withReplay(folder), "--out", out];
    const first = await startRecording(args);
    await work(first.url);
    // The last exchange is on disk when the session's next one is; its line of output says so.
    await expect
      .poll(async () => (await Array.fromAsync(readExchanges(`${out}/my-session/exchanges.jsonl.gz`))).length)
      .toBe(2);
    first.child.kill("SIGKILL");
    await once(first.child, "close");
    const second = await startRecording(args);
    expect(JSON.parse(await readFile(`${out}/my-session/trajectory.json`, "utf8"))).toMatchObject({
      session_id: "my-session",
    });
    await work(second.url);
    await second.stop();
    const numbers = (await Array.fromAsync(readExchanges(`${out}/my-session/exchanges.jsonl.gz`))).map(
      ({ number }) => number,
    );
    expect(numbers).toEqual([1, 2, 3, 4]);
  });

  it("goes on where one session is damaged, and says which", async () => {
    await using folder = await temporaryFolder();
    const out = folder.file("recorded");
    const args = ["--api", "replay", "--upstream", await withReplay(folder), "--out", out];
    await (await startRecording(args)).stop();
    await mkdir(`${out}/damaged`);
    await writeFile(`${out}/damaged/exchanges.jsonl.gz`, "no gzip at all, and longer than its head");
    const recording = await startRecording(args);
    expect(await work(recording.url)).toBe("done");
    const { code, stderr } = await recording.stop();
    expect(code).toBe(0);
    expect(stderr).toContain("session damaged cannot be read");
    expect(existsSync(`${out}/my-session/trajectory.json`)).toBe(true);
  });

  it("writes the trajectories of all sessions but the one whose cannot be written, and fails", async () => {
    await using folder = await temporaryFolder();
    const out = folder.file("recorded");
    const args = ["--api", "replay", "--upstream", await withReplay(folder), "--out", out];
    const recording = await startRecording(args);
    // In the way of the file.
    await mkdir(`${out}/a/trajectory.json`, { recursive: true });
    const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "Go." }] });
    for (const session of ["a", "b"])
      await fetch(`${recording.url}/${session}/v1/chat/completions`, { method: "POST", body });
    const { code } = await recording.stop();
    expect(code).not.toBe(0);
    expect(existsSync(`${out}/b/trajectory.json`)).toBe(true);
  });

  it("takes no URL with a password in it, and does not repeat it", async () => {
    await using folder = await temporaryFolder();
    const out = folder.file("out");
    const upstream = "https://user:dear-password@service.invalid/v1";
    const { code, stdout, stderr } = await runCommand([
      "record",
      "--json",
      "--upstream",
      upstream,
      "--out",
      out,
    ]);
    expect(code).toBe(2);
    expect(stdout).toContain("base-url-unusable");
    expect(stdout + stderr).not.toContain("dear-password");
    expect(existsSync(out)).toBe(false);
  });

  it("waits on Ctrl-C for what is under way", async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    await using service = await startService((_, response) => {
      asked.resolve();
      void answer.promise.then(() => response.end("{}"));
    });
    await using folder = await temporaryFolder();
    const recording = await startRecording(["--upstream", service.url, "--out", folder.file("recorded")]);
    const response = fetch(`${recording.url}/s/v1/chat/completions`, { method: "POST", body: "{}" });
    await asked.promise;
    const stopped = recording.stop();
    await once(recording.child.stderr ?? recording.child, "data");
    answer.resolve();
    expect(await (await response).text()).toBe("{}");
    expect((await stopped).code).toBe(0);
  });

  it("reaches services behind a proxy", async () => {
    await using service = await startService((_, response) => response.end('{"behind":"proxy"}'));
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? "");
      // Plain HTTP may come with the whole URL in place of a tunnel.
      request.pipe(sendRequest(service.url, { method: "POST" }, (answer) => answer.pipe(response)));
    });
    proxy.on("connect", (request, socket) => {
      asked.push(request.url ?? "");
      const through = connect(Number(new URL(service.url).port), "127.0.0.1", () =>
        socket.write("HTTP/1.1 200 OK\r\n\r\n"),
      );
      through.on("error", () => socket.destroy());
      socket.on("error", () => through.destroy());
      socket.pipe(through).pipe(socket);
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const { port } = addressSchema.parse(proxy.address());
    await using folder = await temporaryFolder();
    const recording = await startRecording(
      ["--upstream", "http://service.invalid/v1", "--out", folder.file("out")],
      {
        HTTP_PROXY: `http://127.0.0.1:${port}`,
        NO_PROXY: "",
      },
    );
    const response = await fetch(`${recording.url}/s/v1/messages`, { method: "POST", body: "{}" });
    expect(await response.text()).toBe('{"behind":"proxy"}');
    expect(asked.join()).toContain("service.invalid");
    await recording.stop();
    proxy.closeAllConnections();
    proxy.close();
  });

  it.each([true, false])(
    "takes a private authority's certificates only where that is named: %s",
    async (named) => {
      const service = createSecureServer({ cert: CERTIFICATE, key: KEY }, (_, response) =>
        response.end('{"over":"TLS"}'),
      );
      service.listen(0, "127.0.0.1");
      await once(service, "listening");
      const { port } = addressSchema.parse(service.address());
      await using folder = await temporaryFolder();
      const authority = folder.file("authority.pem");
      await writeFile(authority, CERTIFICATE);
      const recording = await startRecording(
        ["--upstream", `https://localhost:${port}/v1`, "--out", folder.file("out")],
        named ? { NODE_EXTRA_CA_CERTS: authority } : {},
      );
      const response = await fetch(`${recording.url}/s/v1/messages`, { method: "POST", body: "{}" });
      expect([response.status, await response.text()]).toEqual(
        named ? [200, '{"over":"TLS"}'] : [502, expect.stringContaining("upstream-unreachable")],
      );
      await recording.stop();
      service.closeAllConnections();
      service.close();
    },
  );

  it.each([
    ["base-url-unusable", ["--upstream", "nowhere", "--out", "OUT"]],
    ["base-url-unusable", ["--api", "replay", "--upstream", "/no/such/file", "--out", "OUT"]],
    ["output-folder-in-use", ["--upstream", "http://localhost:1", "--out", "."]],
    ["cannot-listen", ["--upstream", "http://localhost:1", "--out", "OUT", "--socket", "/proc/no.sock"]],
    [
      "socket-path-too-long",
      ["--upstream", "http://localhost:1", "--out", "OUT", "--socket", `/tmp/${"x".repeat(108)}`],
    ],
  ])("says %s", async (code, args) => {
    await using folder = await temporaryFolder();
    const named = args.map((arg) => (arg === "OUT" ? folder.file("out") : arg));
    const { rows } = await runCommand(["record", "--json", ...named]);
    expect(rows()).toMatchObject([{ error: { code } }]);
  });
});
