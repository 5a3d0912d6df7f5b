import type { CommentChange } from "../../syntax.ts";
import type { Reason } from "../reasons.ts";
import type { ChangedFile } from "./changed-files.ts";

/** One rule of a judge: what it holds against the changes. */
export interface EditRule<View> {
  readonly name: string;
  against(view: View): readonly Reason[];
}

/** What the shared rules look at. */
export interface EditView {
  readonly files: readonly ChangedFile[];
}

/**
 * The rules for an answer that may only touch comments and docstrings of existing source files. Each is
 * needed: `func-localize/judge.test.ts` takes them out one by one and shows the cheat that then passes.
 */
export const SAME_CODE_RULES: readonly EditRule<EditView>[] = [
  rule("no-new-files", (file) => (file.kind === "added" ? "file-added" : undefined)),
  rule("no-deletions", (file) => (file.kind === "deleted" ? "file-deleted" : undefined)),
  rule("same-modes", (file) => ("modeChanged" in file && file.modeChanged ? "mode-changed" : undefined)),
  rule("source-only", (file) =>
    file.kind === "opaque" && file.contentChanged ? "non-source-changed" : undefined,
  ),
  rule("still-valid", (file) => {
    if (file.kind === "unreadable-after") return "invalid-after";
    const broken =
      file.kind === "source" && !file.comparison.same && file.comparison.reason === "now-invalid";
    return broken ? "invalid-after" : undefined;
  }),
  rule("same-code", (file) => {
    const changed =
      file.kind === "source" && !file.comparison.same && file.comparison.reason === "code-changed";
    return changed ? "code-changed" : undefined;
  }),
  rule("directives-kept", (file) => {
    const lost = commentsOf(file).some((comment) => comment.directive && comment.change !== "added");
    return lost ? "directive-changed" : undefined;
  }),
  rule("no-new-directives", (file) => {
    const added = commentsOf(file).some((comment) => comment.directive && comment.change === "added");
    return added ? "directive-added" : undefined;
  }),
];

function rule(name: string, holds: (file: ChangedFile) => Reason | undefined): EditRule<EditView> {
  return {
    name,
    against: ({ files }) => files.map(holds).filter((reason) => reason !== undefined),
  };
}

/** The comments that changed in a file whose code is the same. */
export function commentsOf(file: ChangedFile): readonly CommentChange[] {
  return file.kind === "source" && file.comparison.same ? file.comparison.comments : [];
}
