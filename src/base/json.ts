import { z } from "zod";
import { InputError } from "./errors.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export const jsonSchema: z.ZodType<Json> = z.json();

/** JSON with sorted keys and no spaces: the form that is hashed and written, so that equal values are equal bytes. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

/** Parses one JSON text with a schema; `place` (such as `instances.jsonl:3`) leads the message. */
export function parseJson<T>(text: string, schema: z.ZodType<T>, place: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InputError({
      code: "malformed-json",
      message: `${place}: not valid JSON`,
      hint: "Check that the file is complete; a half-written file must be made again.",
      fields: { place },
      cause,
    });
  }
  return parseValue(value, schema, place);
}

/** Checks a value against a schema; the error names the field and what was wrong with it. */
export function parseValue<T>(value: unknown, schema: z.ZodType<T>, place: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  throw new InputError({
    code: "malformed-row",
    message: `${place}: ${field === "" ? "" : `field "${field}": `}${issue?.message ?? "not as expected"}`,
    hint: "Correct the row, or make the file again with this version.",
    fields: { place, field },
  });
}
