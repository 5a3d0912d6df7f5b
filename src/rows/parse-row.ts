import { z } from "zod";
import { type Row, RowError } from "../row.ts";

/** Checks the fields that grading needs; all others pass. @throws RowError `row-malformed` that names the field. */
export function parseRow<T>(row: Row, schema: z.ZodType<T>): T {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new RowError({
    code: "row-malformed",
    message: `field "${issue?.path.join(".") ?? ""}": ${issue?.message ?? "not as expected"}`,
    hint: "docs/rows.md lists the fields that each shape needs.",
  });
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
