import { existsSync } from "node:fs";
import path from "node:path";
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { InputError, messageOf } from "../base/errors.ts";
import { readTextFile } from "../base/files.ts";
import { sha256 } from "../base/hash.ts";
import { parseJson } from "../base/json.ts";
import type { AlignedTokens, Tokenizer } from "../tokenizer.ts";
import { byteLevelBytes, pieceBytes, type TokenBytes } from "./token-bytes.ts";

const textOrToken = z.union([z.string(), z.looseObject({ content: z.string() })]).nullable();

/** What is read of `tokenizer_config.json`. */
const tokenizerConfigSchema = z.looseObject({
  bos_token: textOrToken.optional(),
  eos_token: textOrToken.optional(),
  pad_token: textOrToken.optional(),
  unk_token: textOrToken.optional(),
  chat_template: z
    .union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))])
    .optional(),
});
export type TokenizerConfig = z.infer<typeof tokenizerConfigSchema>;

const objectSchema = z.record(z.string(), z.unknown());
const NAMES = ["bos_token", "eos_token", "pad_token", "unk_token"] as const;

export interface LoadedTokenizer {
  readonly tokenizer: Tokenizer;
  /** Of `tokenizer_config.json` beside it; empty where there is none. */
  readonly config: TokenizerConfig;
}

/** A `tokenizer.json` of Hugging Face's tokenizers. @throws InputError `tokenizer-unreadable` */
export async function loadTokenizer(file: string): Promise<LoadedTokenizer> {
  try {
    const text = await readTextFile(file);
    const config = await readConfig(path.join(path.dirname(file), "tokenizer_config.json"));
    const tokenizer = new HuggingFaceTokenizer(parseJson(text, objectSchema, file), config);
    return { tokenizer: tokenizerOf(tokenizer, sha256(text), config), config };
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

async function readConfig(file: string): Promise<TokenizerConfig> {
  return existsSync(file) ? parseJson(await readTextFile(file), tokenizerConfigSchema, file) : {};
}

function tokenizerOf(tokenizer: HuggingFaceTokenizer, hash: string, config: TokenizerConfig): Tokenizer {
  const isByteLevel = tokenizer.decoder?.config.type === "ByteLevel";
  const bytesOf: TokenBytes = isByteLevel ? byteLevelBytes : pieceBytes;
  const encode = (text: string) => tokenizer.encode(text, { add_special_tokens: false });
  const normalise = (text: string) => tokenizer.normalizer?.normalize(text) ?? text;
  // Some write a mark for each space, before or after they part the text.
  const plain = (text: string) =>
    Buffer.from(isByteLevel ? normalise(text) : normalise(text).replaceAll("\u2581", " "));
  return {
    sha256: hash,
    specialTokens: specialTokensOf(config),
    encode: (text) => encode(text).ids,
    align: (text, positions) => align(encode(text), text, positions, { bytesOf, plain }),
  };
}

function specialTokensOf(config: TokenizerConfig): Record<string, string> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const token = config[name];
      if (token === null || token === undefined) return [];
      return [[name, typeof token === "string" ? token : token.content]];
    }),
  );
}

function align(
  { ids, tokens }: { ids: number[]; tokens: string[] },
  text: string,
  asked: readonly number[],
  { bytesOf, plain }: { bytesOf: TokenBytes; plain: (text: string) => Buffer },
): AlignedTokens {
  const ends: number[] = [];
  const parts = tokens.map((token) => bytesOf(token));
  let end = 0;
  for (const part of parts) ends.push((end += part.length));
  const bytes = Buffer.concat(parts);
  // By pieces: a boundary is where a template put something, and no letter is composed across it.
  const positions: number[] = [];
  const pieces: Buffer[] = [];
  let [from, length] = [0, 0];
  for (const position of [...asked, text.length]) {
    const piece = plain(text.slice(from, position));
    pieces.push(piece);
    positions.push((length += piece.length));
    from = position;
  }
  if (!bytes.equals(Buffer.concat(pieces))) throw notAligned();
  return { ids, bytes, ends, positions: positions.slice(0, -1) };
}

function notAligned(): InputError {
  return new InputError({
    code: "tokens-not-aligned",
    message:
      "The tokenizer's tokens, put together, are not the text, so that nobody can say which token is trained",
    hint: "Byte-level tokenizers (Qwen, Llama 3, DeepSeek, GPT) and those that only mark spaces can be aligned.",
  });
}
