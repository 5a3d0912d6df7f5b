/** Turns text into the numbers that a model reads, and knows which number stands for which text. Implementations in `tokenizers/`. */
export interface Tokenizer {
  /** SHA-256 of its file. */
  readonly sha256: string;
  /** Its own names of texts that chat templates use: `bos_token`, `eos_token`… */
  readonly specialTokens: Readonly<Record<string, string>>;
  /** Without the special tokens that some models want around a text: chat templates write them. */
  encode(text: string): readonly number[];
  /** @throws InputError `tokens-not-aligned` where its tokens, put together, are not the text. */
  align(text: string, positions: readonly number[]): AlignedTokens;
}

/** Tokens with their places. */
export interface AlignedTokens {
  readonly ids: readonly number[];
  /** The text as the tokenizer takes it (composed, say), in UTF-8. */
  readonly bytes: Buffer;
  /** Where each token ends in `bytes`; it begins where the one before ends. */
  readonly ends: readonly number[];
  /** Where the asked positions (UTF-16 units of the text, ascending) lie in `bytes`. */
  readonly positions: readonly number[];
}
