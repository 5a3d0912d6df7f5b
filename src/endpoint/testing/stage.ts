import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Exchange } from "../../exchange.ts";
import { readExchanges } from "../../exchanges/store.ts";
import { temporaryFolder } from "../../testing/command-line.ts";
import type { EndpointOptions, Trouble } from "../options.ts";
import { openEndpoint } from "../server.ts";

/** A service that keeps what came, byte for byte, and answers as the test says. */
export async function startService(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const received: { url: string; rawHeaders: readonly string[]; body: string }[] = [];
  const server = createServer((request, response) => {
    const serve = async () => {
      const body = (await buffer(request)).toString("utf8");
      received.push({ url: request.url ?? "", rawHeaders: request.rawHeaders, body });
      answer(request, response);
    };
    serve().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** An endpoint before a service, with a session `s1`. */
export async function openFor(
  baseUrl: string,
  more: Partial<EndpointOptions> & { model?: string; apiKey?: string } = {},
) {
  const folder = await temporaryFolder();
  const file = folder.file("exchanges.jsonl.gz");
  const troubles: Trouble[] = [];
  const { model, apiKey, ...options } = more;
  const endpoint = await openEndpoint({
    upstream: {
      kind: "service",
      baseUrl,
      api: "openai",
      ...(model === undefined ? {} : { model }),
      ...(apiKey === undefined ? {} : { apiKey }),
    },
    listen: { host: "127.0.0.1", port: 0 },
    onTrouble: (trouble) => void troubles.push(trouble),
    ...options,
  });
  const session = await endpoint.openSession("s1", file);
  return {
    endpoint,
    session,
    folder,
    troubles,
    url: `${endpoint.url}/s1`,
    read: async (): Promise<Exchange[]> => {
      await session.flush();
      return Array.fromAsync(readExchanges(file));
    },
    async [Symbol.asyncDispose]() {
      await endpoint[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
