import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { chatCompletion, messagesMessage, responsesResponse, type Answer } from "./model-dialects.ts";
import { chatStream, messagesStream, responsesStream } from "./model-streams.ts";

/** What the server does with one request. */
export type Behaviour =
  | ({ readonly kind: "answer"; readonly stream?: StreamFaults } & Answer)
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

/** What is odd or wrong about an answer that is streamed. */
export interface StreamFaults {
  readonly contentType?: string;
  readonly lineEnd?: "\r\n" | "\r";
  /** Keep-alives between events. */
  readonly comments?: true;
  /** Few bytes at a time, so that characters are torn. */
  readonly inPieces?: true;
  /** Events that are left out, from the last one. */
  readonly withoutLast?: number;
  /** What comes after what is sent of the events. */
  readonly afterwards?: "close" | "stall" | "error";
}

interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
  /** As it came. */
  readonly text: string;
}

export interface ModelServer extends AsyncDisposable {
  /** Base URL for the dialects of OpenAI. */
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
    const text = await readText(request);
    const body: unknown = JSON.parse(text);
    requests.push({ path, headers: request.headers, body, text });
    const behaviour = named(queue.shift() ?? SCRIPT_OVER, body);
    const streamed = typeof body === "object" && body !== null && "stream" in body && body.stream === true;
    if (behaviour.kind === "answer" && streamed && path in ANSWERS) stream(behaviour, path, response);
    else behave(behaviour, path, response);
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

/** Services answer as the model that was asked for. */
function named(behaviour: Behaviour, body: unknown): Behaviour {
  const asked = typeof body === "object" && body !== null && "model" in body ? body.model : undefined;
  return behaviour.kind === "answer" && typeof asked === "string"
    ? { servedModel: asked, ...behaviour }
    : behaviour;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

const ANSWERS: Readonly<
  Record<string, [whole: (answer: Answer) => unknown, events: (answer: Answer) => string[]]>
> = {
  "/v1/chat/completions": [chatCompletion, chatStream],
  "/v1/messages": [messagesMessage, messagesStream],
  "/v1/responses": [responsesResponse, responsesStream],
};

const ERROR_EVENT = `event: error\ndata: ${JSON.stringify({ type: "error", error: { type: "overloaded_error", message: "no room" } })}\n\n`;
const BYTES_IN_A_PIECE = 5;

function stream(
  behaviour: Answer & { readonly stream?: StreamFaults },
  path: string,
  response: ServerResponse,
): void {
  const {
    contentType = "text/event-stream",
    lineEnd = "\n",
    withoutLast = 0,
    afterwards,
    ...odd
  } = behaviour.stream ?? {};
  const events = ANSWERS[path]?.[1](behaviour) ?? [];
  const kept = events.slice(0, events.length - withoutLast);
  const text = [...kept, ...(afterwards === "error" ? [ERROR_EVENT] : [])].join(
    odd.comments ? ": keep-alive\n\n" : "",
  );
  const bytes = Buffer.from(text.replaceAll("\n", lineEnd));
  response.writeHead(200, { "content-type": contentType });
  const size = odd.inPieces ? BYTES_IN_A_PIECE : bytes.length;
  for (let start = 0; start < bytes.length; start += size)
    response.write(bytes.subarray(start, start + size));
  if (afterwards === "close") setImmediate(() => response.destroy());
  else if (afterwards !== "stall") response.end();
}

function behave(behaviour: Behaviour, path: string, response: ServerResponse): void {
  const json = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
  switch (behaviour.kind) {
    case "answer":
      return path in ANSWERS
        ? json(200, ANSWERS[path]?.[0](behaviour))
        : json(404, { error: { message: `no such path ${path}` } });
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
