import { z } from "zod";
import { jsonSchema, type Json } from "./base/json.ts";
import type { DialectName } from "./exchange.ts";

/**
 * A language model behind an endpoint: messages and tools in, one message and its usage out.
 * Implementations in `models/`; each passes `models/conformance.ts`.
 */
export interface Model {
  /** As the endpoint knows it. */
  readonly name: string;
  /**
   * One turn. What the model said wrongly (a malformed call) is part of the answer, not an error.
   * @throws ModelError when the service fails; its `code` says how (`model-unreachable`, `model-unauthorized`,
   * `model-overloaded`, `model-bad-response`, `model-timeout`…).
   */
  complete(request: ModelRequest): Promise<ModelResponse>;
}

export interface ModelRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly sampling?: Sampling;
  readonly signal?: AbortSignal;
}

/** How the answer is drawn. What is absent is the service's own default, and is not sent. */
export interface Sampling {
  /** Tokens the answer may have. */
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
  readonly repetitionPenalty?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  /** In the service's words: `low`, `medium`, `high`… */
  readonly reasoningEffort?: string;
  /** More fields of the request's body, as they are, for what only one service knows (`return_token_ids` of vLLM). */
  readonly more?: { readonly [field: string]: Json };
}

/** `Sampling` where it is read from a file or a pipe. */
export const samplingSchema = z.strictObject({
  maxOutputTokens: z.int().positive().optional(),
  temperature: z.number().nonnegative().optional(),
  topP: z.number().positive().max(1).optional(),
  topK: z.int().optional(),
  minP: z.number().nonnegative().max(1).optional(),
  repetitionPenalty: z.number().positive().optional(),
  seed: z.int().optional(),
  stop: z.array(z.string()).optional(),
  reasoningEffort: z.string().optional(),
  more: z.record(z.string(), jsonSchema).optional(),
});

export type Message =
  | { readonly role: "system" | "user"; readonly content: string }
  | AssistantMessage
  | {
      readonly role: "tool";
      readonly toolCallId: string;
      readonly toolName: string;
      readonly content: string;
    };

export interface AssistantMessage {
  readonly role: "assistant";
  readonly content: string;
  /** The model's thinking, where the service gives it apart. */
  readonly reasoning?: string;
  readonly toolCalls: readonly ToolCall[];
  /**
   * The message in the dialect in which it came, whole (signed thinking, details of reasoning): the same dialect sends it back so,
   * since some services refuse or forget what was taken apart. Absent where nothing would be lost.
   */
  readonly native?: { readonly dialect: DialectName; readonly message: Json };
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The parsed object, or what the model wrote when that is not a JSON object. */
  readonly arguments: { readonly [key: string]: Json } | { readonly malformed: string };
  /** True when `arguments` is the malformed form. */
  readonly malformed: boolean;
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** A JSON Schema of type object. */
  readonly parameters: { readonly [key: string]: Json };
}

export interface ModelResponse {
  readonly message: AssistantMessage;
  /** Why the model stopped, in our words; `length` means that it ran into its token limit. */
  readonly stop: "end" | "tool-calls" | "length" | "other";
  /** Zeros are real; a field is absent where the service said nothing. */
  readonly usage: Usage;
  /** The model that the service says answered. */
  readonly servedModel?: string;
  /** Where the service gives them. */
  readonly tokens?: TokenRecord;
  /** Number of the exchange that is kept, where one is (`exchange.ts`). */
  readonly exchange?: number;
}

/** What the service says it read and wrote, in ids of its own tokenizer. */
export interface TokenRecord {
  /** All of the prompt, template included. */
  readonly prompt?: readonly number[];
  readonly completion?: readonly number[];
  /** Natural logarithms, one for each token of the completion. */
  readonly logprobs?: readonly number[];
}

export interface Usage {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cachedTokens?: number | undefined;
}
