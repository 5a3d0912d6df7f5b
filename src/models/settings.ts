/** What every adapter to a service takes. */
export interface EndpointSettings {
  /** As the service knows the model. */
  readonly name: string;
  readonly baseUrl: string;
  /** Default: the dialect's usual environment variable. */
  readonly apiKey?: string | undefined;
  /** For one request, until its last byte; default 300,000. */
  readonly timeoutMs?: number | undefined;
  /** Tries after the first when the service cannot be reached, is overloaded or fails; default 2. */
  readonly maxRetries?: number | undefined;
}

export const DEFAULT_TIMEOUT_MS = 300_000;
export const DEFAULT_MAX_RETRIES = 2;
/** Milliseconds for the SDKs, whose own limits are replaced by ours. */
export const NO_TIMEOUT = 2 ** 31 - 1;
