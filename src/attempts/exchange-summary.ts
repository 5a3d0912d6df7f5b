import { dialects } from "../dialects/index.ts";
import type { Exchange } from "../exchange.ts";
import { bytesOf } from "../exchanges/body.ts";
import type { ModelResponse, Usage } from "../model.ts";
import { anotherModel, serviceFailure, type AskedModel, type ServiceFailure } from "./exchange-failure.ts";

/** What an attempt must know of an exchange that is on disk: an attempt has thousands, and their texts stay there. */
export interface ExchangeSummary {
  readonly number: number;
  /** A request to a model, wherever it went. */
  readonly isToModel: boolean;
  /** One at a path where models are asked: another says nothing about the service. */
  readonly isAsked: boolean;
  /** What a session itself would not let through: the code. */
  readonly refused?: string;
  readonly isAnswered: boolean;
  /** That another model answered than the one that was asked for. */
  readonly isAnothers: boolean;
  /** Input and output together, as the service counts them; estimated from the texts where it does not. */
  readonly tokens: number;
  /** The same apart, cached tokens where they are known. */
  readonly usage: Usage;
  /** Characters of request and answer, after content encodings. */
  readonly size: number;
  /** That the service failed, and what is known of it. */
  readonly failure?: ServiceFailure;
}

/** @param asked the model of a service, when the service's word for it is to be checked. */
export function summarize(exchange: Exchange, asked?: AskedModel): ExchangeSummary {
  const { number, request, response, error } = exchange;
  const read = readAnswer(exchange);
  const answer = "message" in read ? read : undefined;
  const another = asked && anotherModel(asked, answer?.servedModel);
  const failure = another ?? serviceFailure(exchange, "message" in read ? undefined : read.unreadable);
  const usage = usageOf(exchange, answer);
  const size = sizeOf(request.body) + (response === undefined ? 0 : sizeOf(response.body));
  return {
    number,
    isToModel: exchange.dialect !== undefined,
    isAsked: isAsked(exchange),
    ...(response === undefined && error !== undefined ? { refused: error.replace(/:[^]*$/, "") } : {}),
    isAnswered: response?.status === 200 && failure === undefined,
    isAnothers: another !== undefined,
    tokens: (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0),
    usage,
    size,
    ...(failure === undefined ? {} : { failure }),
  };
}

/** With or without the version: other paths that end so are a program's own invention. */
function isAsked({ dialect, request: { method, path } }: Exchange): boolean {
  if (dialect === undefined || method !== "POST") return false;
  const bare = path.replace(/\?.*$/, "").replace(/\/$/, "");
  return bare.replace(/^\/v1(?=\/)/, "") === dialects[dialect].path;
}

function readAnswer({ dialect, response }: Exchange): ModelResponse | { readonly unreadable: unknown } {
  if (dialect === undefined || response?.status !== 200) return { unreadable: undefined };
  const body = {
    contentType: response.headers["content-type"] ?? "",
    text: bytesOf(response.body).toString("utf8"),
    complete: response.complete,
  };
  try {
    return dialects[dialect].readResponse(body, { messages: [] });
  } catch (unreadable) {
    return { unreadable };
  }
}

/** About as many characters of English and code make a token. */
const CHARACTERS_PER_TOKEN = 4;

/** A request that was turned away costs nothing; one that was given up was worked on. */
function usageOf({ dialect, request, response }: Exchange, answer: ModelResponse | undefined): Usage {
  if (dialect === undefined || (response !== undefined && response.status !== 200)) return {};
  const said = answer === undefined ? ((response && sizeOf(response.body)) ?? 0) : sizeOfAnswer(answer);
  const { inputTokens, outputTokens, cachedTokens } = answer?.usage ?? {};
  return {
    inputTokens: inputTokens ?? Math.ceil(sizeOf(request.body) / CHARACTERS_PER_TOKEN),
    outputTokens: outputTokens ?? Math.ceil(said / CHARACTERS_PER_TOKEN),
    ...(cachedTokens === undefined ? {} : { cachedTokens }),
  };
}

function sizeOfAnswer({ message: { content, reasoning = "", toolCalls } }: ModelResponse): number {
  const calls = toolCalls.map((call) => call.name + JSON.stringify(call.arguments));
  return [content, reasoning, ...calls].reduce((sum, { length }) => sum + length, 0);
}

const sizeOf = (body: Exchange["request"]["body"]): number =>
  "text" in body ? body.text.length : body.base64.length;
