import { ModelError, messageOf, systemCode } from "../base/errors.ts";

/** What an adapter knows about the service it talks to, for messages about it. */
export interface Endpoint {
  readonly model: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  /** The environment variable that holds the key. */
  readonly keyVariable: string;
}

/** Turns whatever an SDK threw into one `ModelError`, one line long, that never contains the key. */
export function modelFailure(
  error: unknown,
  endpoint: Endpoint,
  cut: { readonly aborted: boolean; readonly timedOut: boolean },
): ModelError {
  if (error instanceof ModelError) return error;
  if (cut.aborted) return failure(endpoint, "model-aborted", "the request was given up");
  const status = statusOf(error);
  if (status !== undefined) return statusFailure(error, status, endpoint);
  if (cut.timedOut) {
    return failure(endpoint, "model-timeout", "no answer in time", {
      hint: "Raise the model's timeout, or ask for shorter answers.",
    });
  }
  if (error instanceof SyntaxError) return badResponse(endpoint, `not JSON (${error.message})`);
  return failure(endpoint, "model-unreachable", connectionDetail(error), {
    hint: "Check that the service runs and that the base URL is right.",
  });
}

/** The service answered with something that is not an answer in its dialect. */
export function badResponse(
  endpoint: Endpoint,
  detail: string,
  fields: Record<string, unknown> = {},
): ModelError {
  return failure(endpoint, "model-bad-response", detail, {
    hint: "Check that the service speaks this dialect (--api) and that the base URL is right.",
    fields,
  });
}

function statusFailure(error: unknown, status: number, endpoint: Endpoint): ModelError {
  const said = messageOf(error);
  const build = (code: string, hint?: string, more: Record<string, unknown> = {}) =>
    failure(endpoint, code, said, { ...(hint === undefined ? {} : { hint }), fields: { status, ...more } });
  if (status === 401 || status === 403) {
    return build("model-unauthorized", `Set ${endpoint.keyVariable} to a key that may use this model.`);
  }
  if (status === 404) {
    return build(
      "model-not-found",
      "Check the model's name and the base URL (for the openai dialect it usually ends in /v1).",
    );
  }
  if (status === 408 || status === 504) return build("model-timeout");
  if (status === 429 || status === 503 || status === 529) {
    const retryAfterMs = retryAfter(error);
    return build(
      "model-overloaded",
      "Lower the concurrency or wait.",
      retryAfterMs === undefined ? {} : { retryAfterMs },
    );
  }
  if (status >= 500) return build("model-server-error");
  if (CONTEXT_EXCEEDED.test(said)) return build("model-context-exceeded");
  return build("model-rejected-request");
}

/** The wordings of OpenAI, vLLM, SGLang, llama.cpp and Anthropic. */
const CONTEXT_EXCEEDED =
  /context.?(length|window|size)|prompt is too long|too many (input )?tokens|longer than the model|maximum.{0,20}tokens/i;

function failure(
  endpoint: Endpoint,
  code: string,
  detail: string,
  more: { hint?: string; fields?: Record<string, unknown> } = {},
): ModelError {
  const place = withoutUserInfo(endpoint.baseUrl);
  const text = redact(`${place} (${endpoint.model}): ${detail}`, endpoint.apiKey);
  return new ModelError({
    code,
    message: text.replaceAll(/\s+/g, " ").slice(0, 500),
    hint: more.hint,
    fields: { baseUrl: place, model: endpoint.model, ...more.fields },
  });
}

/** Servers echo keys in their refusals, and short keys such as "none" are words. */
function redact(text: string, apiKey: string): string {
  return apiKey.length < 8 ? text : text.replaceAll(apiKey, "[key]");
}

function withoutUserInfo(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("status" in error)) return undefined;
  return typeof error.status === "number" ? error.status : undefined;
}

/** The SDKs say "Connection error."; the reason is down the chain of causes. */
function connectionDetail(error: unknown): string {
  let detail = messageOf(error);
  let current: unknown = error;
  while (current instanceof Error && current.cause !== undefined) {
    current = current.cause;
    detail = systemCode(current) ?? messageOf(current);
  }
  return `cannot talk to the service: ${detail}`;
}

function retryAfter(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("headers" in error)) return undefined;
  if (!(error.headers instanceof Headers)) return undefined;
  const milliseconds = Number.parseFloat(error.headers.get("retry-after-ms") ?? "");
  if (milliseconds >= 0) return milliseconds;
  const text = error.headers.get("retry-after") ?? "";
  const seconds = Number(text);
  if (text !== "" && seconds >= 0) return seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
