import { z } from "zod";
import { definitionSchema } from "../checks/find-definition.ts";

/** Which function was asked about, and every definition of the repository that it calls directly. */
export const answerSchema = z.strictObject({
  target: definitionSchema.extend({
    /** The bare name, which the marker line holds. */
    name: z.string().min(1),
  }),
  dependencies: z.array(definitionSchema).min(1),
});
export type Answer = z.infer<typeof answerSchema>;
export type Dependency = Answer["dependencies"][number];
