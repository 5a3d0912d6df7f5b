import { ModelError, messageOf, systemCode, type DialectError } from "../base/errors.ts";
import type { Posted } from "./post.ts";
import { ACCEPT_HINT, answeredBy } from "./served-model.ts";
import { withoutUserInfo } from "./user-info.ts";

/** What an adapter knows about the service it talks to, for messages about it. */
export interface Endpoint {
  readonly model: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  /** The environment variable that holds the key. */
  readonly keyVariable: string;
}

/** What was broken off, or never begun, as one `ModelError`, one line long, that never contains the key. */
export function transportFailure({ cut, failure: error, answer }: Posted, endpoint: Endpoint): ModelError {
  if (cut === "aborted") return failure(endpoint, "model-aborted", "the request was given up");
  if (cut === "timeout") {
    return failure(endpoint, "model-timeout", "no answer in time", {
      hint: "Raise the model's timeout, or ask for shorter answers.",
    });
  }
  if (cut === "silence") {
    return failure(endpoint, "model-timeout", "the answer began, and then the service fell silent", {
      hint: "See the server's log; raise the model's idle timeout where it thinks that long.",
    });
  }
  if (answer !== undefined)
    return brokeOff(endpoint, `after ${answer.bytes.length} bytes: ${innermost(error)}`);
  return failure(endpoint, "model-unreachable", `cannot talk to the service: ${innermost(error)}`, {
    hint: "Check that the service runs and that the base URL is right.",
  });
}

/** What a dialect could not read as an answer. */
export function answerFailure(error: DialectError, endpoint: Endpoint): ModelError {
  if (error.code === "stream-broke-off") return brokeOff(endpoint, error.message);
  const said = String(error.fields["said"] ?? "");
  if (error.code !== "response-is-an-error") return badResponse(endpoint, `status 200, but ${error.message}`);
  const { status, type } = error.fields;
  const meant = typeof status === "number" && status >= 400 ? status : STATUS_OF_TYPE[String(type)];
  if (meant !== undefined || CONTEXT_EXCEEDED.test(said))
    return statusFailure(
      meant ?? 400,
      `${said} (${type === "" ? "an error" : String(type)}, with status 200)`,
      endpoint,
    );
  return badResponse(endpoint, `status 200 with an error: ${said}`, { status: 200, said });
}

/** Of errors that come with status 200 or within a stream, by Anthropic and OpenAI. */
const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  overloaded_error: 529,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  invalid_request_error: 400,
  timeout_error: 504,
  api_error: 500,
  server_error: 500,
};

function brokeOff(endpoint: Endpoint, detail: string): ModelError {
  return failure(endpoint, "model-broke-off", detail, {
    hint: "Run again; where it happens often, see the logs of the server and of proxies before it.",
  });
}

/** The service answered with something that is not an answer in its dialect. */
function badResponse(endpoint: Endpoint, detail: string, fields: Record<string, unknown> = {}): ModelError {
  return failure(endpoint, "model-bad-response", detail, {
    hint: "Check that the service speaks this dialect (--api) and that the base URL is right.",
    fields,
  });
}

/** What answered is not what was asked for. */
export function anotherModel(endpoint: Endpoint, served = ""): ModelError {
  return failure(endpoint, "model-redirected", answeredBy(served), {
    hint: ACCEPT_HINT,
    fields: { served },
  });
}

/** A refusal, with what the service said of it. */
export function statusFailure(
  status: number,
  said: string,
  endpoint: Endpoint,
  headers?: Headers,
): ModelError {
  const build = (code: string, hint?: string, more: Record<string, unknown> = {}) =>
    failure(endpoint, code, said, { ...(hint === undefined ? {} : { hint }), fields: { status, ...more } });
  if (status < 400) {
    const to = headers?.get("location") ?? "nowhere";
    return failure(endpoint, "model-redirected", `status ${status}: the service sends requests to ${to}`, {
      hint: "Requests are not sent on, for they carry the key: if that place is right, make it the base URL.",
      fields: { status },
    });
  }
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
    const retryAfterMs = retryAfter(headers ?? new Headers());
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
  const text = withoutUserInfo(redact(`${place} (${endpoint.model}): ${detail}`, endpoint.apiKey));
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

/** The client says "fetch failed"; the reason is down the chain of causes. */
function innermost(error: unknown): string {
  let detail = messageOf(error);
  let current: unknown = error;
  while (current instanceof Error && current.cause !== undefined) {
    current = current.cause;
    const code = systemCode(current);
    // Codes of the system say it all (ECONNREFUSED); those of the client do not.
    detail = code === undefined || code.startsWith("UND_") ? messageOf(current) : code;
  }
  return detail;
}

/** What the service asks for, in milliseconds. */
export function retryAfter(headers: Headers): number | undefined {
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (milliseconds >= 0) return milliseconds;
  const text = headers.get("retry-after") ?? "";
  const seconds = Number(text);
  if (text !== "" && seconds >= 0) return seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
