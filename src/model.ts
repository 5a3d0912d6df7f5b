import type { Json } from "./base/json.ts";

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
  /** Tokens the answer may have. */
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly signal?: AbortSignal;
}

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
}

export interface Usage {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cachedTokens?: number | undefined;
}
