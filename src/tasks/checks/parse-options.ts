import type { z } from "zod";
import { InputError } from "../../base/errors.ts";
import type { Json } from "../../base/json.ts";

/** A family's knobs with their defaults. @throws InputError that lists the known options, or says what an option takes. */
export function parseOptionsOf<Shape extends z.ZodRawShape>(
  family: string,
  schema: z.ZodObject<Shape>,
  options: Record<string, Json>,
): z.infer<z.ZodObject<Shape>> {
  const known = Object.keys(schema.shape);
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new InputError({
      code: "unknown-option",
      message: `${family} has no option ${unknown.map((name) => `"${name}"`).join(", ")}`,
      hint: `Its options are ${known.join(", ")}.`,
      fields: { unknown, known },
    });
  }
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const name = String(issue?.path[0] ?? "");
  throw new InputError({
    code: "wrong-option",
    message: `${family}: option "${name}": ${issue?.message ?? "not as expected"}`,
    hint: `docs/tasks/${family}.md lists what each option takes.`,
    fields: { option: name },
  });
}
