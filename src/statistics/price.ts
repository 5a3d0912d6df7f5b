import { InputError } from "../base/errors.ts";
import type { Price } from "../governor.ts";
import type { Usage } from "../model.ts";

/** `MODEL=INPUT,OUTPUT[,CACHED]`, in US dollars for a million tokens. @throws InputError `price-malformed`. */
export function parsePrice(text: string): readonly [model: string, price: Price] {
  const at = text.lastIndexOf("=");
  const parts = text.slice(at + 1).split(",");
  const [input = -1, output = -1, cached] = parts.map((part) => (part.trim() === "" ? -1 : Number(part)));
  const isPrice = [input, output, cached ?? 0].every((amount) => Number.isFinite(amount) && amount >= 0);
  if (at < 1 || parts.length > 3 || !isPrice) {
    throw new InputError({
      code: "price-malformed",
      message: `"${text}" is no price`,
      hint: "Write MODEL=INPUT,OUTPUT or MODEL=INPUT,OUTPUT,CACHED: US dollars for a million tokens, from 0.",
      fields: { price: text },
    });
  }
  return [text.slice(0, at), { input, output, ...(cached === undefined ? {} : { cached }) }];
}

/** What was used, in US dollars; cached tokens are part of the input. */
export function dollarsOf(price: Price, usage: Usage): number {
  const { inputTokens = 0, outputTokens = 0, cachedTokens = 0 } = usage;
  const cached = Math.min(cachedTokens, inputTokens);
  const { input, output, cached: forCached = input } = price;
  return ((inputTokens - cached) * input + cached * forCached + outputTokens * output) / 1e6;
}
