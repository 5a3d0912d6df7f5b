import { z } from "zod";
import type { Json } from "../base/json.ts";
import { type Row, RowError } from "../row.ts";

/**
 * Checks the fields that grading needs; all others pass. A field that is null is absent: tables write all columns of all rows.
 * @throws RowError `row-malformed` that names the field.
 */
export function parseRow<T>(row: Row, schema: z.ZodType<T>): T {
  const result = schema.safeParse(withoutNulls(row));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new RowError({
    code: "row-malformed",
    message: `field "${issue?.path.join(".") ?? ""}": ${issue?.message ?? "not as expected"}`,
    hint: "docs/rows.md lists the fields that each shape needs.",
  });
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutNulls(field)]));
}

/** Whether a row says something under that name. */
export function hasField(row: Row, name: string): boolean {
  return row[name] !== undefined && row[name] !== null;
}

/** A line as rows count it, from 0. */
export const lineSchema = z.int().nonnegative();
/** The same, or -1 for "there is none". */
export const optionalLineSchema = z.int().min(-1);

/** What rows of all shapes have. */
export const commonFields = {
  instance_id: z.string().min(1),
  repo: z.string().min(1),
  base_commit: z.string().optional(),
  language: z.string().optional(),
};
