import type { IncomingMessage, ServerResponse } from "node:http";
import { EnvHttpProxyAgent } from "undici";
import { InputError } from "../base/errors.ts";
import { ExchangeFailure } from "./failure.ts";
import { forward } from "./forward.ts";
import { startListener, type Listener } from "./listen.ts";
import {
  DEFAULT_LIMITS,
  type Endpoint,
  type EndpointOptions,
  type ExchangePlace,
  type SessionOptions,
  type Trouble,
} from "./options.ts";
import { isSessionName, routeOf, type Route } from "./route.ts";
import { openSessionState, type SessionState } from "./session.ts";
import { Budget, Transfer } from "./transfer.ts";

/**
 * Stands between agents and a model, adds nothing, and keeps every exchange of each session as it was.
 * @throws EnvironmentError `cannot-listen`, InputError `socket-path-too-long`.
 */
export async function openEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const server = new EndpointServer(options);
  const listener = options.listen === undefined ? undefined : await server.listen(options.listen);
  return {
    ...(listener?.url === undefined ? {} : { url: listener.url }),
    ...(options.listen !== undefined && "socket" in options.listen ? { socket: options.listen.socket } : {}),
    openSession: (id, place, more) => server.openSession(id, place, more),
    async [Symbol.asyncDispose]() {
      try {
        await server.closeSessions();
      } finally {
        await listener?.close();
        await server.closeUpstream();
      }
    },
  };
}

class EndpointServer {
  readonly #options: EndpointOptions;
  readonly #limits;
  readonly #budget;
  readonly #dispatcher;
  readonly #sessions = new Map<string, Promise<SessionState>>();

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#budget = new Budget(this.#limits.bytesInFlight);
    const { upstreamMs } = this.#limits;
    // HTTP_PROXY, HTTPS_PROXY and NO_PROXY count; private CAs are Node's own business (NODE_EXTRA_CA_CERTS).
    this.#dispatcher = new EnvHttpProxyAgent({
      headersTimeout: upstreamMs,
      bodyTimeout: upstreamMs,
      allowH2: false,
    });
  }

  listen(place: NonNullable<EndpointOptions["listen"]>, owner?: string): Promise<Listener> {
    const onTrouble = (trouble: Trouble) => this.#options.onTrouble?.(trouble);
    return startListener(
      place,
      this.#limits,
      (request, response) => void this.#serve(request, response, owner),
      onTrouble,
    );
  }

  async openSession(id: string, place: ExchangePlace, options: SessionOptions = {}): Promise<SessionState> {
    if (!isSessionName(id) || this.#sessions.has(id)) throw unusableName(id, this.#sessions.has(id));
    const opening = this.#open(id, place, options);
    this.#sessions.set(id, opening);
    opening.catch(() => this.#sessions.delete(id));
    return opening;
  }

  async #open(id: string, place: ExchangePlace, { socket, admit }: SessionOptions): Promise<SessionState> {
    const listener = socket === undefined ? undefined : await this.listen({ socket }, id);
    const apiKey = this.#options.upstream.kind === "service" ? this.#options.upstream.apiKey : undefined;
    return openSessionState({
      id,
      place,
      secrets: apiKey === undefined ? [] : [apiKey],
      options: this.#options,
      listener,
      socket,
      admit,
      forget: () => this.#sessions.delete(id),
    });
  }

  /** `owner` is the session whose own socket the request came by. */
  async #serve(request: IncomingMessage, response: ServerResponse, owner: string | undefined): Promise<void> {
    const route = routeOf(request, owner);
    const transfer = new Transfer(request, response, route, this.#limits, this.#budget);
    const session = await this.#sessionOf(route).catch(() => undefined);
    if (session === undefined) {
      const message =
        route.session === undefined ? "the request names no session" : `there is no session ${route.session}`;
      this.#options.onTrouble?.({ code: "unknown-session", message });
      transfer.fail(
        new ExchangeFailure(
          "unknown-session",
          401,
          `${message}; name one in the path (/SESSION/v1/…) or as the key (hg-SESSION)`,
        ),
      );
      transfer.release();
      return;
    }
    const refusal = route.dialect === undefined ? undefined : session.admit?.();
    await session.keep(transfer, async () => {
      if (refusal === undefined) await this.#answer(transfer);
      else transfer.fail(refusal);
    });
  }

  async #sessionOf({ session: named }: Route): Promise<SessionState | undefined> {
    if (named === undefined) return undefined;
    const known = this.#sessions.get(named);
    if (known !== undefined) return known;
    const place = isSessionName(named) ? this.#options.newSession?.(named) : undefined;
    return place === undefined ? undefined : this.openSession(named, place);
  }

  async #answer(transfer: Transfer): Promise<void> {
    const { upstream } = this.#options;
    if (upstream.kind === "service") return forward(upstream, this.#dispatcher, transfer);
    transfer.fail(new ExchangeFailure("not-served", 404, "nothing is served here"));
  }

  async closeSessions(): Promise<void> {
    const sessions = await Promise.allSettled(this.#sessions.values());
    const closed = await Promise.allSettled(
      sessions.map((opened) => (opened.status === "fulfilled" ? opened.value.close() : undefined)),
    );
    const failed = closed.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  closeUpstream(): Promise<void> {
    return this.#dispatcher.destroy();
  }
}

function unusableName(id: string, taken: boolean): InputError {
  return new InputError({
    code: "session-name-unusable",
    message: taken ? `There is a session ${id} already` : `"${id}" cannot be the name of a session`,
    hint: "Use letters, digits, points, dashes and underscores, and none of the names that paths of services begin with (v1).",
    fields: { session: id },
  });
}
