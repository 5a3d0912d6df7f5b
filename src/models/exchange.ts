import type { ModelError } from "../base/errors.ts";
import { toBody } from "../exchanges/body.ts";
import { redactExchange } from "../exchanges/redact.ts";
import type { DialectName, NewExchange } from "../exchange.ts";
import type { Endpoint } from "./failure.ts";
import type { Posted, PostRequest } from "./post.ts";

/** One try as it is kept: what was sent and what came, without the key. */
export function toExchange(
  dialect: DialectName,
  sent: Pick<PostRequest, "url" | "headers" | "body">,
  { at, ms, answer, failure }: Posted,
  endpoint: Endpoint,
  failed: ModelError | undefined,
): NewExchange {
  const { pathname, search } = new URL(sent.url);
  const brokeOff = failed?.code === "model-broke-off" || (failure !== undefined && failed !== undefined);
  const exchange: NewExchange = {
    at,
    dialect,
    request: {
      method: "POST",
      path: pathname + search,
      headers: { ...sent.headers },
      body: { text: sent.body },
    },
    ...(answer === undefined
      ? {}
      : {
          response: {
            status: answer.status,
            headers: Object.fromEntries(answer.headers),
            body: toBody(answer.bytes),
            complete: !brokeOff,
          },
          first_byte_ms: answer.firstByteMs,
        }),
    ms,
    ...(brokeOff ? { error: `${failed.code}: ${failed.message}` } : {}),
  };
  return redactExchange(exchange, [endpoint.apiKey]);
}
