import { z } from "zod";
import { StoreError } from "../base/errors.ts";
import { refuseNewer } from "../base/format-version.ts";
import { parseJson, parseValue } from "../base/json.ts";
import { bodySchema, EXCHANGE_FORMAT, exchangeSchema, type Exchange } from "../exchange.ts";
import { SharedTexts } from "./shared-texts.ts";

/** The body of a request that begins and ends as that of an earlier exchange does. */
const sharedSchema = z.strictObject({
  shares_with: z.int().positive(),
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  text: z.string(),
});

/** As `Exchange`, in the file. Format 1 knew no shared bodies; its rows are rows of today's format as well. */
const storedSchema = exchangeSchema.extend({
  schema_version: z.union([z.literal(1), z.literal(EXCHANGE_FORMAT)]),
  request: exchangeSchema.shape.request.extend({ body: z.union([bodySchema, sharedSchema]) }),
});

/** Turns exchanges into the lines of one file and back. Keeps what later lines may refer to, so each line passes once, in order. */
export class Lines {
  readonly #texts = new SharedTexts();

  write(exchange: Exchange): string {
    const { body } = exchange.request;
    const shared = "text" in body ? this.#texts.share(exchange.number, body.text) : undefined;
    const request = shared === undefined ? exchange.request : { ...exchange.request, body: shared };
    return `${JSON.stringify({ ...exchange, request })}\n`;
  }

  read(line: string, place: string): Exchange {
    const row = parseJson(line, z.unknown(), place);
    refuseNewer(row, EXCHANGE_FORMAT, place);
    const stored = parseValue(row, storedSchema, place);
    const body = this.#bodyOf(stored, place);
    return { ...stored, schema_version: EXCHANGE_FORMAT, request: { ...stored.request, body } };
  }

  #bodyOf({ number, request: { body } }: z.infer<typeof storedSchema>, place: string) {
    if (!("shares_with" in body)) {
      if ("text" in body) this.#texts.add(number, body.text);
      return body;
    }
    const text = this.#texts.restore(number, body);
    if (text !== undefined) return { text };
    throw new StoreError({
      code: "exchanges-damaged",
      message: `${place}: refers to exchange ${body.shares_with}, which is not there`,
      hint: "Restore the file from a copy; lines must not be taken out or sorted.",
      fields: { place },
    });
  }
}
