import { ModelError } from "../base/errors.ts";
import { bytesOf } from "../exchanges/body.ts";
import type { Exchange } from "../exchange.ts";

/**
 * Whether the service failed in an exchange: then the attempt says nothing about the agent. A request that the service would not take (400) is the
 * agent's own doing, and so is what we turn away.
 */
export function exchangeFailure(exchange: Exchange | undefined, model: string): ModelError | undefined {
  if (exchange === undefined) return undefined;
  const code =
    exchange.error === undefined
      ? codeOfStatus(exchange.response?.status ?? 200)
      : codeOfError(exchange.error);
  if (code === undefined) return undefined;
  const said = exchange.error ?? `${exchange.response?.status}: ${bodyOf(exchange)}`;
  return new ModelError({
    code,
    message: `${model}: the service failed at exchange ${exchange.number}: ${said.slice(0, 500)}`,
    hint: "Check the service; the exchanges of the attempt hold all that it said.",
    fields: { model, exchange: exchange.number },
  });
}

/** The codes that adapters of ours give (`models/failure.ts`). */
function codeOfStatus(status: number): string | undefined {
  if (status === 401 || status === 403) return "model-unauthorized";
  if (status === 404) return "model-not-found";
  if (status === 408 || status === 504) return "model-timeout";
  if (status === 429 || status === 503 || status === 529) return "model-overloaded";
  return status >= 500 ? "model-server-error" : undefined;
}

const CODES: Readonly<Record<string, string>> = {
  "upstream-unreachable": "model-unreachable",
  "upstream-timeout": "model-timeout",
  "upstream-broke-off": "model-server-error",
};

function codeOfError(error: string): string | undefined {
  const [code = ""] = error.split(":");
  return code.startsWith("model-") ? code : CODES[code];
}

function bodyOf({ response }: Exchange): string {
  return response === undefined
    ? ""
    : Buffer.from(bytesOf(response.body)).toString("utf8").replaceAll(/\s+/g, " ");
}
