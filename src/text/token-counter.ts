/** Counts the tokens of a text. */
export interface TokenCounter {
  /** How it counts: `estimate`, or the file of the tokenizer. */
  readonly name: string;
  count(text: string): number;
}

/** Marks of the chat template around each message: they are in no text. */
export const TOKENS_PER_MESSAGE = 4;

const CHARACTERS_PER_TOKEN = 3.5;

/** For when no tokenizer is given: English and code have 3 to 4.5 characters a token; other scripts fewer, so bytes are counted. */
export const estimatingCounter: TokenCounter = {
  name: "estimate",
  count: (text) => Math.ceil(Buffer.byteLength(text) / CHARACTERS_PER_TOKEN),
};

/** By a model's folder, or its `tokenizer.json` (the format of Hugging Face's tokenizers). @throws InputError `tokenizer-unreadable` */
export async function loadTokenCounter(place: string): Promise<TokenCounter> {
  // Only who counts with it pays for loading it.
  const { openModelFolder } = await import("../tokenizers/load.ts");
  const { tokenizer } = await openModelFolder(place);
  return { name: place, count: (text) => tokenizer.encode(text).length };
}
