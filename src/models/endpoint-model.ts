import { DialectError, ModelError } from "../base/errors.ts";
import type { CallEnd, Permit } from "../governor.ts";
import { callSize } from "../governors/call-size.ts";
import type { Dialect, WriteOptions } from "../dialect.ts";
import type { Model, ModelRequest, ModelResponse } from "../model.ts";
import { toExchange } from "./exchange.ts";
import { answerFailure, anotherModel, statusFailure, transportFailure, type Endpoint } from "./failure.ts";
import { post, type PostedAnswer, type Posted } from "./post.ts";
import { withRetries } from "./retry.ts";
import { isAccepted } from "./served-model.ts";
import {
  DEFAULT_IDLE_TIMEOUT_MS,
  DEFAULT_MAX_RETRIES,
  DEFAULT_TIMEOUT_MS,
  type EndpointSettings,
} from "./settings.ts";

export interface Protocol {
  readonly dialect: Dialect;
  readonly url: string;
  /** Those that say who asks, and in which version of the dialect. */
  readonly headers: Readonly<Record<string, string>>;
  readonly options: Pick<WriteOptions, "cache" | "outputLimitField">;
}

/**
 * A model behind a service that speaks a dialect. The vendors' own clients are not used: they send and read what they know, and the
 * record is of what was sent and came.
 */
export function endpointModel(protocol: Protocol, endpoint: Endpoint, settings: EndpointSettings): Model {
  return {
    name: settings.name,
    complete: (request) =>
      withRetries(
        { maxRetries: settings.maxRetries ?? DEFAULT_MAX_RETRIES, governed: settings.admit !== undefined },
        request.signal,
        () => tryOnce(protocol, endpoint, settings, request),
      ),
  };
}

async function tryOnce(
  { dialect, url, headers, options }: Protocol,
  endpoint: Endpoint,
  settings: EndpointSettings,
  request: ModelRequest,
): Promise<ModelResponse> {
  const stream = settings.stream ?? true;
  const sent = {
    url,
    headers: { "content-type": "application/json", accept: stream ? EVENTS : "application/json", ...headers },
    body: JSON.stringify(dialect.writeRequest(request, { ...options, model: settings.name, stream })),
  };
  const permit = await leaveFor(sent.body, settings, request, endpoint);
  const posted = await post({
    ...sent,
    timeoutMs: settings.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    idleTimeoutMs: settings.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
    signal: request.signal,
  });
  const read = readOutcome(posted, dialect, endpoint, request);
  await permit?.settle(endOf(read, sent.body));
  const outcome = refuseAnother(read, endpoint, settings);
  const failed = outcome instanceof ModelError ? outcome : undefined;
  const exchange = await settings.record?.(toExchange(dialect.name, sent, posted, endpoint, failed));
  if (outcome instanceof ModelError) throw outcome;
  return exchange === undefined ? outcome : { ...outcome, exchange };
}

async function leaveFor(
  body: string,
  { admit }: EndpointSettings,
  request: ModelRequest,
  endpoint: Endpoint,
): Promise<Permit | undefined> {
  try {
    return await admit?.(
      callSize(Buffer.byteLength(body), request.sampling?.maxOutputTokens),
      request.signal,
    );
  } catch (failure) {
    if (request.signal?.aborted !== true) throw failure;
    throw transportFailure({ at: "", ms: 0, failure, cut: "aborted" }, endpoint);
  }
}

/** Failures after which the service may have read all of the request. */
const MAY_HAVE_WORKED = new Set(["model-timeout", "model-broke-off", "model-bad-response", "model-aborted"]);

function endOf(outcome: ModelResponse | ModelError, body: string): CallEnd {
  if (!(outcome instanceof ModelError)) return { kind: "answered", usage: outcome.usage };
  const { code, fields } = outcome;
  const { retryAfterMs } = fields;
  if (code === "model-overloaded")
    return { kind: "overloaded", ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}) };
  if (!MAY_HAVE_WORKED.has(code)) return { kind: "failed", code };
  const { inputTokens } = callSize(Buffer.byteLength(body));
  return { kind: "failed", code, usage: { inputTokens } };
}

const EVENTS = "text/event-stream, application/json";

function readOutcome(
  posted: Posted,
  dialect: Dialect,
  endpoint: Endpoint,
  request: ModelRequest,
): ModelResponse | ModelError {
  const { answer, cut } = posted;
  if (answer === undefined || cut !== undefined) return transportFailure(posted, endpoint);
  if (answer.status >= 300) return refusal(answer, endpoint);
  const complete = posted.failure === undefined;
  const contentType = answer.headers.get("content-type") ?? "";
  try {
    return dialect.readResponse({ contentType, text: answer.bytes.toString("utf8"), complete }, request);
  } catch (error) {
    if (!(error instanceof DialectError)) throw error;
    return complete ? answerFailure(error, endpoint) : transportFailure(posted, endpoint);
  }
}

/** An answer of another model would stand in the record as one of the model that was asked for. */
function refuseAnother(
  outcome: ModelResponse | ModelError,
  endpoint: Endpoint,
  { name, servedAs }: EndpointSettings,
): ModelResponse | ModelError {
  if (outcome instanceof ModelError || isAccepted(name, outcome.servedModel, servedAs)) return outcome;
  return anotherModel(endpoint, outcome.servedModel);
}

const SHOWN_CHARACTERS = 400;

function refusal({ status, headers, bytes }: PostedAnswer, endpoint: Endpoint): ModelError {
  const text = bytes.toString("utf8").trim();
  return statusFailure(status, `status ${status}: ${saidIn(text)}`, endpoint, headers);
}

/** The message of an error's body, wherever services put it. */
function saidIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    for (const path of [["error", "message"], ["message"], ["detail"], ["error"]]) {
      const said = path.reduce<unknown>(fieldOf, body);
      if (typeof said === "string" && said !== "") return said;
    }
  } catch {
    // Not JSON: shown as it is.
  }
  return text === "" ? "nothing more was said" : text.slice(0, SHOWN_CHARACTERS);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
