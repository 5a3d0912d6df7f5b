import path from "node:path";
import { z } from "zod";
import { datasetManifestSchema, rejectionSchema } from "../dataset.ts";
import { instanceSchema, secretSchema } from "../instance.ts";
import { PARTS } from "./layout.ts";

const repositorySchema = datasetManifestSchema.shape.repositories.element;

/** What one source gave: the lines of a part file, which is written when all of them are known. */
export const partRowSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("instance"),
    instance: instanceSchema,
    secret: secretSchema,
    /** Of the function that it is about, see `tasks/checks/fingerprints.ts`. */
    function: z.int().optional(),
  }),
  z.strictObject({ type: z.literal("rejection"), rejection: rejectionSchema }),
  z.strictObject({
    type: z.literal("repository"),
    /** Its cluster is known when all parts are. */
    repository: repositorySchema.omit({ cluster: true }),
    /** The smallest fingerprints of its own functions, sorted; all where there are few. */
    sketch: z.array(z.int()),
  }),
  z.strictObject({
    type: z.literal("refused"),
    repository: z.string(),
    reason: z.string(),
    detail: z.string(),
  }),
]);
export type PartRow = z.infer<typeof partRowSchema>;

export function partFile(out: string, index: number): string {
  return path.join(out, PARTS, `${String(index).padStart(6, "0")}.jsonl`);
}
