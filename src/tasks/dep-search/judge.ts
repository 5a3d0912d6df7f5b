import type { Json } from "../../base/json.ts";
import { parseValue } from "../../base/json.ts";
import type { JudgeInput } from "../../task.ts";
import type { Verdict } from "../../verdict.ts";
import { changedFiles } from "../checks/changed-files.ts";
import {
  decide,
  DOCSTRINGS_KEPT,
  editFacts,
  type EditRule,
  type EditView,
  type Objection,
  SAME_CODE_RULES,
} from "../checks/edit-rules.ts";
import { agreement } from "../checks/agreement.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import type { Reason } from "../reasons.ts";
import { answerSchema } from "./answer.ts";
import { findMarks, type Marks } from "./marks.ts";

interface SearchView extends EditView {
  readonly marks: Marks;
}

/** A judge's rules as a list, so that each can be taken out to show what it is for. */
export const SEARCH_RULES: readonly EditRule<SearchView>[] = [
  ...SAME_CODE_RULES,
  DOCSTRINGS_KEPT,
  markRule("all-marked", "dependency-not-marked", ({ missing }) =>
    missing.map(({ path, qualified_name }) => `${path}: ${qualified_name}`),
  ),
  markRule("no-others-marked", "not-a-dependency", ({ others }) => others),
  markRule("marks-in-place", "marker-misplaced", ({ misplaced }) => misplaced),
  markRule("marked-once", "marked-twice", ({ duplicates }) => duplicates),
];

function markRule(
  name: string,
  reason: Reason,
  places: (marks: Marks) => readonly string[],
): EditRule<SearchView> {
  return {
    name,
    against: ({ marks }): Objection[] => places(marks).map((evidence) => ({ reason, evidence })),
  };
}

/** Judges with all rules. */
export function judgeSearch(input: JudgeInput, syntaxes: SyntaxLookup): Promise<Verdict> {
  return judgeWith(SEARCH_RULES, input, syntaxes);
}

/** Judges with some rules only; for showing that each is needed. */
export async function judgeWith(
  rules: readonly EditRule<SearchView>[],
  input: JudgeInput,
  syntaxes: SyntaxLookup,
): Promise<Verdict> {
  const answer = parseValue(input.answer, answerSchema, "the answer");
  const files = changedFiles(input.changes, syntaxes);
  const marks = findMarks(files, answer);
  return decide(rules, { files, marks }, { ...editFacts(files), ...factsOf(marks) });
}

function factsOf({ found, missing, duplicates, others, misplaced }: Marks): Record<string, Json> {
  const falsePositives = others.length + misplaced.length;
  return {
    dependencies: found.length + missing.length,
    ...agreement({
      truePositives: found.length,
      falsePositives,
      falseNegatives: missing.length,
    }),
    duplicates: duplicates.length,
    misplaced: misplaced.length,
  };
}
