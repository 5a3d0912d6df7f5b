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

/** Tests of the repository: all pass with the original, and none with the stub. */
export const testsOracleSchema = z.strictObject({
  kind: z.literal("tests"),
  /** Dotted, as it is imported. */
  module: z.string().min(1),
  /** `f` or `Class.m`, in the module. */
  name: z.string().min(1),
  /** Folders of the repository in which modules are looked for; `""` is its root. */
  roots: z.array(z.string()).min(1),
  /** As pytest names them, in the order in which they run. */
  nodes: z.array(z.string().min(1)).min(1),
  /** What the original uses beyond its arguments and results, as `driver/powers.py` names it: an answer may use it too. */
  powers: z.array(z.string()),
  /** Has pytest, and what the tests import. */
  environment: environmentLockSchema,
});
export type TestsOracle = z.infer<typeof testsOracleSchema>;

/** Which function has to be written, and how it is known whether it was. */
export const answerSchema = z.strictObject({
  target: definitionSchema,
  oracle: z.discriminatedUnion("kind", [scriptOracleSchema, callsOracleSchema, testsOracleSchema]),
});
export type Answer = z.infer<typeof answerSchema>;
export type Oracle = Answer["oracle"];
