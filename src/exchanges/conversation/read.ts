import { messageOf } from "../../base/errors.ts";
import { parseJson, jsonSchema } from "../../base/json.ts";
import type { AskedFor } from "../../dialect.ts";
import type { Body, Exchange } from "../../exchange.ts";
import type { ModelResponse } from "../../model.ts";
import type { Dialects } from "./types.ts";

/** An exchange in our terms, as far as it can be read. */
export interface Asked {
  readonly exchange: number;
  /** When the request came; exchanges are numbered by their ends. */
  readonly at: string;
  /** Absent where it is no request to a model, or none that can be read. */
  readonly request?: AskedFor;
  readonly answer?: ModelResponse;
  /** Why there is no answer. */
  readonly problem?: string;
}

export function readAsked(exchange: Exchange, dialects: Dialects): Asked {
  const { number, at, dialect } = exchange;
  const read = { exchange: number, at };
  if (dialect === undefined) return { ...read, problem: "no request to a model" };
  try {
    const body = parseJson(textOf(exchange.request.body), jsonSchema, `exchange ${number}`);
    const request = dialects[dialect].readRequest(body);
    return { ...read, request, ...readAnswer(exchange, request, dialects) };
  } catch (error) {
    return { ...read, problem: messageOf(error) };
  }
}

function readAnswer(
  { dialect, response, error }: Exchange,
  request: AskedFor,
  dialects: Dialects,
): Pick<Asked, "answer" | "problem"> {
  if (response === undefined || dialect === undefined) return { problem: error ?? "no response" };
  if (response.status >= 300) return { problem: error ?? `status ${response.status}` };
  try {
    const body = {
      contentType: response.headers["content-type"] ?? "",
      text: textOf(response.body),
      complete: response.complete,
    };
    return { answer: dialects[dialect].readResponse(body, withoutIds(request)) };
  } catch (unreadable) {
    return { problem: error ?? messageOf(unreadable) };
  }
}

/** Ids of calls stay as they were served, though a service repeats them: a client's results name them so. */
function withoutIds({ messages }: AskedFor): Pick<AskedFor, "messages"> {
  return {
    messages: messages.map((message) =>
      message.role === "assistant" ? { ...message, toolCalls: [] } : message,
    ),
  };
}

function textOf(body: Body): string {
  return "text" in body ? body.text : Buffer.from(body.base64, "base64").toString("utf8");
}
