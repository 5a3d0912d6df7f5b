import { z } from "zod";
import type { Definition, Outline } from "../../syntax.ts";

/** How answers name a definition: by what it is called and which one of that name it is, never by lines. */
export const definitionSchema = z.strictObject({
  path: z.string().min(1),
  qualified_name: z.string().min(1),
  /** Which one of several definitions of that qualified name in the file, from 0. */
  ordinal: z.int().nonnegative(),
  kind: z.enum(["function", "method", "class"]),
  /** Of the `def` or `class` keyword in the start file, from 1. */
  line: z.int().positive(),
});
export type NamedDefinition = z.infer<typeof definitionSchema>;

export function findDefinition(
  outline: Outline,
  { qualified_name, ordinal }: Pick<NamedDefinition, "qualified_name" | "ordinal">,
): Definition | undefined {
  return outline.definitions.find((one) => one.qualifiedName === qualified_name && one.ordinal === ordinal);
}

/** The answer's name of a definition. */
export function nameDefinition(path: string, definition: Definition): NamedDefinition {
  const { qualifiedName, ordinal, kind, line } = definition;
  return { path, qualified_name: qualifiedName, ordinal, kind, line };
}
