import type { IncomingMessage, ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import { InputError, messageOf } from "../base/errors.ts";
import { dialects } from "../dialects/index.ts";
import { answer } from "./answer.ts";
import { Budget } from "./budget.ts";
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
import { Transfer } from "./transfer.ts";

/**
 * Stands between agents and a model, adds nothing, and keeps every exchange of each session as it was.
 * @throws EnvironmentError `cannot-listen`, InputError `socket-path-too-long`.
 */
export async function openEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const server = new EndpointServer(options, await openDispatcher(options));
  const listener = options.listen === undefined ? undefined : await server.listen(options.listen);
  return {
    ...(listener?.url === undefined ? {} : { url: listener.url }),
    ...(options.listen !== undefined && "socket" in options.listen ? { socket: options.listen.socket } : {}),
    openSession: (id, place, more) => server.openSession(id, place, more),
    drain: () => server.drain(),
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

/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY count; private CAs are Node's own business (NODE_EXTRA_CA_CERTS). */
async function openDispatcher({ limits }: EndpointOptions): Promise<Dispatcher> {
  // A hundred modules, of no use to commands that end before a model is called.
  const { EnvHttpProxyAgent } = await import("undici");
  const { upstreamMs } = { ...DEFAULT_LIMITS, ...limits };
  return new EnvHttpProxyAgent({ headersTimeout: upstreamMs, bodyTimeout: upstreamMs, allowH2: false });
}

class EndpointServer {
  readonly #options: EndpointOptions;
  readonly #limits;
  readonly #budget;
  readonly #dispatcher: Dispatcher;
  readonly #sessions = new Map<string, Promise<SessionState>>();
  #draining = false;

  constructor(options: EndpointOptions, dispatcher: Dispatcher) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#budget = new Budget(this.#limits.bytesInFlight);
    this.#dispatcher = dispatcher;
  }

  listen(place: NonNullable<EndpointOptions["listen"]>, owner?: string): Promise<Listener> {
    const onTrouble = (trouble: Trouble) => this.#options.onTrouble?.(trouble);
    return startListener(
      place,
      this.#limits,
      (request, response) => {
        this.#serve(request, response, owner).catch((error: unknown) => {
          response.destroy();
          onTrouble({ code: "not-recorded", message: messageOf(error) });
        });
      },
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
    const session = await this.#sessionOf(route).catch((error: unknown) => this.#refusal(route, error));
    if (session instanceof ExchangeFailure) {
      transfer.fail(session);
      transfer.release();
      return;
    }
    await session.keep(transfer, async () => {
      const refusal = await session.refusal(transfer);
      if (refusal === undefined) await this.#answer(transfer);
      else transfer.fail(refusal);
    });
  }

  /** @throws what is wrong with the session that is named. */
  async #sessionOf({ session: named, unusable }: Route): Promise<SessionState> {
    if (unusable !== undefined) throw unusable;
    if (this.#draining) throw new ExchangeFailure("session-closed", 503, "no more requests are taken");
    if (named === undefined) throw unknownSession("the request names no session");
    const known = this.#sessions.get(named);
    if (known !== undefined) return known;
    const place = isSessionName(named) ? this.#options.newSession?.(named) : undefined;
    if (place === undefined) throw unknownSession(`there is no session ${named}`);
    return this.openSession(named, place);
  }

  #refusal({ session: named = "" }: Route, error: unknown): ExchangeFailure {
    const failure =
      error instanceof ExchangeFailure
        ? error
        : new ExchangeFailure(
            "not-recorded",
            503,
            `the session ${named} cannot be kept: ${messageOf(error)}`,
          );
    const { code, message } = failure;
    if (code === "unknown-session" || code === "not-recorded" || code === "path-unusable")
      this.#options.onTrouble?.({ code, message });
    return failure;
  }

  async #answer(transfer: Transfer): Promise<void> {
    const { upstream } = this.#options;
    if (upstream.kind === "service") return forward(upstream, this.#dispatcher, transfer);
    const { dialect } = transfer.route;
    return answer(upstream.model, dialect === undefined ? undefined : dialects[dialect], transfer);
  }

  async drain(): Promise<void> {
    this.#draining = true;
    await this.#ofAll((session) => session.flush());
  }

  closeSessions(): Promise<void> {
    return this.#ofAll((session) => session.close());
  }

  /** One that fails does not keep the others from their end. */
  async #ofAll(work: (session: SessionState) => Promise<void>): Promise<void> {
    const sessions = await Promise.allSettled(this.#sessions.values());
    const done = await Promise.allSettled(
      sessions.map((opened) => (opened.status === "fulfilled" ? work(opened.value) : undefined)),
    );
    const failed = done.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  closeUpstream(): Promise<void> {
    return this.#dispatcher.destroy();
  }
}

function unknownSession(message: string): ExchangeFailure {
  const hint = "name one in the path (/SESSION/v1/…) or as the key (hg-SESSION)";
  return new ExchangeFailure("unknown-session", 401, `${message}; ${hint}`);
}

function unusableName(id: string, taken: boolean): InputError {
  return new InputError({
    code: "session-name-unusable",
    message: taken ? `There is a session ${id} already` : `"${id}" cannot be the name of a session`,
    hint: "Use letters, digits, points, dashes and underscores, and none of the names that paths of services begin with (v1).",
    fields: { session: id },
  });
}
