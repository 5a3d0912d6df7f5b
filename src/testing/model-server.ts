import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { chatCompletion, messagesMessage, type Answer } from "./model-dialects.ts";

/** What the server does with one request. */
export type Behaviour =
  | ({ readonly kind: "answer" } & Answer)
  /** Any status with any JSON body. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    }
  | { readonly kind: "raw"; readonly contentType: string; readonly body: string }
  | { readonly kind: "closes-mid-body" }
  | { readonly kind: "hangs"; readonly after: "nothing" | "headers" };

interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface ModelServer extends AsyncDisposable {
  /** Base URL for the `openai` dialect. */
  readonly openaiUrl: string;
  /** Base URL for the `anthropic` dialect. */
  readonly anthropicUrl: string;
  /** Oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** Behaviours for the next requests, in order. A request past the last gets a 500 that says so. */
  enqueue(...behaviours: Behaviour[]): void;
}

/** A model service on a free local port that answers as scripted, in the dialect of the path asked for. */
export async function startModelServer(): Promise<ModelServer> {
  const queue: Behaviour[] = [];
  const requests: ReceivedRequest[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? "";
    requests.push({ path, headers: request.headers, body: await readBody(request) });
    behave(queue.shift() ?? SCRIPT_OVER, path, response);
  };
  const server = createServer((request, response) => {
    // A client that goes away while it sends is part of the game.
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    openaiUrl: `http://127.0.0.1:${port}/v1`,
    anthropicUrl: `http://127.0.0.1:${port}`,
    requests,
    enqueue: (...behaviours) => void queue.push(...behaviours),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const SCRIPT_OVER: Behaviour = {
  kind: "status",
  status: 500,
  body: { error: { message: "the script of this test server is over" } },
};

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function behave(behaviour: Behaviour, path: string, response: ServerResponse): void {
  const json = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
  switch (behaviour.kind) {
    case "answer":
      if (path === "/v1/chat/completions") return json(200, chatCompletion(behaviour));
      if (path === "/v1/messages") return json(200, messagesMessage(behaviour));
      return json(404, { error: { message: `no such path ${path}` } });
    case "status":
      return json(behaviour.status, behaviour.body ?? {}, behaviour.headers);
    case "raw":
      response.writeHead(200, { "content-type": behaviour.contentType });
      response.end(behaviour.body);
      return;
    case "closes-mid-body":
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"model":');
      setImmediate(() => response.destroy());
      return;
    case "hangs":
      if (behaviour.after === "headers") {
        response.writeHead(200, { "content-type": "application/json" });
        response.write(" ");
      }
  }
}
