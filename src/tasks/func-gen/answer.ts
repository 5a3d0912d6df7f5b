import { z } from "zod";
import { jsonSchema } from "../../base/json.ts";
import { environmentLockSchema } from "../../environment.ts";
import { definitionSchema } from "../checks/find-definition.ts";

/** A script that others published: the original, and tests that compare it with `<name>_new_implementation`. */
const scriptOracleSchema = z.strictObject({
  kind: z.literal("script"),
  script: z.string().min(1),
  /** `f` or `Class.m`, in the script. */
  name: z.string().min(1),
});
export type ScriptOracle = z.infer<typeof scriptOracleSchema>;

/** Inputs, and what the original made of them. */
export const callsOracleSchema = z.strictObject({
  kind: z.literal("calls"),
  /** Dotted, as it is imported. */
  module: z.string().min(1),
  /** `f` or `Class.m`, in the module. */
  name: z.string().min(1),
  /** Folders of the repository in which modules are looked for; `""` is its root. */
  roots: z.array(z.string()).min(1),
  /** Packages without which its calls do not come out as recorded. */
  environment: environmentLockSchema.exactOptional(),
  calls: z
    .array(
      z.strictObject({
        /** What the driver pickled: arguments and keywords. */
        input: z.base64(),
        /** As `encoding.ts` reads it. */
        expected: jsonSchema,
      }),
    )
    .min(1),
});
export type CallsOracle = z.infer<typeof callsOracleSchema>;

/** Which function has to be written, and how it is known whether it was. */
export const answerSchema = z.strictObject({
  target: definitionSchema,
  oracle: z.discriminatedUnion("kind", [scriptOracleSchema, callsOracleSchema]),
});
export type Answer = z.infer<typeof answerSchema>;
export type Oracle = Answer["oracle"];
