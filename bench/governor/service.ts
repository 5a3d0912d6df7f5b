/**
 * A service with a concurrency limit and a fixed rate: each of its places gives so many tokens a second, and who finds none is refused
 * with 429 and `retry-after: 1`. A request asks for its tokens by `max_tokens`.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export const PLACES = 16;
const TOKENS_PER_SECOND = 50;

export interface Service extends AsyncDisposable {
  readonly url: string;
  readonly refused: number;
}

export async function startService(): Promise<Service> {
  let underWay = 0;
  let refused = 0;
  const server = createServer(async (request, response) => {
    if (underWay >= PLACES) {
      refused++;
      request.resume();
      response.writeHead(429, { "retry-after": "1", "content-type": "application/json" });
      response.end('{"error":{"message":"no room"}}');
      return;
    }
    underWay++;
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
    const { max_tokens: tokens } = JSON.parse(text) as { max_tokens: number };
    await new Promise((resolve) => setTimeout(resolve, (tokens / TOKENS_PER_SECOND) * 1000));
    underWay--;
    const usage = { prompt_tokens: 10, completion_tokens: tokens, total_tokens: tokens + 10 };
    const choices = [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Yes." } }];
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ id: "a", object: "chat.completion", model: "m", choices, usage }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get refused() {
      return refused;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
