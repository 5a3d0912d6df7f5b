import type { Dispatcher } from "undici";

/** The longest answer that is read; the longest that models give is a hundredth of it. */
const MAX_BYTES = 256 * 2 ** 20;
const CONNECT_TIMEOUT_MS = 30_000;

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What came of a request; `failure` is what ended it before its last byte. */
export interface Posted {
  /** When it was sent. */
  readonly at: string;
  readonly answer?: PostedAnswer;
  readonly ms: number;
  readonly failure?: unknown;
  readonly cut?: "aborted" | "timeout" | "silence";
}

export interface PostedAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** After content encodings; as many as came. */
  readonly bytes: Buffer;
  readonly firstByteMs: number;
}

/**
 * One request over HTTP. Proxies come from HTTPS_PROXY, HTTP_PROXY and NO_PROXY, certificates of private authorities from
 * NODE_EXTRA_CA_CERTS. Never throws: what broke is part of what came of it.
 */
export async function post(request: PostRequest): Promise<Posted> {
  const at = new Date().toISOString();
  const began = performance.now();
  const silence = new AbortController();
  const timeout = AbortSignal.timeout(Math.ceil(request.timeoutMs));
  const signals = [timeout, silence.signal, ...(request.signal === undefined ? [] : [request.signal])];
  const chunks: Buffer[] = [];
  let head: Omit<PostedAnswer, "bytes"> | undefined;
  let failure: unknown;
  try {
    const response = await send(request, AbortSignal.any(signals));
    const { status } = response;
    head = { status, headers: new Headers([...response.headers]), firstByteMs: performance.now() - began };
    await collect(response.body ?? [], chunks, request.idleTimeoutMs, silence);
  } catch (error) {
    failure = error;
  }
  const ms = performance.now() - began;
  const cut = request.signal?.aborted
    ? "aborted"
    : timeout.aborted
      ? "timeout"
      : silence.signal.aborted
        ? "silence"
        : undefined;
  return {
    at,
    ms,
    ...(head === undefined ? {} : { answer: { ...head, bytes: Buffer.concat(chunks) } }),
    ...(failure === undefined ? {} : { failure, ...(cut === undefined ? {} : { cut }) }),
  };
}

async function collect(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  chunks: Buffer[],
  idleTimeoutMs: number,
  silence: AbortController,
): Promise<void> {
  const timer = setTimeout(() => silence.abort(), idleTimeoutMs);
  let bytes = 0;
  try {
    for await (const chunk of body) {
      timer.refresh();
      chunks.push(Buffer.from(chunk));
      bytes += chunk.byteLength;
      if (bytes > MAX_BYTES) throw new RangeError(`more than ${MAX_BYTES} bytes`);
    }
  } finally {
    clearTimeout(timer);
  }
}

let dispatcher: Dispatcher | undefined;

/** Imported at the first request, which most commands never make. Its own limits are replaced by ours. */
async function send({ url, headers, body }: PostRequest, signal: AbortSignal) {
  const { EnvHttpProxyAgent, fetch } = await import("undici");
  dispatcher ??= new EnvHttpProxyAgent({
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS },
  });
  // A redirect is an answer of its own: keys and conversations go where they were sent, and nowhere else.
  const redirect = "manual";
  return fetch(url, { method: "POST", headers: { ...headers }, body, signal, redirect, dispatcher });
}
