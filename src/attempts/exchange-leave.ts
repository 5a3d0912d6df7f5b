import { HybridGymError, messageOf } from "../base/errors.ts";
import { ExchangeFailure } from "../endpoint/failure.ts";
import type { Admission, AskedRequest } from "../endpoint/options.ts";
import type { Exchange } from "../exchange.ts";
import type { Admit, CallEnd } from "../governor.ts";
import { callSize } from "../governors/call-size.ts";
import { retryAfter } from "../models/failure.ts";
import { summarize } from "./exchange-summary.ts";

/** Shorter than clients wait for a first byte, so that they are told; an SDK then asks again, and waits anew. */
const LONGEST_WAIT_MS = 240_000;
/** Of a request that does not say how long it is. */
const BYTES = 16_384;

/**
 * Asks the governor for leave to pass a program's request on, and tells it what came of it. `onRefused` is told of what is refused for
 * good.
 */
export async function leaveFor(
  admit: Admit,
  { bytes = BYTES, signal }: AskedRequest,
  onRefused: (error: HybridGymError) => void,
): Promise<Admission> {
  const wait = AbortSignal.timeout(LONGEST_WAIT_MS);
  try {
    const permit = await admit(callSize(bytes), AbortSignal.any([signal, wait]));
    return {
      // A day's file that cannot be written is told to the next who asks.
      over: (exchange) => void permit.settle(endOf(exchange)).catch(() => {}),
    };
  } catch (error) {
    if (signal.aborted) return undefined;
    if (wait.aborted)
      return new ExchangeFailure("endpoint-busy", 503, "the service has no room; try again later");
    if (error instanceof HybridGymError) onRefused(error);
    const code = error instanceof HybridGymError ? error.code : "internal";
    // 403: what SDKs do not try again.
    return new ExchangeFailure(code, 403, messageOf(error));
  }
}

const NO_ROOM = new Set([429, 503, 529]);

function endOf(exchange: Exchange | undefined): CallEnd {
  // What was asked is not known any more; it may have been worked on.
  if (exchange === undefined) return { kind: "answered", usage: {} };
  const { response } = exchange;
  const { isAnswered, failure, usage, refused } = summarize(exchange);
  if (response !== undefined && NO_ROOM.has(response.status)) {
    const retryAfterMs = retryAfter(new Headers(response.headers));
    return { kind: "overloaded", ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (isAnswered) return { kind: "answered", usage };
  return { kind: "failed", code: failure?.code ?? refused ?? "model-rejected-request", usage };
}
