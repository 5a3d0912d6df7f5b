import { z } from "zod";

/**
 * One request to a model's service and what came back, byte for byte: what a model saw and said can be read from it again,
 * whatever our reading of it was. Kept by `exchanges/`.
 */
export const EXCHANGE_FORMAT = 2;

/** Chat Completions and Responses as OpenAI has them, Messages as Anthropic has them. */
export const dialectNameSchema = z.enum(["chat", "responses", "messages"]);
export type DialectName = z.infer<typeof dialectNameSchema>;

/** Lower-case names; what came more than once is joined with `, `. Values of headers that may carry a secret are `[redacted]`. */
const headersSchema = z.record(z.string(), z.string());

/** Text where the bytes are UTF-8, which bodies of these services are; anything else as base64. */
export const bodySchema = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({ base64: z.base64() }),
]);
export type Body = z.infer<typeof bodySchema>;

export const exchangeSchema = z.strictObject({
  schema_version: z.literal(EXCHANGE_FORMAT),
  /** From 1 within one attempt or session, in the order in which exchanges ended: what a request refers to stands before it. */
  number: z.int().positive(),
  /** When the request came. */
  at: z.iso.datetime(),
  /** Absent for a request that is in none (a list of models, say). */
  dialect: dialectNameSchema.optional(),
  request: z.strictObject({
    method: z.string(),
    /** With the query, without host and session. */
    path: z.string(),
    headers: headersSchema,
    /** As received, after content encodings. */
    body: bodySchema,
    /** The name of a model that was put in place of the request's own when it went on; the body is as it was before. */
    model_sent: z.string().optional(),
  }),
  /** Absent where none came. */
  response: z
    .strictObject({
      status: z.int(),
      headers: headersSchema,
      /** As received, after content encodings; a stream of events as its text. */
      body: bodySchema,
      /** False where it broke off; then the body is what came until then. */
      complete: z.boolean(),
    })
    .optional(),
  /** Milliseconds from the request to the response's first byte, and to its last. */
  first_byte_ms: z.number().nonnegative().optional(),
  ms: z.number().nonnegative(),
  /** What broke, where the response is absent or not complete: an error code and what is known. */
  error: z.string().optional(),
});
export type Exchange = z.infer<typeof exchangeSchema>;

/** An exchange before it has its number. */
export const newExchangeSchema = exchangeSchema.omit({ schema_version: true, number: true });
export type NewExchange = z.infer<typeof newExchangeSchema>;
