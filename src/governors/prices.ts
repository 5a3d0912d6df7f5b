import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { readTextFile } from "../base/files.ts";
import { parseJson } from "../base/json.ts";
import type { Price } from "../governor.ts";
import type { Usage } from "../model.ts";

/** US dollars for a million tokens, by model. */
export type PriceTable = ReadonlyMap<string, Price>;

const amount = z.number().nonnegative();
const priceTableSchema = z.record(
  z.string(),
  z.strictObject({ input: amount, output: amount, cached: amount.optional() }),
);

/**
 * `{"model": {"input": 3, "output": 15, "cached": 0.3}}`.
 * @throws InputError when the file is not there or is no such table.
 */
export async function readPrices(file: string): Promise<PriceTable> {
  const table = parseJson(await readTextFile(file), priceTableSchema, file);
  return new Map(
    Object.entries(table).map(([model, { cached, ...price }]) => [model, withCached(price, cached)]),
  );
}

/**
 * `MODEL=INPUT,OUTPUT[,CACHED]`; a model's name may hold `=`.
 * @throws InputError `price-malformed`.
 */
export function parsePrice(text: string): readonly [model: string, price: Price] {
  const at = text.lastIndexOf("=");
  const numbers = text
    .slice(at + 1)
    .split(",")
    .map(amountOf);
  const [input, output, cached] = numbers;
  if (
    at < 1 ||
    numbers.length > 3 ||
    input === undefined ||
    output === undefined ||
    numbers.includes(undefined)
  ) {
    throw new InputError({
      code: "price-malformed",
      message: `"${text}" is no price`,
      hint: "Write MODEL=INPUT,OUTPUT or MODEL=INPUT,OUTPUT,CACHED: US dollars for a million tokens, from 0.",
      fields: { price: text },
    });
  }
  return [text.slice(0, at), withCached({ input, output }, cached)];
}

function withCached(price: Price, cached: number | undefined): Price {
  return cached === undefined ? price : { ...price, cached };
}

function amountOf(text: string): number | undefined {
  const parsed = amount.safeParse(text.trim() === "" ? Number.NaN : Number(text));
  return parsed.success ? parsed.data : undefined;
}

/** What was used, in US dollars. Cached tokens are some of the input tokens. */
export function dollarsOf(
  price: Price,
  { inputTokens = 0, outputTokens = 0, cachedTokens = 0 }: Usage,
): number {
  const cached = Math.min(cachedTokens, inputTokens);
  const dollars =
    (inputTokens - cached) * price.input +
    cached * (price.cached ?? price.input) +
    outputTokens * price.output;
  return dollars / 1e6;
}

/** Nothing can be spent at it: a cap of dollars is never reached. */
export function isFree({ input, output, cached = 0 }: Price): boolean {
  return input === 0 && output === 0 && cached === 0;
}
