import fc from "fast-check";
import { expect, it } from "vitest";
import type { Json } from "../../base/json.ts";
import type { Message, ToolCall, ToolDefinition } from "../../model.ts";
import { startModelServer, type Behaviour, type ModelServer } from "../../testing/model-server.ts";
import { openaiModel } from "../openai.ts";
import { readCalls, writeCall } from "./calls.ts";
import { textToolsModel } from "./text-tools.ts";

const BASH: ToolDefinition = {
  name: "execute_bash",
  description: "Runs a command.",
  parameters: {
    type: "object",
    required: ["command"],
    properties: {
      command: { type: "string", description: "The command" },
      timeout: { type: "integer", enum: [1, 60] },
      paths: { type: "array" },
      quiet: { type: "boolean" },
    },
  },
};
const HELLO: readonly Message[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "List." },
];

function askWith(server: ModelServer) {
  const model = textToolsModel(openaiModel({ name: "m", baseUrl: server.openaiUrl, maxRetries: 0 }));
  return async (text: string, messages = HELLO, more: Partial<Behaviour & { kind: "answer" }> = {}) => {
    server.enqueue({ kind: "answer", text, ...more });
    return model.complete({ messages, tools: [BASH] });
  };
}

it("tells of the tools in the system prompt, and asks the service to stop after one call", async () => {
  await using server = await startModelServer();
  await askWith(server)("Hello.");
  const body = server.requests[0]?.body as { messages: { content: string }[]; stop: string[] } | undefined;
  expect(body).not.toHaveProperty("tools");
  expect(body?.stop).toEqual(["</function"]);
  expect(body?.messages[0]?.content).toContain(`Be brief.
You have access to the following functions:

---- BEGIN FUNCTION #1: execute_bash ----
Description: Runs a command.
Parameters:
  (1) command (string, required): The command
  (2) timeout (integer, optional): No description provided
Allowed values: [\`1\`, \`60\`]
  (3) paths (array, optional): No description provided
  (4) quiet (boolean, optional): No description provided
---- END FUNCTION #1 ----
`);
});

it("reads a call whose end the stop word took away, and sends it back as it was meant", async () => {
  await using server = await startModelServer();
  const ask = askWith(server);
  const said = "I look.\n\n<function=execute_bash>\n<parameter=command>\nls\n</parameter>\n";
  const { message, stop } = await ask(said);
  expect(stop).toBe("tool-calls");
  expect(message).toMatchObject({
    content: "I look.",
    toolCalls: [{ id: "call_1_1", name: "execute_bash", arguments: { command: "ls" }, malformed: false }],
  });
  await ask("Done.", [
    ...HELLO,
    message,
    { role: "tool", toolCallId: "call_1_1", toolName: "execute_bash", content: "a.py" },
  ]);
  expect(server.requests[1]?.body).toMatchObject({
    messages: [
      {},
      {},
      { role: "assistant", content: `${said.trimEnd()}\n</function>` },
      { role: "user", content: "EXECUTION RESULT of [execute_bash]:\na.py" },
    ],
  });
});

it("takes values as the schema has them, and JSON never as Python writes it", async () => {
  await using server = await startModelServer();
  const { message } = await askWith(server)(
    '<function=execute_bash>\n<parameter=command>1</parameter>\n<parameter=timeout>60</parameter>\n<parameter=paths>["a", {"b": 1}]</parameter>\n<parameter=quiet>True</parameter>\n</function>',
  );
  const call = message.toolCalls[0];
  expect(call?.arguments).toEqual({ command: "1", timeout: 60, paths: ["a", { b: 1 }], quiet: true });
  expect(call && writeCall(call)).toContain('<parameter=paths>["a", {"b": 1}]</parameter>');
});

it("splits parallel calls into turns, in order", async () => {
  await using server = await startModelServer();
  const ask = askWith(server);
  const call = (command: string) =>
    `<function=execute_bash>\n<parameter=command>${command}</parameter>\n</function>`;
  const { message } = await ask(`Both.\n${call("ls")}\n${call("pwd")}`);
  expect(message.toolCalls.map(({ arguments: args }) => args)).toEqual([
    { command: "ls" },
    { command: "pwd" },
  ]);
  const results = message.toolCalls.map(({ id, name }): Message => ({
    role: "tool",
    toolCallId: id,
    toolName: name,
    content: `result of ${id}`,
  }));
  await ask("Done.", [...HELLO, message, ...results]);
  const body = server.requests[1]?.body as { messages: { role: string; content: string }[] } | undefined;
  expect(body?.messages.slice(2)).toEqual([
    { role: "assistant", content: `Both.\n\n${call("ls")}` },
    { role: "user", content: "EXECUTION RESULT of [execute_bash]:\nresult of call_1_1" },
    { role: "assistant", content: call("pwd") },
    { role: "user", content: "EXECUTION RESULT of [execute_bash]:\nresult of call_1_2" },
  ]);
});

it.each([
  "<function=execute_bash>\n<parameter=command>ls\n</function>",
  "<function=execute_bash>\nls\n</function>",
  "<function=execute_bash\n<parameter=command>ls</parameter></function>",
])("takes malformed markup as a call that is told so: %j", async (text) => {
  await using server = await startModelServer();
  const ask = askWith(server);
  const { message } = await ask(text);
  expect(message.toolCalls[0]).toMatchObject({ malformed: true, arguments: { malformed: text } });
  await ask("ok", [...HELLO, message]);
  expect(server.requests[1]?.body).toMatchObject({ messages: [{}, {}, { content: text }] });
});

it("knows a call that ran into the token limit", async () => {
  await using server = await startModelServer();
  const text = "<function=execute_bash>\n<parameter=command>ls";
  const { message, stop } = await askWith(server)(text, HELLO, { stop: "length" });
  expect(stop).toBe("length");
  expect(message.toolCalls[0]).toMatchObject({ name: "execute_bash", arguments: { malformed: text } });
});

it("reads every call that it writes", () => {
  const value: fc.Arbitrary<Json> = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("\nls\n", "\n", "a\nb", "<b>", "</parameter>x", "1", "true"),
  );
  fc.assert(
    fc.property(value, fc.integer(), fc.array(fc.string()), (command, timeout, paths) => {
      const args = { command, timeout, paths, quiet: true };
      const call: ToolCall = { id: "a", name: "execute_bash", arguments: args, malformed: false };
      const read = readCalls(`Hm.\n\n${writeCall(call)}`, false, [BASH]);
      expect(read.content).toBe("Hm.");
      expect(read.calls).toEqual([{ name: "execute_bash", arguments: args }]);
    }),
  );
});
