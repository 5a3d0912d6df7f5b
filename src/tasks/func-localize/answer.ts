import { z } from "zod";

/** Which definitions the agent has to find, in the start state. */
export const answerSchema = z.strictObject({
  targets: z
    .array(
      z.strictObject({
        path: z.string().min(1),
        qualified_name: z.string().min(1),
        /** Which one of several definitions of that qualified name in the file, from 0. */
        ordinal: z.int().nonnegative(),
        kind: z.enum(["function", "method", "class"]),
        /** Of the `def` or `class` keyword in the start file, from 1. */
        line: z.int().positive(),
        /** What was removed, cleaned of indentation. */
        docstring: z.string(),
      }),
    )
    .min(1),
});
export type Answer = z.infer<typeof answerSchema>;
export type AnswerTarget = Answer["targets"][number];
