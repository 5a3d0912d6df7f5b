import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { readTextFile } from "../base/files.ts";
import { parseJson } from "../base/json.ts";
import { jinjaTemplate } from "../chat-templates/jinja.ts";
import type { ModelReader } from "../mask.ts";
import { loadTokenizer, type TokenizerConfig, tokenizerConfigSchema } from "../tokenizers/hugging-face.ts";

/** Where a model's tokenizer and chat template lie. */
export interface ReaderFiles {
  /** The model's folder, with `tokenizer.json` and `tokenizer_config.json`; or that first file. */
  readonly tokenizer: string;
  /** A chat template to use in the place of the model's own. */
  readonly template?: string;
}

/** @throws InputError `tokenizer-unreadable`, `no-chat-template`, `template-unreadable` */
export async function loadModelReader(files: ReaderFiles): Promise<ModelReader> {
  const isFolder = existsSync(files.tokenizer) && statSync(files.tokenizer).isDirectory();
  const folder = isFolder ? files.tokenizer : path.dirname(files.tokenizer);
  const config = await readConfig(path.join(folder, "tokenizer_config.json"));
  const file = isFolder ? path.join(folder, "tokenizer.json") : files.tokenizer;
  const tokenizer = await loadTokenizer(file, config);
  const text = await templateText(files, folder, config);
  return { tokenizer, template: jinjaTemplate(text, tokenizer.specialTokens) };
}

async function readConfig(file: string): Promise<TokenizerConfig> {
  return existsSync(file) ? parseJson(await readTextFile(file), tokenizerConfigSchema, file) : {};
}

async function templateText(
  { template }: ReaderFiles,
  folder: string,
  config: TokenizerConfig,
): Promise<string> {
  if (template !== undefined) return readTextFile(template);
  const beside = path.join(folder, "chat_template.jinja");
  if (existsSync(beside)) return readTextFile(beside);
  const { chat_template: own } = config;
  const text = typeof own === "string" ? own : own?.find(({ name }) => name === "default")?.template;
  if (text !== undefined) return text;
  throw new InputError({
    code: "no-chat-template",
    message: `${folder} has no chat template: neither chat_template.jinja nor one in tokenizer_config.json`,
    hint: "Give one by --template.",
    fields: { folder },
  });
}
