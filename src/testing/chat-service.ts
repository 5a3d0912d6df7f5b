import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { chatCompletion, type Answer } from "./model-dialects.ts";
import { chatStream } from "./model-streams.ts";

const requestSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
});

/** One request, as far as a scripted model looks at it. */
export interface ChatRequest {
  /** From 1, of all that came. */
  readonly number: number;
  /** Turns that the model has had in this conversation. */
  readonly turn: number;
  /** What the user said first: another in each conversation. */
  readonly task: string;
}

export interface ChatService extends AsyncDisposable {
  readonly url: string;
  /** Requests that came. */
  readonly requests: number;
  /** Requests that wait for their answer now. */
  readonly underWay: number;
}

/** A chat-completions service on a local port, a free one when none is named. `answer` may take its time; the connection stays open while it does. */
export async function startChatService(
  answer: (request: ChatRequest) => Answer | Promise<Answer>,
  port = 0,
): Promise<ChatService> {
  let requests = 0;
  let underWay = 0;
  const server = createServer(async (incoming, response) => {
    const number = ++requests;
    underWay++;
    response.on("close", () => underWay--);
    let text = "";
    for await (const chunk of incoming.setEncoding("utf8")) text += String(chunk);
    const { model, stream, messages } = requestSchema.parse(JSON.parse(text));
    const turn = messages.filter(({ role }) => role === "assistant").length;
    const task = JSON.stringify(messages.find(({ role }) => role === "user")?.content ?? "");
    send(response, stream === true, { servedModel: model, ...(await answer({ number, turn, task })) });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get requests() {
      return requests;
    },
    get underWay() {
      return underWay;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A service that answers every request with a status, as one does that wants a key (401) or knows no such model (404). */
export async function startRefusingService(
  status: number,
): Promise<Pick<ChatService, "url"> & AsyncDisposable> {
  const body = { error: { message: `refused with ${status}`, type: "invalid_request_error" } };
  const server = createServer((incoming, response) => {
    incoming.resume();
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function send(response: ServerResponse, stream: boolean, answer: Answer): void {
  response.writeHead(200, { "content-type": stream ? "text/event-stream" : "application/json" });
  response.end(stream ? chatStream(answer).join("") : JSON.stringify(chatCompletion(answer)));
}

const call = (name: string, given: object): Answer => ({
  calls: [{ name, arguments: JSON.stringify(given) }],
});

/** A model that looks twice and is done: three calls. */
export function lookTwice({ turn }: Pick<ChatRequest, "turn">): Answer {
  return turn < 2 ? call("bash", { command: `echo look ${turn}` }) : call("finish", {});
}
