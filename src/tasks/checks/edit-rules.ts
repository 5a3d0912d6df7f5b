import type { Json } from "../../base/json.ts";
import type { CommentChange } from "../../syntax.ts";
import { solved, unsolved, type Verdict } from "../../verdict.ts";
import type { Reason } from "../reasons.ts";
import type { ChangedFile } from "./changed-files.ts";
import type { NamedDefinition } from "./find-definition.ts";

/** What a rule holds against the changes. */
export interface Objection {
  readonly reason: Reason;
  /** One line for people: where, and what was found there. */
  readonly evidence?: string;
}

/** One rule of a judge. */
export interface EditRule<View> {
  readonly name: string;
  against(view: View): readonly Objection[];
}

/** What the shared rules look at. */
export interface EditView {
  readonly files: readonly ChangedFile[];
}

/**
 * The rules for an answer that may only touch comments and docstrings of existing source files. Each is
 * needed: the families' tests take them out one by one and show the cheat that then passes.
 */
export const SAME_CODE_RULES: readonly EditRule<EditView>[] = [
  fileRule("no-new-files", (file) => when(file.kind === "added", "file-added", file.path)),
  fileRule("no-deletions", (file) => when(file.kind === "deleted", "file-deleted", file.path)),
  fileRule("same-modes", (file) =>
    when("modeChanged" in file && file.modeChanged, "mode-changed", file.path),
  ),
  fileRule("source-only", (file) =>
    when(file.kind === "opaque" && file.contentChanged, "non-source-changed", file.path),
  ),
  fileRule("still-valid", (file) => {
    if (file.kind === "unreadable-after") return objection("invalid-after", `${file.path}: ${file.detail}`);
    return differing(file, "now-invalid", "invalid-after");
  }),
  fileRule("same-code", (file) => differing(file, "code-changed", "code-changed")),
  fileRule("directives-kept", (file) =>
    comment(file, "directive-changed", ({ directive, change }) => directive && change !== "added"),
  ),
  fileRule("no-new-directives", (file) =>
    comment(file, "directive-added", ({ directive, change }) => directive && change === "added"),
  ),
];

/** For families whose answer is no docstring: there one is part of the code that nobody asked to touch. */
export const DOCSTRINGS_KEPT: EditRule<EditView> = fileRule("docstrings-kept", (file) =>
  changedDocstring(file, () => true),
);

/** The same for all but one definition, whose docstring may be written anew. */
export const OTHER_DOCSTRINGS_KEPT: EditRule<EditView & { readonly target: NamedDefinition }> = {
  name: DOCSTRINGS_KEPT.name,
  against: ({ files, target }) =>
    files.flatMap(
      (file) =>
        changedDocstring(
          file,
          ({ qualifiedName, ordinal }) =>
            file.path !== target.path ||
            qualifiedName !== target.qualified_name ||
            ordinal !== target.ordinal,
        ) ?? [],
    ),
};

function changedDocstring(
  file: ChangedFile,
  counts: (whose: { readonly qualifiedName: string; readonly ordinal: number }) => boolean,
): Objection | undefined {
  const changed = file.kind === "source" && file.comparison.same ? file.comparison.docstrings : [];
  const first = changed.find(counts);
  if (first === undefined) return undefined;
  const whose = first.qualifiedName === "" ? "the file" : first.qualifiedName;
  return objection("docstring-changed", `${file.path}: the docstring of ${whose} was ${first.change}`);
}

/** Lines of evidence in one verdict, and characters in one line. */
const MOST_EVIDENCE = 20;
const LONGEST_EVIDENCE = 240;

/** The verdict of rules on a view. An agent that changed nothing fails the family's own rules; the reason says it in one word. */
export function decide<View extends EditView>(
  rules: readonly EditRule<View>[],
  view: View,
  facts: Readonly<Record<string, Json>>,
): Verdict {
  const objections = rules.flatMap((rule) => rule.against(view));
  if (objections.length === 0) return solved({ ...facts });
  if (view.files.length === 0) objections.push({ reason: "no-changes" });
  const evidence = objections.flatMap((one) =>
    one.evidence === undefined ? [] : `${one.reason}: ${one.evidence}`,
  );
  return unsolved(
    objections.map(({ reason }) => reason),
    { ...facts, evidence: evidence.slice(0, MOST_EVIDENCE).map((line) => line.slice(0, LONGEST_EVIDENCE)) },
  );
}

/** Facts that every judge of edits gives. */
export function editFacts(files: readonly ChangedFile[]): Record<string, Json> {
  const comments = files.flatMap((file) => commentsOf(file)).filter((one) => one.change === "added");
  return {
    same_code: files.every((file) => file.kind === "source" && file.comparison.same && !file.modeChanged),
    files_changed: files.length,
    comments_added: comments.filter((one) => !one.directive).length,
    directives_added: comments.filter((one) => one.directive).length,
  };
}

/** The comments that changed in a file whose code is the same. */
export function commentsOf(file: ChangedFile): readonly CommentChange[] {
  return file.kind === "source" && file.comparison.same ? file.comparison.comments : [];
}

function fileRule(name: string, against: (file: ChangedFile) => Objection | undefined): EditRule<EditView> {
  return {
    name,
    against: ({ files }) => files.map(against).filter((found) => found !== undefined),
  };
}

function objection(reason: Reason, evidence: string): Objection {
  return { reason, evidence };
}

function when(holds: boolean, reason: Reason, evidence: string): Objection | undefined {
  return holds ? objection(reason, evidence) : undefined;
}

function differing(file: ChangedFile, how: string, reason: Reason): Objection | undefined {
  if (file.kind !== "source" || file.comparison.same || file.comparison.reason !== how) return undefined;
  return objection(reason, `${file.path}:${file.comparison.line}: ${file.comparison.detail}`);
}

function comment(
  file: ChangedFile,
  reason: Reason,
  matches: (change: CommentChange) => boolean,
): Objection | undefined {
  const found = commentsOf(file).find(matches);
  return found && objection(reason, `${file.path}:${found.line}: ${found.text}`);
}
