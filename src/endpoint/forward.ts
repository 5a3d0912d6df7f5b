import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { messageOf, systemCode } from "../base/errors.ts";
import { unreadableBody } from "./answer.ts";
import { ExchangeFailure } from "./failure.ts";
import { forwardedHeaders, withCredentials, without, type RawHeaders } from "./headers.ts";
import { withModel } from "./model-name.ts";
import type { Upstream } from "./options.ts";
import { targetOf } from "./route.ts";
import type { Transfer } from "./transfer.ts";

type Service = Extract<Upstream, { kind: "service" }>;

/** Passes a request on and its response back, as the bytes arrive. Returns when both are over, however they ended. */
export async function forward(service: Service, dispatcher: Dispatcher, transfer: Transfer): Promise<void> {
  const { request } = transfer;
  const headers = withCredentials(forwardedHeaders(request.rawHeaders), service);
  const hasBody =
    request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined;
  try {
    const sent =
      service.model === undefined || transfer.route.dialect === undefined
        ? { headers, body: hasBody ? Readable.from(transfer.body()) : null }
        : await renamed(transfer, headers, service.model);
    await dispatch(dispatcher, transfer, { ...targetOf(service.baseUrl, transfer.route.path), ...sent });
  } catch (error) {
    transfer.fail(error instanceof ExchangeFailure ? error : upstreamFailure(error));
  }
}

interface Sent {
  readonly origin: string;
  readonly path: string;
  readonly headers: string[];
  readonly body: Readable | Buffer | null;
}

/** The whole request, naming another model: this one must be there before it can go on. */
async function renamed(
  transfer: Transfer,
  headers: RawHeaders,
  model: string,
): Promise<Pick<Sent, "headers" | "body">> {
  for await (const _ of transfer.body());
  const plain = transfer.plainRequest();
  if (plain === undefined) throw unreadableBody(transfer.request);
  const body = withModel(plain, model);
  transfer.modelSent = model;
  const kept = without(headers, (name) => name === "content-length" || name === "content-encoding");
  return { headers: [...kept, "content-length", String(body.length)], body };
}

function dispatch(dispatcher: Dispatcher, transfer: Transfer, sent: Sent): Promise<void> {
  return new Promise((resolve, reject) => {
    const { signal, response } = transfer;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        const stop = () => controller.abort(signal.reason as Error);
        if (signal.aborted) stop();
        else signal.addEventListener("abort", stop, { once: true });
      },
      onResponseStart(controller, status, _headers, statusText) {
        if (status >= 200) transfer.begin(status, forwardedHeaders(rawHeadersOf(controller)), statusText);
      },
      onResponseData(controller, chunk) {
        if (transfer.write(chunk)) return;
        controller.pause();
        response.once("drain", () => controller.resume());
      },
      onResponseEnd() {
        transfer.end();
        resolve();
      },
      onResponseError(_controller, error) {
        reject(error);
      },
    };
    const method = transfer.request.method ?? "GET";
    dispatcher.dispatch({ ...sent, method: method as Dispatcher.HttpMethod }, handler);
  });
}

/** As they came, which undici's types allow to be several things. */
function rawHeadersOf({ rawHeaders }: Dispatcher.DispatchController): string[] {
  if (!Array.isArray(rawHeaders)) return [];
  return rawHeaders.map((part) => (typeof part === "string" ? part : part.toString("latin1")));
}

const UNREACHABLE =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$|CERT|SIGNATURE/;

/** Of the system, of TLS, and of what the service said. Anything else is no doing of the service's. */
const BROKE_OFF =
  /^(E[A-Z]+|ERR_(TLS|SSL|STREAM)_\w+|HPE_\w+|UND_ERR_(SOCKET|INFO|RES_\w+|RESPONSE\w*|HEADERS_OVERFLOW|ABORTED|PRX_\w+))$/;

function upstreamFailure(error: unknown): ExchangeFailure {
  const code = systemCode(error) ?? "";
  const said = [code, messageOf(error)].filter((part) => part !== "").join(": ");
  if (UNREACHABLE.test(code))
    return new ExchangeFailure("upstream-unreachable", 502, `nobody answers (${said})`);
  if (/TIMEOUT|TIMEDOUT/.test(code))
    return new ExchangeFailure("upstream-timeout", 504, `no answer in time (${said})`);
  if (BROKE_OFF.test(code))
    return new ExchangeFailure("upstream-broke-off", 502, `the service broke off (${said})`);
  return new ExchangeFailure("internal", 500, `the request cannot be passed on (${said})`);
}
