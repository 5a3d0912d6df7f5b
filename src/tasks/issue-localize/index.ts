import type { Grader } from "../../task.ts";
import type { Verdict } from "../../verdict.ts";
import { rememberingSyntaxes } from "../checks/remembered.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { judgeIssue } from "./judge.ts";

/** Say in comments which places an issue asks to change. See docs/tasks/issue-localize.md. */
export function issueLocalize(syntaxes: SyntaxLookup): Grader<Verdict> {
  const remembered = rememberingSyntaxes(syntaxes);
  return {
    name: "issue-localize",
    graderVersion: 1,
    judge: (input) => judgeIssue(input, remembered),
  };
}
