import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { InputError, messageOf } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";

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

const objectSchema = z.record(z.string(), z.unknown());

/**
 * The tokenizer of a `tokenizer.json` (the format of Hugging Face's tokenizers); `tokenizer_config.json` beside it is read where there is one.
 * @throws InputError `tokenizer-unreadable`.
 */
export async function loadTokenCounter(file: string): Promise<TokenCounter> {
  try {
    const tokenizerJson = parseJson(await readFile(file, "utf8"), objectSchema, file);
    const beside = path.join(path.dirname(file), "tokenizer_config.json");
    const config = await readFile(beside, "utf8").catch(() => "{}");
    // Only who counts with it pays for loading it.
    const { Tokenizer } = await import("@huggingface/tokenizers");
    const tokenizer = new Tokenizer(tokenizerJson, parseJson(config, objectSchema, beside));
    return {
      name: file,
      count: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length,
    };
  } catch (error) {
    throw new InputError({
      code: "tokenizer-unreadable",
      message: `${file} is no tokenizer: ${messageOf(error)}`,
      hint: "Give the tokenizer.json of the model, as Hugging Face has it.",
      fields: { file },
      cause: error,
    });
  }
}
