import { expect, it } from "vitest";
import { EXCHANGE_FORMAT, type Exchange } from "../exchange.ts";
import { toError } from "./exchange-failure.ts";
import { summarize } from "./exchange-summary.ts";

const MESSAGES = [{ role: "user", content: "Fix it." }];
/** A request without an answer. */
const asked = (
  error: string,
  ms: number,
  body: string = JSON.stringify({ model: "m", messages: MESSAGES }),
) =>
  ({
    schema_version: EXCHANGE_FORMAT,
    number: 7,
    at: new Date(0).toISOString(),
    dialect: "chat",
    request: { method: "POST", path: "/v1/chat/completions", headers: {}, body: { text: body } },
    ms,
    error,
  }) satisfies Exchange;

it("a program that waited long in vain for the first byte went away because of the service", () => {
  for (const error of ["client-gone: it went away", "session-closed: the attempt is over"]) {
    expect(summarize(asked(error, 61_000)).failure).toMatchObject({ code: "model-timeout" });
    expect(summarize(asked(error, 59_000)).failure).toBeUndefined();
    expect(summarize({ ...asked(error, 61_000), first_byte_ms: 5 }).failure).toBeUndefined();
    // Nobody answers half a request.
    expect(summarize(asked(error, 61_000, '{"messages": [')).failure).toBeUndefined();
  }
});

it.each([
  ["endpoint-busy: too many bytes are under way", "endpoint-busy", "HybridGymError"],
  ["internal: a defect", "endpoint-internal", "HybridGymError"],
  ["upstream-unreachable: nobody answers (ECONNREFUSED)", "model-unreachable", "ModelError"],
  ["model-replay-exhausted: no more answers", "model-replay-exhausted", "ModelError"],
])("what the service or the endpoint could not do is theirs: %s", (error, code, name) => {
  const { failure } = summarize(asked(error, 10));
  expect(failure).toMatchObject({ code });
  if (failure !== undefined) expect(toError(failure, 7, "teacher")).toMatchObject({ code, name });
});

it.each([
  "request-too-large: more than is taken",
  "not-a-request: no messages",
  "client-stalled: it takes nothing",
  "model-rejected-request: no such parameter",
  "upstream-broke-off: the service broke off (UND_ERR_INVALID_ARG: invalid header)",
])("what a program brings about is its own: %s", (error) => {
  expect(summarize(asked(error, 10))).toMatchObject({ isAsked: true });
  expect(summarize(asked(error, 10)).failure).toBeUndefined();
});

it("an answer that comes encoded as nobody can read it is what the program asked for", () => {
  const response = { status: 200, headers: {}, body: { base64: "AAAA" }, complete: true };
  const summary = summarize({ ...asked("body-not-decoded: the response is kept", 10), response });
  expect(summary.failure).toBeUndefined();
  expect(summary.tokens).toBeGreaterThan(0);
});
