import { createServer, type ServerResponse } from "node:http";
import { z } from "zod";
import { chatCompletion, type Answer } from "../../src/testing/model-dialects.ts";
import { chatStream } from "../../src/testing/model-streams.ts";

/** What a service does with every request. `stalls`: half a stream, and then nothing, the connection open; `silent`: nothing from the start. */
export const BEHAVIOURS = [
  "answers",
  "429",
  "500",
  "garbage",
  "half-a-stream",
  "nothing",
  "stalls",
  "silent",
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

const requestSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(z.looseObject({ role: z.string() })),
});

const call = (name: string, given: object): Answer => ({
  calls: [{ name, arguments: JSON.stringify(given) }],
});
/** What it says in its first, second… turn: it keeps no state, so a conversation that begins anew is the same. */
const TURNS: readonly Answer[] = [
  call("bash", { command: "ls; printf 'first\\n' > note.txt" }),
  call("bash", { command: "cat note.txt README.md; rm note.txt; echo '# end' >> orchard/weather.py" }),
  call("finish", {}),
];

export interface Service extends AsyncDisposable {
  readonly url: string;
}

/** A chat-completions service that answers alike however often it is asked. */
export async function startService(
  behaviour: Behaviour,
  options: {
    readonly port?: number;
    /** Before the `number`-th request (from 1) is answered. */
    readonly onRequest?: (number: number) => void | Promise<void>;
    /** For services that are not always alike. */
    readonly behaviourOf?: (number: number) => Behaviour;
  } = {},
): Promise<Service> {
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const number = ++requests;
      await options.onRequest?.(number);
      respond(options.behaviourOf?.(number) ?? behaviour, Buffer.concat(chunks).toString("utf8"), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function respond(behaviour: Behaviour, text: string, response: ServerResponse): void {
  const { model, stream, messages } = requestSchema.parse(JSON.parse(text));
  const turn = messages.filter(({ role }) => role === "assistant").length;
  const answer = { ...(TURNS[turn] ?? call("finish", {})), servedModel: model };
  const json = (status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  switch (behaviour) {
    case "answers":
      if (stream !== true) return json(200, chatCompletion(answer));
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(chatStream(answer).join(""));
      return;
    case "429":
    case "500":
      return json(Number(behaviour), { error: { message: "not now" } });
    case "garbage":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html><title>welcome</title>");
      return;
    case "half-a-stream":
    case "stalls": {
      const events = chatStream(answer);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(events.slice(0, Math.ceil(events.length / 2)).join(""));
      if (behaviour === "half-a-stream") setImmediate(() => response.destroy());
      return;
    }
    case "nothing":
      response.socket?.destroy();
      return;
    case "silent":
  }
}
