import type { NewExchange } from "../exchange.ts";
import type { Admit } from "../governor.ts";

/** The protocols: Chat Completions, Responses, Messages, and answers out of a file. */
export const MODEL_APIS = ["openai", "openai-responses", "anthropic", "replay"] as const;
export type ModelApi = (typeof MODEL_APIS)[number];

/** How the model calls tools: in its service's own form, or in the text of its answers (`text-tools`). */
export const TOOL_PROTOCOLS = ["native", "openhands-text"] as const;
export type ToolProtocol = (typeof TOOL_PROTOCOLS)[number];

/** What every adapter to a service takes. */
export interface EndpointSettings {
  /** As the service knows the model. */
  readonly name: string;
  readonly baseUrl: string;
  /** What the service may call the model in its answers besides, letter for letter; `served-model.ts` says what is taken anyway. */
  readonly servedAs?: readonly string[] | undefined;
  /** Default: the dialect's usual environment variable. */
  readonly apiKey?: string | undefined;
  /**
   * Whether answers are asked for as streams of events, which keeps long ones alive through proxies that end silent connections, and
   * shows a stalled service early; default true.
   */
  readonly stream?: boolean | undefined;
  /** For one request, until its last byte; default 300,000. */
  readonly timeoutMs?: number | undefined;
  /** The longest silence within an answer that has begun; default 120,000. */
  readonly idleTimeoutMs?: number | undefined;
  /** Tries after the first when the service cannot be reached, is overloaded or fails; default 2. */
  readonly maxRetries?: number | undefined;
  /** Keeps each try as it was, secrets taken out: also those that failed or broke off. Gives the number that it is kept under. */
  readonly record?: ((exchange: NewExchange) => Promise<number>) | undefined;
  /** Asked before each try, which it may keep waiting: then waiting for a service without room is its business, and tries that find none are more. */
  readonly admit?: Admit | undefined;
}

export const DEFAULT_TIMEOUT_MS = 300_000;
export const DEFAULT_IDLE_TIMEOUT_MS = 120_000;
export const DEFAULT_MAX_RETRIES = 2;
