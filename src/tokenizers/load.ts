import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { readTextFile } from "../base/files.ts";
import { parseJson } from "../base/json.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { loadTokenizer, type TokenizerConfig, tokenizerConfigSchema } from "./hugging-face.ts";

export interface ModelFolder {
  readonly folder: string;
  /** `tokenizer_config.json`; empty where there is none. */
  readonly config: TokenizerConfig;
  readonly tokenizer: Tokenizer;
}

/** The tokenizer of a model's folder, or of its file `tokenizer.json`. @throws InputError `tokenizer-unreadable`, `no-such-file` */
export async function openModelFolder(place: string): Promise<ModelFolder> {
  const isFolder = existsSync(place) && statSync(place).isDirectory();
  const folder = isFolder ? place : path.dirname(place);
  const config = await readConfig(path.join(folder, "tokenizer_config.json"));
  const tokenizer = await loadTokenizer(isFolder ? path.join(folder, "tokenizer.json") : place, config);
  return { folder, config, tokenizer };
}

async function readConfig(file: string): Promise<TokenizerConfig> {
  return existsSync(file) ? parseJson(await readTextFile(file), tokenizerConfigSchema, file) : {};
}
