import { writeFile } from "node:fs/promises";
import path from "node:path";

/** GPT-2's letter for a space. */
const SPACE = "\u0120";

/**
 * A model's folder with the smallest tokenizer there is: byte-level, a token for each byte, some words, and the tokens that begin and end a turn.
 * Its chat template is ChatML; with `blocks` it marks what the model writes.
 */
export async function writeReader(folder: string, { blocks = true } = {}): Promise<void> {
  const letters = bytes();
  const merges = [
    ["h", "i"],
    [SPACE, "h"],
  ];
  const vocabulary = [...letters, ...merges.map((pair) => pair.join(""))];
  const special = ["<|im_start|>", "<|im_end|>"].map((content, index) => ({
    id: vocabulary.length + index,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: true };
  await writeJson(path.join(folder, "tokenizer.json"), {
    version: "1.0",
    added_tokens: special,
    normalizer: { type: "NFC" },
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: "BPE",
      unk_token: null,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges,
    },
  });
  const chat_template = template(blocks);
  await writeJson(path.join(folder, "tokenizer_config.json"), { eos_token: "<|im_end|>", chat_template });
}

function template(blocks: boolean): string {
  const [open, close] = blocks ? ["{%- generation %}", "{%- endgeneration %}"] : ["", ""];
  return [
    "{%- for message in messages %}",
    "{{- '<|im_start|>' + message.role + '\\n' }}",
    "{%- if message.role == 'assistant' %}",
    `${open}{{- message.content.strip('\\n') + '<|im_end|>' }}${close}`,
    "{{- '\\n' }}",
    "{%- else %}",
    "{{- message.content + '<|im_end|>\\n' }}",
    "{%- endif %}",
    "{%- endfor %}",
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}",
  ].join("\n");
}

function bytes(): string[] {
  const printable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, JSON.stringify(value));
}
