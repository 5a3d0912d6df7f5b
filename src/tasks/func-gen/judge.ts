import { parseValue } from "../../base/json.ts";
import type { JudgePlan } from "../../plan.ts";
import type { JudgeInput, Judgement } from "../../task.ts";
import { changedFiles } from "../checks/changed-files.ts";
import {
  decide,
  editFacts,
  type EditRule,
  type EditView,
  OTHER_DOCSTRINGS_KEPT,
  SAME_CODE_RULES,
} from "../checks/edit-rules.ts";
import type { NamedDefinition } from "../checks/find-definition.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { answerSchema, type Oracle } from "./answer.ts";
import { callsPlan } from "./calls-oracle.ts";
import { driverFiles } from "./driver-files.ts";
import type { Candidate } from "./oracle.ts";
import { scriptPlan } from "./script-oracle.ts";
import { testsPlan } from "./tests-oracle.ts";
import { readWritten, type Written } from "./written.ts";

/** What is changed beside the body, and whether the body is. */
export interface GenView extends EditView {
  readonly target: NamedDefinition;
  readonly written: Written;
}

/** What is asked before anything runs, as a list, so that each can be taken out to show what it is for. */
export const GEN_RULES: readonly EditRule<GenView>[] = [
  ...SAME_CODE_RULES,
  OTHER_DOCSTRINGS_KEPT,
  {
    name: "body-written",
    against: ({ written, target }) =>
      written.bodyWritten
        ? []
        : [{ reason: "body-not-written", evidence: `${target.path}: ${target.qualified_name}` }],
  },
];

/** Judges with all rules. */
export function judgeGeneration(input: JudgeInput, syntaxes: SyntaxLookup): Promise<Judgement> {
  return judgeWith(GEN_RULES, input, syntaxes);
}

/** Judges with some rules only; for showing that each is needed. */
export async function judgeWith(
  rules: readonly EditRule<GenView>[],
  input: JudgeInput,
  syntaxes: SyntaxLookup,
): Promise<Judgement> {
  const { target, oracle } = parseValue(input.answer, answerSchema, "the answer");
  const written = await readWritten(input.changes, target, input.start, syntaxes);
  const view: GenView = { files: changedFiles(written.changes, syntaxes), target, written };
  const { same_code: _, files_changed: __, ...commented } = editFacts(view.files);
  const facts = {
    files_changed: input.changes.length,
    imports_added: written.importsAdded,
    ...commented,
  };
  const verdict = decide(rules, view, facts);
  if (verdict.outcome !== "solved") {
    // The body may be all that was changed, and not enough.
    const isTouched = input.changes.length > 0;
    return isTouched
      ? { ...verdict, reasons: verdict.reasons.filter((reason) => reason !== "no-changes") }
      : verdict;
  }
  const candidate = { target, text: written.text, start: input.start, files: await driverFiles(), facts };
  return planOf(oracle, candidate);
}

function planOf(oracle: Oracle, candidate: Candidate): JudgePlan {
  switch (oracle.kind) {
    case "script":
      return scriptPlan(oracle, candidate);
    case "calls":
      return callsPlan(oracle, candidate);
    case "tests":
      return testsPlan(oracle, candidate);
  }
}
