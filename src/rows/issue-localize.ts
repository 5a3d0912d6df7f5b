import { z } from "zod";
import type { FilePatch } from "../diff.ts";
import { applyDiff } from "../diffs/apply.ts";
import { lineEdits } from "../diffs/changed-lines.ts";
import { parseDiff } from "../diffs/parse.ts";
import { rowMismatch, type RowShape } from "../row.ts";
import type { Syntax } from "../syntax.ts";
import { changedDefinitions } from "../tasks/checks/changed-definitions.ts";
import { fileRole, isTestName } from "../tasks/checks/role.ts";
import { type GoldFile, goldDefinitions } from "../tasks/issue-localize/answer.ts";
import type { Tree } from "../tree.ts";
import { readRowFile } from "./locate.ts";
import { commonFields, hasField, parseRow } from "./parse-row.ts";

const rowSchema = z.object({
  ...commonFields,
  patch: z.string().min(1),
  problem_statement: z.string().optional(),
});

/** Rows in the shape of SWE-bench, SWE-Gym and SWE-rebench: an issue, and the patch that settles it. */
export function issueLocalizeRows(syntaxOf: (path: string) => Syntax | undefined): RowShape {
  return {
    name: "issue_localize",
    task: "issue-localize",
    recognises: (row) => typeof row["patch"] === "string" && !hasField(row, "eval_script"),
    async read(row, source) {
      const { patch, problem_statement } = parseRow(row, rowSchema);
      const bytes = Buffer.from(patch);
      const parsed = parseDiff(bytes);
      if ("reason" in parsed) throw rowMismatch(`its patch cannot be read: ${parsed.detail}`);
      const gold = goldPatches(parsed.files, source, syntaxOf);
      // A patch that is not for this very tree still names the files; its lines are then worth nothing.
      const { applied } = await applyDiff(source, bytes);
      const files: GoldFile[] = [];
      for (const file of gold) files.push(await goldFile(file, source, syntaxOf, applied));
      const [first] = files;
      return {
        language: syntaxOf(first?.path ?? "")?.language ?? "",
        instruction: problem_statement ?? "",
        answer: { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) },
        starts: [{ tree: source }],
      };
    },
  };
}

/** Changes of existing source files. Whatever lies in a folder of tests is left out, unless nothing else is there: some projects ship such. */
function goldPatches(
  files: readonly FilePatch[],
  source: Tree,
  syntaxOf: (path: string) => Syntax | undefined,
): (FilePatch & { readonly oldPath: string })[] {
  const existing = files.flatMap((file) => {
    const { oldPath } = file;
    const isThere = oldPath !== undefined && file.change !== "copy" && source.entry(oldPath) !== undefined;
    return isThere && syntaxOf(oldPath) !== undefined ? [{ ...file, oldPath }] : [];
  });
  const sources = existing.filter(({ oldPath }) => fileRole(oldPath) !== "test");
  const chosen = sources.length > 0 ? sources : existing.filter(({ oldPath }) => !isTestName(oldPath));
  if (chosen.length > 0) return chosen;
  throw rowMismatch("its patch changes no source file that is there, tests and new files not counted");
}

async function goldFile(
  patch: FilePatch & { readonly oldPath: string },
  source: Tree,
  syntaxOf: (path: string) => Syntax | undefined,
  applied: boolean,
): Promise<GoldFile> {
  const path = patch.oldPath;
  if (!applied || patch.content.kind !== "text") return { path, definitions: [] };
  const file = await readRowFile(source, path, syntaxOf);
  const edits = patch.content.hunks.flatMap((hunk) => lineEdits(hunk));
  return { path, definitions: goldDefinitions(changedDefinitions(file.outline, file.source.text, edits)) };
}
