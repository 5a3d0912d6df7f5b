// Stands in for a model server: node server.mjs PORT MODEL. Its model says at once that it is done.
import { createServer } from "node:http";

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
createServer((request, response) => {
  const page = pages[request.url ?? ""];
  response.writeHead(page === undefined ? 404 : 200, { "content-type": "application/json" });
  response.end(JSON.stringify(page ?? {}));
}).listen(Number(port), "127.0.0.1");
