import type { Json } from "./base/json.ts";
import type { DialectName } from "./exchange.ts";
import type { Message, ModelRequest, ModelResponse, ToolDefinition } from "./model.ts";

/**
 * The form in which requests to a model and its answers travel. Each dialect is read and written in both directions: our adapters
 * write requests and read responses, the recording endpoint reads both, and a model of ours that is served (`replay`) reads requests and
 * writes responses. Pure. Implementations in `dialects/`; each passes `dialects/conformance.ts`.
 */
export interface Dialect {
  readonly name: DialectName;
  /** The end of the paths at which it is spoken, such as `/chat/completions`. */
  readonly path: string;
  /** The body of a request, fields always in the same order, so that a longer history begins with the bytes of the shorter. */
  writeRequest(request: ModelRequest, options: WriteOptions): { readonly [field: string]: Json };
  /** What a body asks for. @throws DialectError `not-a-request`, with what is wrong. */
  readRequest(body: Json): AskedFor;
  /** An answer, whole or as a stream of events. @throws DialectError `not-a-response`, `response-is-an-error`, `stream-broke-off`. */
  readResponse(body: ResponseBody, request: Pick<ModelRequest, "messages">): ModelResponse;
  /** The answer as a service would send it: one JSON text, or the events of a stream, one after the other. */
  writeResponse(response: ModelResponse, asked: AskedFor): Iterable<string>;
  /** An error as a service would send it. */
  writeError(code: string, message: string): Json;
}

export interface WriteOptions {
  readonly model: string;
  readonly stream: boolean;
  /** Chat only: the name of the limit of an answer's tokens; `max_tokens` when left out, which most compatible servers know. */
  readonly outputLimitField?: "max_tokens" | "max_completion_tokens";
  /** Lets the service keep what it has read for the next turn, where the dialect has words for it. */
  readonly cache: boolean;
}

/** A request of somebody's, in our terms. */
export interface AskedFor {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly stream: boolean;
  /** All other fields of the body, as they came: sampling, choice of tools, metadata. */
  readonly more: { readonly [field: string]: Json };
}

export interface ResponseBody {
  /** Of the header `content-type`; events are `text/event-stream`. */
  readonly contentType: string;
  readonly text: string;
  /** Whether it came to its end. */
  readonly complete: boolean;
}
