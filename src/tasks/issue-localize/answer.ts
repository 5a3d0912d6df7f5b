import { z } from "zod";
import type { Definition } from "../../syntax.ts";

/** Where the fix changes the code, in the start state; and how many places count as shooting at all of them. */
export const answerSchema = z.strictObject({
  /** Source files that the fix changes, without tests and new files; sorted by path. */
  files: z
    .array(
      z.strictObject({
        path: z.string().min(1),
        /** The innermost definitions around the changed lines; empty for changes outside of any. */
        definitions: z.array(
          z.strictObject({ qualified_name: z.string().min(1), ordinal: z.int().nonnegative() }),
        ),
      }),
    )
    .min(1),
  shotgun: z
    .strictObject({
      /** From this many touched files on… */
      files: z.int().positive().default(8),
      /** …less than this share of them must not be gold. */
      gold_share: z.number().min(0).max(1).default(0.2),
    })
    .default({ files: 8, gold_share: 0.2 }),
});
export type Answer = z.infer<typeof answerSchema>;
export type GoldFile = Answer["files"][number];

export function goldDefinitions(definitions: readonly Definition[]): GoldFile["definitions"] {
  return definitions.map(({ qualifiedName, ordinal }) => ({ qualified_name: qualifiedName, ordinal }));
}
