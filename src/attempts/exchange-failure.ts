import { DialectError, HybridGymError, ModelError, messageOf } from "../base/errors.ts";
import { jsonSchema, parseJson } from "../base/json.ts";
import { dialects } from "../dialects/index.ts";
import type { Exchange } from "../exchange.ts";
import { bytesOf } from "../exchanges/body.ts";
import { answerFailure, statusFailure } from "../models/failure.ts";
import { ACCEPT_HINT, answeredBy, isAccepted } from "../models/served-model.ts";

export interface ServiceFailure {
  readonly code: string;
  readonly said: string;
  readonly hint?: string;
}

/**
 * Whether the service (or the endpoint before it) failed in an exchange: then the attempt says nothing about the agent. A request that the service
 * would not take (400) is the agent's own doing, and so is what we turn away and what it gives up. `unreadable` is why an answer
 * with status 200 cannot be read: services say failures so as well.
 */
export function serviceFailure(exchange: Exchange, unreadable: unknown): ServiceFailure | undefined {
  const { dialect, error, response } = exchange;
  if (dialect === undefined) return undefined;
  const [broken = ""] = error?.split(":") ?? [];
  // How an answer is encoded is what the program asked for.
  if (error !== undefined && broken !== "body-not-decoded")
    return failed(codeOfError(exchange, broken), error);
  if (response === undefined) return undefined;
  const said = bytesOf(response.body).toString("utf8").replaceAll(/\s+/g, " ");
  if (response.status >= 300)
    return failed(codeOfStatus(response.status, said), `${response.status}: ${said}`);
  if (error === undefined && unreadable instanceof DialectError)
    return failed(codeOfAnswer(unreadable), messageOf(unreadable));
  return undefined;
}

/** What a session's answers are held to. */
export interface AskedModel {
  readonly name: string;
  /** What its service may call it besides. */
  readonly servedAs?: readonly string[];
}

/** An answer of another model, which is no answer of the one that the attempt is about. */
export function anotherModel(
  { name, servedAs }: AskedModel,
  served: string | undefined,
): ServiceFailure | undefined {
  if (served === undefined || isAccepted(name, served, servedAs)) return undefined;
  return { code: "model-redirected", said: answeredBy(served), hint: ACCEPT_HINT };
}

function failed(code: string | undefined, said: string): ServiceFailure | undefined {
  return code === undefined ? undefined : { code, said: said.slice(0, 500) };
}

/** The codes that adapters of ours give. */
const SERVICE = { model: "", baseUrl: "", apiKey: "", keyVariable: "" };
/** What a program brings about by what it asks. */
const OWN_DOING = new Set(["model-rejected-request", "model-context-exceeded"]);

function codeOfStatus(status: number, said: string): string | undefined {
  const { code } = statusFailure(status, said, SERVICE);
  return OWN_DOING.has(code) ? undefined : code;
}

function codeOfAnswer(unreadable: DialectError): string | undefined {
  const { code } = answerFailure(unreadable, SERVICE);
  if (OWN_DOING.has(code)) return undefined;
  return unreadable.code === "response-is-an-error" && code === "model-bad-response"
    ? "model-server-error"
    : code;
}

const CODES: Readonly<Record<string, string>> = {
  "upstream-unreachable": "model-unreachable",
  "upstream-timeout": "model-timeout",
  "upstream-broke-off": "model-broke-off",
  "endpoint-busy": "endpoint-busy",
  internal: "endpoint-internal",
};
/** A client that waited so long in vain for the first byte went away because of that. */
const LONG_WAIT_MS = 60_000;

function codeOfError(exchange: Exchange, code: string): string | undefined {
  const { error = "", ms, first_byte_ms: firstByte } = exchange;
  // What our client would not send: headers that cannot be, a length that is not the body's.
  if (/\(UND_ERR_(INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)/.test(error)) return undefined;
  if (code === "client-gone" || code === "session-closed")
    return firstByte === undefined && ms >= LONG_WAIT_MS && isRequest(exchange) ? "model-timeout" : undefined;
  if (OWN_DOING.has(code)) return undefined;
  return code.startsWith("model-") ? code : CODES[code];
}

/** One that came whole: half of one is not answered by anybody. */
function isRequest({ dialect, request, number }: Exchange): boolean {
  if (dialect === undefined) return false;
  try {
    const body = parseJson(bytesOf(request.body).toString("utf8"), jsonSchema, `exchange ${number}`);
    dialects[dialect].readRequest(body);
    return true;
  } catch {
    return false;
  }
}

/** Where key, model and address were right once, these are answers to something that the program made up. */
export const OWN_ONCE_ANSWERED: ReadonlySet<string> = new Set([
  "model-unauthorized",
  "model-not-found",
  "model-redirected",
]);

export function toError(
  {
    code,
    said,
    hint = "Check the service; the exchanges of the attempt hold all that it said.",
  }: ServiceFailure,
  exchange: number,
  model: string,
): HybridGymError {
  const Kind = code.startsWith("model-") ? ModelError : HybridGymError;
  return new Kind({
    code,
    message: `${model}: the service failed at exchange ${exchange}: ${said}`,
    hint,
    fields: { model, exchange },
  });
}
