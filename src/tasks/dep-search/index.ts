import type { TaskFamily } from "../../task.ts";
import type { Verdict } from "../../verdict.ts";
import { onePerProject } from "../checks/one-per-project.ts";
import { rememberingSyntaxes } from "../checks/remembered.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { searchCheats } from "./cheats.ts";
import { judgeSearch } from "./judge.ts";
import { createKnowledge, eligibleDefinitions } from "./knowledge.ts";
import { parseOptions } from "./options.ts";
import { propose } from "./propose.ts";
import { recallDependencies } from "./recall.ts";

/** Mark every definition that a function calls. See docs/tasks/dep-search.md. */
export function depSearch(syntaxes: SyntaxLookup): TaskFamily<Verdict> {
  const knowledgeOf = onePerProject((project) => createKnowledge(project, syntaxes));
  const remembered = rememberingSyntaxes(syntaxes);
  return {
    name: "dep-search",
    graderVersion: 1,
    parseOptions: (options) => ({ ...parseOptions(options) }),
    countEligible: (project) => eligibleDefinitions(project).length,
    propose: (context) => propose(context, remembered, knowledgeOf(context.project)),
    judge: (input) => judgeSearch(input, remembered),
    cheats: (input) => searchCheats(input, remembered),
    recall: async (pair) => recallDependencies(pair),
  };
}
