import type { TaskFamily } from "../../task.ts";
import type { Verdict } from "../../verdict.ts";
import { rememberingSyntaxes } from "../checks/remembered.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { issueCheats } from "./cheats.ts";
import { judgeIssue } from "./judge.ts";
import { parseOptions } from "./options.ts";
import { propose } from "./propose.ts";
import { recallFix } from "./recall.ts";

/** Say in comments which places an issue asks to change. See docs/tasks/issue-localize.md. */
export function issueLocalize(syntaxes: SyntaxLookup): TaskFamily<Verdict> {
  const remembered = rememberingSyntaxes(syntaxes);
  return {
    name: "issue-localize",
    graderVersion: 1,
    parseOptions: (options) => ({ ...parseOptions(options) }),
    countEligible: () => undefined,
    propose: (context) => propose(context, remembered),
    judge: (input) => judgeIssue(input, remembered),
    cheats: (input) => issueCheats(input, remembered),
    recall: async (pair) => recallFix(pair),
  };
}
