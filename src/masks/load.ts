import { existsSync } from "node:fs";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { readTextFile } from "../base/files.ts";
import { jinjaTemplate } from "../chat-templates/jinja.ts";
import type { ModelReader } from "../mask.ts";
import type { TokenizerConfig } from "../tokenizers/hugging-face.ts";
import { openModelFolder } from "../tokenizers/load.ts";

/** Where a model's tokenizer and chat template lie. */
export interface ReaderFiles {
  /** The model's folder, with `tokenizer.json` and `tokenizer_config.json`; or that first file. */
  readonly tokenizer: string;
  /** A chat template to use in the place of the model's own. */
  readonly template?: string;
}

/** @throws InputError `tokenizer-unreadable`, `no-chat-template`, `template-unreadable` */
export async function loadModelReader(files: ReaderFiles): Promise<ModelReader> {
  const { folder, config, tokenizer } = await openModelFolder(files.tokenizer);
  const text = await templateText(files, folder, config);
  return { tokenizer, template: jinjaTemplate(text, tokenizer.specialTokens) };
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
