import { DialectError } from "../../base/errors.ts";
import type { Json } from "../../base/json.ts";
import { isObject, textOf, type JsonObject } from "./json.ts";

export function notARequest(detail: string): DialectError {
  return new DialectError({ code: "not-a-request", message: `not a request of this dialect: ${detail}` });
}

export function notAResponse(detail: string): DialectError {
  return new DialectError({ code: "not-a-response", message: `not an answer of this dialect: ${detail}` });
}

export function brokeOff(detail: string): DialectError {
  return new DialectError({ code: "stream-broke-off", message: `the answer broke off: ${detail}` });
}

/**
 * Services send errors with status 200, and as events of a stream that began well. `fields` has what was `said`, and the
 * `status` and `type` that the service gives for it.
 */
export function throwIfError(body: JsonObject): void {
  const error = errorIn(body);
  if (error === undefined || error === null || error === false) return;
  const fields = isObject(error) ? error : {};
  const said = typeof error === "string" ? error : textOf(fields["message"]) || JSON.stringify(error);
  throw new DialectError({
    code: "response-is-an-error",
    message: `the service answered with an error: ${said}`,
    fields: {
      said,
      status: [fields["code"], fields["status"]].find((value) => typeof value === "number"),
      type: textOf(fields["type"]) || textOf(fields["code"]),
    },
  });
}

/** vLLM's older form has the error's fields at the top. */
function errorIn(body: JsonObject): Json | undefined {
  return body["object"] === "error" || body["type"] === "error" ? (body["error"] ?? body) : body["error"];
}
