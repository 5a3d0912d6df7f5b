import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { HybridGymError, ModelError, messageOf } from "../base/errors.ts";
import { jsonSchema, parseJson } from "../base/json.ts";
import type { Dialect } from "../dialect.ts";
import type { Model } from "../model.ts";
import { ExchangeFailure } from "./failure.ts";
import type { Transfer } from "./transfer.ts";

/** Lets a model of ours answer a request, in the dialect in which it was asked. `dialect` is absent for what is no request to a model. */
export async function answer(model: Model, dialect: Dialect | undefined, transfer: Transfer): Promise<void> {
  try {
    const text = await readText(transfer);
    if (dialect === undefined) return await answerBeside(model, transfer);
    const asked = dialect.readRequest(parseJson(text, jsonSchema, "the request's body"));
    const { messages, tools } = asked;
    const response = await model.complete({ messages, tools, signal: transfer.signal });
    await reply(
      transfer,
      asked.stream ? "text/event-stream" : "application/json",
      dialect.writeResponse(response, asked),
    );
  } catch (error) {
    transfer.fail(failureOf(error));
  }
}

async function readText(transfer: Transfer): Promise<string> {
  for await (const _ of transfer.body());
  const plain = transfer.plainRequest();
  if (plain !== undefined) return plain.toString("utf8");
  throw unreadableBody(transfer.request);
}

export function unreadableBody({ headers }: IncomingMessage): ExchangeFailure {
  const encoding = headers["content-encoding"];
  return new ExchangeFailure("not-a-request", 400, `the body's encoding cannot be read (${encoding})`);
}

/** Clients ask for the list of models before they start; there is one. */
async function answerBeside(model: Model, transfer: Transfer): Promise<void> {
  const { path } = transfer.route;
  if (transfer.request.method !== "GET" || !/\/models\/?(\?|$)/.test(path))
    throw new ExchangeFailure("not-served", 404, `nothing is served at ${path}`);
  const data = [{ id: model.name, object: "model", type: "model", created: 0, owned_by: "hybrid-gym" }];
  await reply(transfer, "application/json", [JSON.stringify({ object: "list", data, has_more: false })]);
}

async function reply(transfer: Transfer, contentType: string, parts: Iterable<string>): Promise<void> {
  transfer.begin(200, ["content-type", contentType], undefined);
  for (const part of parts) {
    if (part === "" || transfer.write(Buffer.from(part, "utf8"))) continue;
    await once(transfer.response, "drain", { signal: transfer.signal });
  }
  transfer.end();
}

/** Statuses at which SDKs try again where that helps, and do not where it does not. */
const STATUSES: Readonly<Record<string, number>> = {
  "model-unauthorized": 401,
  "model-not-found": 404,
  "model-overloaded": 429,
  "model-server-error": 500,
  "model-bad-response": 502,
  "model-unreachable": 502,
  "model-timeout": 504,
};

function failureOf(error: unknown): ExchangeFailure {
  if (error instanceof ExchangeFailure) return error;
  if (error instanceof ModelError)
    return new ExchangeFailure(error.code, STATUSES[error.code] ?? 400, error.message);
  if (error instanceof HybridGymError) return new ExchangeFailure("not-a-request", 400, error.message);
  return new ExchangeFailure("internal", 500, messageOf(error));
}
