import { createServer } from "node:http";
import { once } from "node:events";
import { z } from "zod";
import { jsonSchema } from "../../src/base/json.ts";

const messageSchema = z.looseObject({ role: z.string(), content: z.unknown() });
const bodySchema = z.looseObject({
  messages: z.array(messageSchema),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })),
});
export type Body = z.infer<typeof bodySchema>;

export interface ScriptedService extends AsyncDisposable {
  readonly baseUrl: string;
  /** Bodies of all requests, in the order in which they came. */
  readonly bodies: readonly Body[];
}

/** A service of Chat Completions whose answers depend on the conversation alone. */
export async function startScriptedService(): Promise<ScriptedService> {
  const bodies: Body[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
    const body = bodySchema.parse(jsonSchema.parse(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
    bodies.push(body);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(completion(answer(body))));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the server has no port");
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Call {
  readonly content: string;
  readonly name: string;
  readonly arguments: object;
}

/** Searches for words of the instruction, reads what it found in parts, thinks it over, and ends. */
function answer({ messages, tools }: Body): Call {
  const names = new Set(tools.map((tool) => tool.function.name));
  const shell = names.has("execute_bash") ? "execute_bash" : "bash";
  const turn = messages.filter(({ role }) => role === "assistant").length;
  const instruction = textOf(messages.find(({ role }) => role === "user"));
  const words = [...new Set(instruction.toLowerCase().match(/[a-z]{6,}/g))].sort(
    (a, b) => b.length - a.length,
  );
  const bash = (content: string, command: string) => ({ content, name: shell, arguments: { command } });
  const file = /^(?:\.\/)?([\w./-]+\.py)/m.exec(textOf(messages.at(-1)))?.[1];
  switch (turn) {
    case 0:
      return bash("I look at what there is.", "ls; git log --oneline | head -3");
    case 1:
    case 2:
    case 3:
      return bash(
        `I search for "${words[turn]}".`,
        `grep -rnil --include='*.py' ${words[turn]} . | head -20`,
      );
    case 4:
      return bash("I read the first of them.", `sed -n 1,120p ${file ?? "$(git ls-files '*.py' | head -1)"}`);
    case 5:
      return bash("And the next part.", `git grep -n "def " | grep -i ${words[3]} | head -40`);
    default:
      if (names.has("finish"))
        return { content: "That is it.", name: "finish", arguments: { message: "Nothing was changed." } };
      return bash("That is it.", "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT");
  }
}

function textOf(message: Body["messages"][number] | undefined): string {
  return typeof message?.content === "string" ? message.content : JSON.stringify(message?.content ?? "");
}

function completion(call: Call): object {
  const { content, name, arguments: args } = call;
  const tool_calls = [
    { id: "call_0", type: "function", function: { name, arguments: JSON.stringify(args) } },
  ];
  return {
    id: "scripted",
    object: "chat.completion",
    created: 0,
    model: "scripted",
    choices: [{ index: 0, finish_reason: "tool_calls", message: { role: "assistant", content, tool_calls } }],
  };
}
