import type { ModelRequest } from "../model.ts";
import { modelFailure, type Endpoint } from "./failure.ts";
import { withRetries } from "./retry.ts";
import { DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT_MS, type EndpointSettings } from "./settings.ts";

/**
 * One request to a service, with its time limit, its retries and its failures as `ModelError`. The SDKs' own
 * limits are not relied on: they end with the headers, and a service that stalls in the body would hang us.
 */
export async function askService<T>(
  settings: EndpointSettings,
  endpoint: Endpoint,
  request: ModelRequest,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withRetries(settings.maxRetries ?? DEFAULT_MAX_RETRIES, request.signal, async () => {
    const timeout = AbortSignal.timeout(Math.ceil(settings.timeoutMs ?? DEFAULT_TIMEOUT_MS));
    const signals = request.signal === undefined ? [timeout] : [request.signal, timeout];
    try {
      return await ask(AbortSignal.any(signals));
    } catch (error) {
      throw modelFailure(error, endpoint, {
        aborted: request.signal?.aborted ?? false,
        timedOut: timeout.aborted,
      });
    }
  });
}
