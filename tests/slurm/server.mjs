// Stands in for a model server: node server.mjs PORT MODEL. Its model says that it is done: at once, or when the file ANSWER_WHEN is there,
// and meanwhile the file LOG says that it is at work.
import { appendFileSync, existsSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

const { ANSWER_WHEN: file, LOG: log } = process.env;
async function mayAnswer() {
  if (file === undefined || log === undefined || existsSync(file)) return;
  appendFileSync(log, "working\n");
  while (!existsSync(file)) await delay(20);
}

const [port, model] = process.argv.slice(2);
const call = { id: "a", type: "function", function: { name: "finish", arguments: '{"message":"Done"}' } };
const answer = {
  id: "1",
  object: "chat.completion",
  created: 0,
  model,
  choices: [
    {
      index: 0,
      finish_reason: "tool_calls",
      message: { role: "assistant", content: null, tool_calls: [call] },
    },
  ],
  usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 },
};
const pages = {
  "/health": { status: "ok" },
  "/v1/models": { object: "list", data: [{ id: model, object: "model" }] },
  "/v1/chat/completions": answer,
};
createServer(async (request, response) => {
  const page = pages[request.url ?? ""];
  if (page === answer) await mayAnswer();
  response.writeHead(page === undefined ? 404 : 200, { "content-type": "application/json" });
  response.end(JSON.stringify(page ?? {}));
}).listen(Number(port), "127.0.0.1");
