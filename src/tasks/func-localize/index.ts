import type { TaskFamily } from "../../task.ts";
import type { Verdict } from "../../verdict.ts";
import { onePerProject } from "../checks/one-per-project.ts";
import { rememberingSyntaxes } from "../checks/remembered.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { localizeCheats } from "./cheats.ts";
import { judgeLocalization } from "./judge.ts";
import { createKnowledge, eligibleDefinitions } from "./knowledge.ts";
import { parseOptions } from "./options.ts";
import { propose } from "./propose.ts";
import { recallTargets } from "./recall.ts";

/** Find the definition that is described and write its docstring. See docs/tasks/func-localize.md. */
export function funcLocalize(syntaxes: SyntaxLookup): TaskFamily<Verdict> {
  const knowledgeOf = onePerProject((project) => createKnowledge(project, syntaxes));
  // For drafts and judgements only: what is read for an index is read once.
  const remembered = rememberingSyntaxes(syntaxes);
  return {
    name: "func-localize",
    graderVersion: 3,
    parseOptions: (options) => ({ ...parseOptions(options) }),
    countEligible: (project) => eligibleDefinitions(project).length,
    propose: (context) => propose(context, remembered, knowledgeOf(context.project)),
    judge: (input) => judgeLocalization(input, remembered),
    cheats: (input) => localizeCheats(input, remembered),
    recall: async (pair) => recallTargets(pair),
  };
}
