import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AgentContext } from "../../agent.ts";
import { processSandboxes } from "../../sandboxes/process/process.ts";
import { openEmptyWorkspace } from "../../workspaces/empty.ts";
import { externalAgent } from "./agent.ts";
import { codex } from "./codex.ts";
import { commandProgram } from "./command.ts";
import type { ExternalProgram } from "./program.ts";

describe("the launcher", () => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync("/tmp/launch-");
  });
  afterEach(() => rmSync(place, { recursive: true, force: true }));

  async function run(program: ExternalProgram, start: readonly string[] = []) {
    await using workspace = await openEmptyWorkspace(place);
    const provider = processSandboxes({ folder: path.join(place, "boxes") });
    await using sandbox = await provider.start({ id: place, workspace });
    let output = "";
    const inside = {
      sandbox,
      session: "a1",
      key: "hg-a1",
      model: 'teacher\'s "best"',
      socket: path.join(place, "no.sock"),
      limitReached: new AbortController().signal,
      keepOutput: async (bytes: Uint8Array) => void (output = Buffer.from(bytes).toString()),
    };
    const context: AgentContext = {
      instruction: "Do it: $(touch x) `y` {z}\n",
      tools: { definitions: [], call: () => Promise.reject(new Error("it has tools of its own")) },
      limits: { maxSteps: 7, deadlineSeconds: 60 },
      record: async () => {},
      recordExchange: async () => 1,
      inside,
      remainingMs: () => 60_000,
      signal: new AbortController().signal,
    };
    const end = await externalAgent({ program, start }).run(context);
    return { end, output };
  }

  test("gives a program its instruction, its endpoint and its model, word for word", async () => {
    const line = `cat; cat {instruction_file}; echo {base_url} {key} {max_steps}; echo {model}; echo "$OPENAI_BASE_URL"`;
    const { end, output } = await run(commandProgram(line));
    expect(end).toEqual({ reason: "finished" });
    const instruction = "Do it: $(touch x) `y` {z}\n";
    expect(output.startsWith(instruction + instruction)).toBe(true);
    expect(output).toMatch(
      /http:\/\/127\.0\.0\.1:(\d+)\/a1\/v1 hg-a1 7\nteacher's "best"\nhttp:\/\/127\.0\.0\.1:\1\/a1\/v1\n/,
    );
  });

  test("writes configuration into the home, with the address in it", async () => {
    const home = await run({
      ...codex,
      invoke: (request) => ({
        ...codex.invoke(request),
        command: ["bash", "-c", 'cat "$HOME/.codex/config.toml"'],
      }),
    });
    expect(home.output).toMatch(/base_url = "http:\/\/127\.0\.0\.1:\d+\/a1\/v1"/);
    expect(home.output).toContain('model = "teacher\'s \\"best\\""');
  });

  test("tells an exit code, a signal and last words", async () => {
    expect((await run(commandProgram("echo some; echo why >&2; exit 3"))).end).toEqual({
      reason: "exited-with-error",
      detail: "exit code 3: why",
    });
    expect((await run(commandProgram("echo going; kill -9 $$"))).end).toEqual({
      reason: "exited-with-error",
      detail: "exit code 137: going",
    });
  });

  test("says when the program is not there, which is no end of an agent's", async () => {
    await expect(run(codex, ["/opt/agent/nothing"])).rejects.toMatchObject({
      code: "agent-does-not-start",
      message: expect.stringContaining(
        "cannot start /opt/agent/nothing: No such file or directory",
      ) as string,
    });
  });

  test("lets a program know when nobody is outside", async () => {
    const asks = `python3 -c 'import urllib.request as r; r.urlopen("{base_url}/models")'`;
    const { end } = await run(commandProgram(asks));
    expect(end).toMatchObject({
      reason: "exited-with-error",
      detail: expect.stringContaining("nobody answers outside") as string,
    });
  });
});
