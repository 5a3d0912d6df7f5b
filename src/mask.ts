import type { ChatTemplate } from "./chat-template.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What of a row a loss is computed on, token for token. Implementation in `masks/`. */
export interface MaskedRow {
  readonly ids: readonly number[];
  /** A label of each token. */
  readonly labels: readonly TokenLabel[];
  /** The row's text in UTF-8, as the tokenizer takes it. */
  readonly bytes: Buffer;
  /** Where each token ends in `bytes`. */
  readonly ends: readonly number[];
}

/** `given`: context alone. `trained`: of the model's turns. `left-out`: of a turn from which the row says not to learn; trainers that do not know its fields train on it. */
export type TokenLabel = "given" | "trained" | "left-out";

/** What a model reads rows with. */
export interface ModelReader {
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate;
}

/** Tokens of a row, counted. */
export interface TokenCounts {
  readonly tokens: number;
  readonly trained: number;
  readonly left_out: number;
  /** Of those trained, the ones within the context; all without one. */
  readonly trained_in_context: number;
}
