import { mkdir, writeFile } from "node:fs/promises";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChatRow } from "../chat-template.ts";
import type { ModelReader } from "../mask.ts";
import { temporaryFolder } from "../testing/command-line.ts";
import { chatOfRow } from "./chat-of-row.ts";
import { loadModelReader } from "./load.ts";
import { countTokens, maskRow, segmentsOf, trainerColumns } from "./of-row.ts";
import { writeReader } from "./testing/reader-files.ts";

async function readerWith(options: Parameters<typeof writeReader>[1] = {}): Promise<ModelReader> {
  await using folder = await temporaryFolder();
  await writeReader(folder.path, options);
  return await loadModelReader({ tokenizer: folder.path });
}

const says = (role: string, content: string, more: object = {}) => ({ role, content, ...more });
const conversation: ChatRow = {
  messages: [
    says("user", "hi hi"),
    says("assistant", "\n hé 🙂\n"),
    says("user", "more"),
    says("assistant", "hi"),
  ],
};

const trainedIn = (reader: ModelReader, chat: ChatRow) =>
  segmentsOf(maskRow(reader, chat)).flatMap(({ label, text }) => (label === "trained" ? [text] : []));

describe("the mask of a row", () => {
  it.each([true, false])(
    "is what the model writes, up to the token that ends its turn; with generation blocks: %s",
    async (blocks) => {
      const reader = await readerWith({ blocks });
      expect(reader.template.marking).toBe(blocks ? "generation" : "prefix");
      // The template strips newlines of a turn, and only those.
      expect(trainedIn(reader, conversation)).toEqual([" hé 🙂<|im_end|>", "hi<|im_end|>"]);
    },
  );

  it("has the tokens and the labels that a trainer takes", async () => {
    const reader = await readerWith();
    const masked = maskRow(reader, conversation);
    const { input_ids, labels } = trainerColumns(masked);
    const text = segmentsOf(masked)
      .map((segment) => segment.text)
      .join("");
    expect(input_ids).toEqual(reader.tokenizer.encode(text));
    expect(labels.filter((label) => label !== -100)).toHaveLength(countTokens(masked).trained);
    expect(countTokens(masked, 10)).toMatchObject({ tokens: input_ids.length, trained_in_context: 0 });
  });

  it("leaves out turns whose weight is nothing, in whichever field a trainer reads it", async () => {
    const reader = await readerWith();
    for (const field of [{ weight: 0 }, { train: false }, { loss: false }, { loss: 0 }]) {
      const [user, first, ...others] = conversation.messages;
      const chat = { messages: [user ?? {}, { ...first, ...field }, ...others] };
      expect(trainedIn(reader, chat)).toEqual(["hi<|im_end|>"]);
      expect(countTokens(maskRow(reader, chat)).left_out).toBeGreaterThan(0);
    }
  });

  it("is of the text as the tokenizer composes it, and no text moves it", async () => {
    const reader = await readerWith();
    const text = fc
      .string({ unit: "grapheme", maxLength: 30 })
      .filter((one) => !/[\uFDD0\uFDD1]|<\|im/u.test(one));
    fc.assert(
      fc.property(text, text, (asked, said) => {
        const content = `e\u0301${said}`;
        const chat = {
          messages: [says("user", asked), says("assistant", content), says("user", `${asked}e\u0301`)],
        };
        const stripped = content.replace(/\n+$/, "");
        expect(trainedIn(reader, chat)).toEqual([`${stripped}<|im_end|>`.normalize("NFC")]);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("is of any row with messages or conversations", () => {
    const chat = { messages: [says("system", "be"), says("user", "a"), says("assistant", "b")], tools: [] };
    const conversations = [
      { from: "human", value: "a" },
      { from: "gpt", value: "b" },
    ];
    expect(chatOfRow({ ...chat, tools: "[]" })).toEqual(chat);
    expect(chatOfRow({ conversations, system: "be" })).toEqual(chat);
    expect(chatOfRow({ text: "a" })).toBeUndefined();
    expect(chatOfRow({ ...chat, tools: "[" })).toBeUndefined();
  });
});

describe("what a model reads rows with", () => {
  it("is refused where it cannot be loaded", async () => {
    await using folder = await temporaryFolder();
    const load = (template?: string) =>
      loadModelReader({ tokenizer: folder.path, ...(template === undefined ? {} : { template }) });
    await expect(load()).rejects.toMatchObject({ code: "tokenizer-unreadable" });
    await writeFile(folder.file("tokenizer.json"), "{}");
    await expect(load()).rejects.toMatchObject({ code: "tokenizer-unreadable" });
    await writeReader(folder.path);
    await writeFile(folder.file("tokenizer_config.json"), "{}");
    await expect(load()).rejects.toMatchObject({ code: "no-chat-template" });
    await writeFile(folder.file("broken.jinja"), "{% if %}");
    await expect(load(folder.file("broken.jinja"))).rejects.toMatchObject({ code: "template-unreadable" });
  });

  it("says which row a template does not take", async () => {
    await using folder = await temporaryFolder();
    await mkdir(folder.file("model"));
    await writeReader(folder.file("model"));
    const template = folder.file("strict.jinja");
    await writeFile(template, "{{ raise_exception('no tools here') }}");
    const strict = await loadModelReader({ tokenizer: folder.file("model"), template });
    expect(() => maskRow(strict, conversation)).toThrow(/no tools here/);
    // Qwen3's own writes the thoughts of earlier turns in no later text.
    await writeFile(
      template,
      "{{ messages | length }}{% for message in messages %}{{ message.content }}{% endfor %}",
    );
    const changing = await loadModelReader({ tokenizer: folder.file("model"), template });
    expect(() => maskRow(changing, conversation)).toThrow(/in another way/);
  });
});
