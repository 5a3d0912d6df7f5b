import type { Model } from "../model.ts";
import type { ExchangeFailure } from "./failure.ts";
import type { ExchangeLog } from "../exchanges/store.ts";
import type { Exchange } from "../exchange.ts";

/** What a recording endpoint is given, and what it gives. Implemented in `server.ts`. */
export interface EndpointOptions {
  readonly upstream: Upstream;
  /** Left out: nothing but the sessions' own sockets. */
  readonly listen?: Listen;
  readonly limits?: Partial<EndpointLimits>;
  /**
   * Asked for a name that no session has; a place for its exchanges opens a session of that name. Left out, such a
   * request is refused.
   */
  readonly newSession?: (id: string) => ExchangePlace | undefined;
  /** After an exchange is on disk. */
  readonly onExchange?: (session: string, exchange: Exchange) => void;
  /** What was turned away before it was an exchange of a session, and files that were found torn. */
  readonly onTrouble?: (trouble: Trouble) => void;
}

export type Upstream =
  /** A service that speaks what it is asked in; requests go on byte for byte. */
  | {
      readonly kind: "service";
      /** Its last part takes the place of the `/v1` of a request's path where it is a version (`…/v1`), else stands before it. */
      readonly baseUrl: string;
      /** How the key is sent: as `x-api-key` or as `authorization: Bearer`. */
      readonly api: "openai" | "anthropic";
      /** Takes the place of whatever key came; without one, the agent's own goes on, unless it is a session's. */
      readonly apiKey?: string;
      /** Put in place of the model that a request names. */
      readonly model?: string;
    }
  /** A model of ours that answers in the dialect in which it is asked. */
  | { readonly kind: "model"; readonly model: Model };

export type Listen = { readonly host: string; readonly port: number } | { readonly socket: string };

/** The log's file, or something that keeps exchanges itself. */
export type ExchangePlace = string | Pick<ExchangeLog, "append">;

export interface Endpoint extends AsyncDisposable {
  /** `http://127.0.0.1:4000`, where it listens on a port; with the port that it got, for port 0. */
  readonly url?: string;
  readonly socket?: string;
  /**
   * From now on, requests whose path begins with `/<id>/` or whose key is `hg-<id>` are kept there. Its name has letters, digits,
   * `.`, `_` and `-`, and is none that paths begin with (`v1`).
   */
  openSession(id: string, place: ExchangePlace, options?: SessionOptions): Promise<Session>;
  /** Turns away new requests, and returns when those under way have ended and are on disk. */
  drain(): Promise<void>;
  /** Breaks off what is under way, and closes all sessions. @throws what went wrong with writing their exchanges. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface SessionOptions {
  /**
   * A Unix socket of its own, which every user may connect to. No other session can be reached by it, and what comes by it must name this
   * one, in its path or as its key: who merely finds the socket gets nothing. Its folder must be there.
   */
  readonly socket?: string;
  /**
   * Asked before each request to a model, which waits for the answer; it may turn the request away. With it, the session is that of an agent that is not to be
   * trusted with the service's key: it reaches the dialects' own paths, counts of tokens and the list of models, and nothing else.
   */
  readonly admit?: (request: AskedRequest) => Admission | Promise<Admission>;
}

/** A request to a model whose body has not come yet. */
export interface AskedRequest {
  /** What its client says that its body has; undefined where it does not say. */
  readonly bytes?: number;
  /** Aborted when the client goes away or the session is closed. */
  readonly signal: AbortSignal;
}

/** What turns a request away; or nothing, or somebody who is told when it is over. */
export type Admission = ExchangeFailure | Admitted | undefined;

export interface Admitted {
  /** The exchange is on disk; undefined where it could not be kept. Called once. */
  over(exchange: Exchange | undefined): void;
}

export interface Session extends AsyncDisposable {
  readonly id: string;
  /** Its own, where it has one. */
  readonly socket?: string;
  /** Exchanges that were kept. */
  readonly exchanges: number;
  /** Waits until what has ended so far is on disk. @throws what went wrong with writing it. */
  flush(): Promise<void>;
  /** Turns away new requests, breaks off those under way, and returns when all is on disk. @throws as `flush`. */
  close(): Promise<void>;
}

/** So that a client that means ill cannot use us up. Each ends with a code of its own (docs/recording.md). */
export interface EndpointLimits {
  /** Bytes of one request's body, and of one response's. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Bytes of all bodies that are not on disk yet, as they came and decoded; one session may hold a quarter of them. */
  readonly bytesInFlight: number;
  /** For each port or socket. */
  readonly connections: number;
  /** Until a request's headers are there, and until all of it is. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** For how long a client may take nothing of what is there for it. */
  readonly clientStallMs: number;
  /** For how long the service may send nothing. Shorter than clients wait (300 s and more), so that it is told and not guessed. */
  readonly upstreamMs: number;
}

const MiB = 1024 * 1024;
export const DEFAULT_LIMITS: EndpointLimits = {
  requestBytes: 64 * MiB,
  responseBytes: 64 * MiB,
  bytesInFlight: 512 * MiB,
  connections: 128,
  headersMs: 30_000,
  requestMs: 300_000,
  clientStallMs: 120_000,
  upstreamMs: 280_000,
};

export interface Trouble {
  readonly code:
    | "too-many-connections"
    | "request-too-slow"
    | "not-http"
    | "path-unusable"
    | "cannot-accept"
    | "unknown-session"
    | "exchanges-torn"
    | "not-recorded";
  readonly message: string;
}
