import { z } from "zod";

/** What a resolver and the process of its engine say to each other: one question at a time, over the channel of `fork`. */

const keySchema = z.strictObject({ path: z.string(), qualifiedName: z.string(), ordinal: z.int() });

const targetSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("definition"), definition: keySchema.extend({ line: z.int() }) }),
  z.strictObject({ kind: z.literal("outside") }),
  z.strictObject({ kind: z.literal("several"), definitions: z.array(keySchema) }),
  z.strictObject({ kind: z.literal("unresolved"), reason: z.string() }),
]);

const siteSchema = z.strictObject({
  kind: z.enum(["call", "raise", "decorator"]),
  line: z.int(),
  text: z.string(),
  nested: z.boolean(),
  target: targetSchema,
});

export const questionSchema = z.strictObject({ folder: z.string(), definition: keySchema });
export type Question = z.infer<typeof questionSchema>;

export const answerSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("resolution"),
    sites: z.array(siteSchema),
    /** Bytes of memory that the process holds now. */
    residentBytes: z.number(),
  }),
  z.strictObject({ type: z.literal("not-found"), residentBytes: z.number() }),
  z.strictObject({ type: z.literal("failed"), message: z.string() }),
]);
export type Answer = z.infer<typeof answerSchema>;
