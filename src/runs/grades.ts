import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { Attempt } from "../attempt.ts";
import { readJsonl, writeFileDurably } from "../base/files.ts";
import { refuseNewer } from "../base/format-version.ts";
import { canonicalJson } from "../base/json.ts";
import { verdictSchema } from "../verdict.ts";
import { GRADES } from "../stores/local/layout.ts";

/**
 * Verdicts of a newer grader, beside the record of the run, which is never rewritten. `grades.jsonl` has at most one line for
 * an attempt; readers of a run take it in place of the verdict that the attempt ended with.
 */
export const GRADES_FORMAT = 1;

const gradeSchema = z.strictObject({
  schema_version: z.literal(GRADES_FORMAT),
  attempt: z.string(),
  grader_version: z.int(),
  verdict: verdictSchema,
});
export type SavedGrade = z.infer<typeof gradeSchema>;

export async function readGrades(run: string): Promise<ReadonlyMap<string, SavedGrade>> {
  const grades = new Map<string, SavedGrade>();
  const file = path.join(run, GRADES);
  if (!existsSync(file)) return grades;
  let number = 0;
  const line = z.unknown().transform((row) => {
    refuseNewer(row, GRADES_FORMAT, `${file}:${++number}`);
    return row;
  });
  for await (const grade of readJsonl(file, line.pipe(gradeSchema))) grades.set(grade.attempt, grade);
  return grades;
}

/** Adds verdicts to those saved before, in the order of attempts; the file is replaced whole. */
export async function saveGrades(run: string, grades: readonly SavedGrade[]): Promise<void> {
  const all = new Map(await readGrades(run));
  for (const grade of grades) all.set(grade.attempt, grade);
  const rows = [...all.values()].sort((a, b) => (a.attempt < b.attempt ? -1 : 1));
  await writeFileDurably(path.join(run, GRADES), rows.map((row) => `${canonicalJson(row)}\n`).join(""));
}

/** An attempt with its newest verdict. */
export function withGrade(attempt: Attempt, grade: SavedGrade | undefined): Attempt {
  if (grade === undefined) return attempt;
  return { ...attempt, grader_version: grade.grader_version, verdict: grade.verdict };
}
