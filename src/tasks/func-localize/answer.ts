import { z } from "zod";
import { definitionSchema } from "../checks/find-definition.ts";

/** Which definitions the agent has to find, in the start state. */
export const answerSchema = z.strictObject({
  targets: z
    .array(
      definitionSchema.extend({
        /** What was removed, cleaned of indentation. */
        docstring: z.string(),
      }),
    )
    .min(1),
});
export type Answer = z.infer<typeof answerSchema>;
export type AnswerTarget = Answer["targets"][number];
