import type { IncomingMessage, ServerResponse } from "node:http";
import { toBody } from "../exchanges/body.ts";
import type { NewExchange } from "../exchange.ts";
import type { Budget } from "./budget.ts";
import { decode } from "./decode.ts";
import { describeFailure, ExchangeFailure } from "./failure.ts";
import { recordedHeaders, valuesOf, type RawHeaders } from "./headers.ts";
import type { EndpointLimits } from "./options.ts";
import { refusalBody } from "./refusal.ts";
import type { Route } from "./route.ts";

/**
 * One request on its way to an answer and the answer on its way back. Whatever goes wrong on either side ends both: `fail`
 * is the one place. A response that was begun is broken off, never ended as if it were whole.
 */
export class Transfer {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: Route;
  readonly limits: EndpointLimits;
  /** Aborted by `fail`, with the failure as its reason. */
  readonly signal: AbortSignal;
  modelSent: string | undefined;

  readonly #budget: Budget;
  readonly #abort = new AbortController();
  readonly #at = new Date();
  readonly #began = performance.now();
  readonly #received: Buffer[] = [];
  readonly #answered: Buffer[] = [];
  #receivedBytes = 0;
  #heldBytes = 0;
  #plainRequest: { readonly bytes: Buffer | undefined } | undefined;
  #answeredBytes = 0;
  #failure: ExchangeFailure | undefined;
  #head: { readonly status: number; readonly headers: RawHeaders } | undefined;
  #firstByteMs: number | undefined;
  #ms: number | undefined;
  #whole = false;
  #stall: NodeJS.Timeout | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    route: Route,
    limits: EndpointLimits,
    budget: Budget,
  ) {
    this.request = request;
    this.response = response;
    this.route = route;
    this.limits = limits;
    this.#budget = budget;
    this.signal = this.#abort.signal;
    response.sendDate = false;
    response.on("error", () => {});
    response.on("drain", () => clearTimeout(this.#stall));
    response.on("close", () => {
      clearTimeout(this.#stall);
      if (!this.#whole) this.fail(gone());
    });
  }

  /** The request's body as it arrives, counted and kept. @throws ExchangeFailure. */
  async *body(): AsyncGenerator<Buffer> {
    const declared = Number(this.request.headers["content-length"] ?? 0);
    if (declared > this.limits.requestBytes) throw this.fail(tooLarge(this.limits.requestBytes));
    const slow = setTimeout(
      () => this.fail(new ExchangeFailure("request-too-slow", 408, "the request took too long to come")),
      this.limits.requestMs,
    );
    try {
      // The stream stays open after an early end, for the response still goes out by its socket.
      for await (const chunk of this.request.iterator({ destroyOnReturn: false })) {
        this.#receive(chunk as Buffer);
        yield chunk as Buffer;
      }
    } catch {
      throw this.fail(gone());
    } finally {
      clearTimeout(slow);
    }
  }

  #receive(chunk: Buffer): void {
    if (this.#receivedBytes + chunk.length > this.limits.requestBytes)
      throw this.fail(tooLarge(this.limits.requestBytes));
    this.#hold(chunk);
    this.#received.push(chunk);
    this.#receivedBytes += chunk.length;
  }

  #take(bytes: number): boolean {
    if (!this.#budget.take(this.route.session ?? "", bytes)) return false;
    this.#heldBytes += bytes;
    return true;
  }

  #hold(chunk: Buffer): void {
    if (this.#take(chunk.length)) return;
    throw this.fail(
      new ExchangeFailure("endpoint-busy", 503, "too many bytes are under way; try again later"),
    );
  }

  /** What came of the request's body, before its content encodings; undefined where they are not known or it swells too far. */
  plainRequest(): Buffer | undefined {
    this.#plainRequest ??= {
      bytes: this.#decode(this.#received, this.request.rawHeaders, this.limits.requestBytes),
    };
    return this.#plainRequest.bytes;
  }

  #decode(chunks: readonly Buffer[], headers: RawHeaders, maxBytes: number): Buffer | undefined {
    const encoding = valuesOf(headers, "content-encoding").join(",");
    const bytes = decode(Buffer.concat(chunks), encoding, maxBytes);
    const isHeldAlready = encoding === "" || bytes === undefined;
    return isHeldAlready || this.#take(bytes.length) ? bytes : undefined;
  }

  /** The response's status and headers, as they go to the client. */
  begin(status: number, headers: RawHeaders, statusText: string | undefined): void {
    if (this.#failure !== undefined) return;
    this.#head = { status, headers };
    if (statusText === undefined) this.response.writeHead(status, [...headers]);
    else this.response.writeHead(status, statusText, [...headers]);
    // With the first bytes, where these are there at once.
    setImmediate(() => {
      if (!this.response.destroyed && !this.response.writableEnded) this.response.flushHeaders();
    });
  }

  /** Part of the response's body. False: wait for `drain`. @throws ExchangeFailure. */
  write(chunk: Buffer): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    this.#firstByteMs ??= performance.now() - this.#began;
    this.#answeredBytes += chunk.length;
    if (this.#answeredBytes > this.limits.responseBytes)
      throw this.fail(
        new ExchangeFailure("response-too-large", 502, "the response is larger than is passed on"),
      );
    this.#hold(chunk);
    this.#answered.push(chunk);
    const flows = this.response.write(chunk);
    if (!flows) this.#watchForStall();
    return flows;
  }

  /** The response is whole. */
  end(): void {
    if (this.#failure !== undefined) return;
    this.#whole = true;
    this.#ms = performance.now() - this.#began;
    this.response.end();
    if (!this.response.writableFinished) this.#watchForStall();
  }

  #watchForStall(): void {
    clearTimeout(this.#stall);
    this.#stall = setTimeout(() => {
      this.fail(new ExchangeFailure("client-stalled", 499, "the client takes nothing of the response"));
      this.response.destroy();
    }, this.limits.clientStallMs);
    this.#stall.unref();
  }

  /** Ends both ways. The first failure counts, and is returned. */
  fail(failure: ExchangeFailure): ExchangeFailure {
    if (this.#whole || this.#failure !== undefined) return this.#failure ?? failure;
    this.#failure = failure;
    this.#ms = performance.now() - this.#began;
    if (this.response.headersSent || this.#head !== undefined || this.response.destroyed)
      this.response.destroy();
    else this.#refuse(failure);
    this.#abort.abort(failure);
    return failure;
  }

  #refuse(failure: ExchangeFailure): void {
    const body = refusalBody(this.route.dialect, failure);
    this.response.writeHead(failure.status, { "content-type": "application/json", connection: "close" });
    this.response.end(body);
    this.#watchForStall();
  }

  /** For the record; after the end. */
  toExchange(): NewExchange {
    const problems: string[] = this.#failure === undefined ? [] : [describeFailure(this.#failure)];
    const read = (plain: Buffer | undefined, chunks: readonly Buffer[], what: string) => {
      if (plain === undefined) problems.push(`body-not-decoded: the ${what} is kept as it was encoded`);
      return toBody(plain ?? Buffer.concat(chunks));
    };
    const { request, route, limits } = this;
    const body = read(this.plainRequest(), this.#received, "request");
    const response = this.#head && {
      status: this.#head.status,
      headers: recordedHeaders(this.#head.headers),
      body: read(
        this.#decode(this.#answered, this.#head.headers, limits.responseBytes),
        this.#answered,
        "response",
      ),
      complete: this.#whole,
    };
    return {
      at: this.#at.toISOString(),
      ...(route.dialect === undefined ? {} : { dialect: route.dialect }),
      request: {
        method: request.method ?? "",
        path: route.path,
        headers: recordedHeaders(request.rawHeaders),
        body,
        ...(this.modelSent === undefined ? {} : { model_sent: this.modelSent }),
      },
      ...(response === undefined ? {} : { response }),
      ...(this.#firstByteMs === undefined ? {} : { first_byte_ms: round(this.#firstByteMs) }),
      ms: round(this.#ms ?? performance.now() - this.#began),
      ...(problems.length === 0 ? {} : { error: problems.join("; ") }),
    };
  }

  /** Lets go of what was kept; once it is on disk. */
  release(): void {
    this.#budget.give(this.route.session ?? "", this.#heldBytes);
    this.#heldBytes = 0;
    this.#plainRequest = undefined;
    this.#received.length = 0;
    this.#answered.length = 0;
  }
}

const round = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000;

const gone = () => new ExchangeFailure("client-gone", 499, "the client went away before the end");

function tooLarge(bytes: number): ExchangeFailure {
  return new ExchangeFailure("request-too-large", 413, `the request has more than ${bytes} bytes`);
}
