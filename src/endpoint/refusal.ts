import type { DialectName } from "../exchange.ts";
import type { ExchangeFailure } from "./failure.ts";

/** An error as the client's own service would put it, so that its SDK can say it. */
export function refusalBody(dialect: DialectName | undefined, failure: ExchangeFailure): string {
  const { code, message, status } = failure;
  return JSON.stringify(
    dialect === "messages"
      ? { type: "error", error: { type: anthropicType(status), message: `${code}: ${message}` } }
      : { error: { message: `${code}: ${message}`, type: openaiType(status), param: null, code } },
  );
}

function anthropicType(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 404) return "not_found_error";
  if (status === 413) return "request_too_large";
  if (status === 429) return "rate_limit_error";
  if (status === 529 || status === 503) return "overloaded_error";
  return status < 500 ? "invalid_request_error" : "api_error";
}

function openaiType(status: number): string {
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}
