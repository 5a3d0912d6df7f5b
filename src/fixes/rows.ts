import { z } from "zod";
import { parseDiff } from "../diffs/parse.ts";
import { applyDiff } from "../diffs/apply.ts";
import type { FilePatch } from "../diff.ts";
import type { Fix, Fixes, RefusedFix } from "../fix.ts";
import type { PathChange } from "../history.ts";
import { type Row, RowError } from "../row.ts";
import { commonFields, parseRow } from "../rows/parse-row.ts";

const rowSchema = z.object({
  ...commonFields,
  base_commit: z.string().regex(/^[0-9a-f]{7,40}$/i, "not a commit id"),
  problem_statement: z.string().min(1),
  patch: z.string().min(1),
  created_at: z.union([z.string(), z.number()]).optional(),
});
type FixRow = z.infer<typeof rowSchema>;

/** The fixes that rows in the shape of SWE-bench, SWE-Gym and SWE-rebench tell of. Hints are not used: they were written later. */
export function rowFixes(rows: readonly Row[]): Fixes {
  return async function* () {
    for (const row of rows) yield readFix(row);
  };
}

function readFix(row: Row): Fix | RefusedFix {
  const name = typeof row["instance_id"] === "string" ? row["instance_id"] : "";
  try {
    return fixOf(parseRow(row, rowSchema));
  } catch (error) {
    if (error instanceof RowError) return { name, refused: error.code, detail: error.message };
    throw error;
  }
}

function fixOf(row: FixRow): Fix | RefusedFix {
  const bytes = Buffer.from(row.patch);
  const parsed = parseDiff(bytes);
  if ("reason" in parsed) return { name: row.instance_id, refused: "patch-malformed", detail: parsed.detail };
  const writtenAt = secondsOf(row.created_at);
  return {
    name: row.instance_id,
    base: row.base_commit.toLowerCase(),
    paths: parsed.files.flatMap(pathChanges),
    async changes(base) {
      const applied = await applyDiff(base, bytes);
      return applied.applied ? applied.changes : { refused: "patch-does-not-apply", detail: applied.detail };
    },
    issue: async () => ({
      text: row.problem_statement,
      source: "row",
      ...(writtenAt === undefined ? {} : { writtenAt }),
    }),
  };
}

function pathChanges({ change, oldPath, newPath }: FilePatch): PathChange[] {
  if (oldPath !== undefined && oldPath === newPath) return [{ kind: "modified", path: oldPath }];
  const gone =
    oldPath !== undefined && change !== "copy" ? [{ kind: "deleted" as const, path: oldPath }] : [];
  const come = newPath === undefined ? [] : [{ kind: "added" as const, path: newPath }];
  return [...gone, ...come];
}

/** Dates as rows write them: ISO, or milliseconds. */
function secondsOf(date: string | number | undefined): number | undefined {
  const time = typeof date === "string" ? Date.parse(date) : date;
  return time === undefined || Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}
