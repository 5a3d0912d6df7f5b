import type { Json } from "../../base/json.ts";
import { parseValue } from "../../base/json.ts";
import type { JudgeInput } from "../../task.ts";
import type { Verdict } from "../../verdict.ts";
import { agreement } from "../checks/agreement.ts";
import { changedFiles } from "../checks/changed-files.ts";
import {
  decide,
  DOCSTRINGS_KEPT,
  editFacts,
  type EditRule,
  type EditView,
  SAME_CODE_RULES,
} from "../checks/edit-rules.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { type Answer, answerSchema } from "./answer.ts";
import { type NotedFile, notedFiles } from "./notes.ts";

interface IssueView extends EditView {
  readonly answer: Answer;
  readonly noted: readonly NotedFile[];
  readonly hits: readonly NotedFile[];
}

/** A judge's rules as a list, so that each can be taken out to show what it is for. */
export const ISSUE_RULES: readonly EditRule<IssueView>[] = [
  ...SAME_CODE_RULES,
  DOCSTRINGS_KEPT,
  {
    name: "gold-file-commented",
    against: ({ hits, answer }) =>
      hits.length > 0 ? [] : [{ reason: "gold-file-not-commented", evidence: answer.files[0]?.path ?? "" }],
  },
  {
    name: "no-shotgun",
    against: ({ files, hits, answer }) => {
      const tooMany = files.length >= answer.shotgun.files;
      // The quotient, for the product is not exact: 0.2 * 35 is more than 7.
      if (!tooMany || hits.length / files.length >= answer.shotgun.gold_share) return [];
      return [{ reason: "shotgun", evidence: `${files.length} files touched, ${hits.length} of them right` }];
    },
  },
];

/** Judges with all rules. */
export function judgeIssue(input: JudgeInput, syntaxes: SyntaxLookup): Promise<Verdict> {
  return judgeWith(ISSUE_RULES, input, syntaxes);
}

/** Judges with some rules only; for showing that each is needed. */
export async function judgeWith(
  rules: readonly EditRule<IssueView>[],
  input: JudgeInput,
  syntaxes: SyntaxLookup,
): Promise<Verdict> {
  const answer = parseValue(input.answer, answerSchema, "the answer");
  const files = changedFiles(input.changes, syntaxes);
  const noted = notedFiles(files);
  const gold = new Set(answer.files.map(({ path }) => path));
  const hits = noted.filter(({ path }) => gold.has(path));
  const view = { files, answer, noted, hits };
  return decide(rules, view, { ...editFacts(files), ...factsOf(view) });
}

/** `hit@k`: a gold file is among the commented ones, and no more than k were commented; so the order of a diff cannot matter. */
const HIT_AT = [1, 3, 5] as const;

function factsOf({ answer, noted, hits }: IssueView): Record<string, Json> {
  const { precision, recall } = agreement({
    truePositives: hits.length,
    falsePositives: noted.length - hits.length,
    falseNegatives: answer.files.length - hits.length,
  });
  const hitAt = HIT_AT.map((k) => [`hit_at_${k}`, hits.length > 0 && noted.length <= k] as const);
  return {
    gold_files: answer.files.length,
    gold_files_hit: hits.length,
    files_commented: noted.length,
    precision: precision ?? null,
    recall: recall ?? null,
    ...Object.fromEntries(hitAt),
    ...definitionFacts(answer, noted),
  };
}

function definitionFacts(answer: Answer, noted: readonly NotedFile[]): Record<string, Json> {
  const gold = new Set(
    answer.files.flatMap(({ path, definitions }) =>
      definitions.map(({ qualified_name, ordinal }) => `${path} ${qualified_name}#${ordinal}`),
    ),
  );
  const named = new Set(
    noted.flatMap(({ path, definitions }) => [...definitions].map((one) => `${path} ${one}`)),
  );
  const hit = named.intersection(gold).size;
  const { precision, recall } = agreement({
    truePositives: hit,
    falsePositives: named.size - hit,
    falseNegatives: gold.size - hit,
  });
  return {
    gold_definitions: gold.size,
    gold_definitions_hit: hit,
    definition_precision: precision ?? null,
    definition_recall: recall ?? null,
  };
}
