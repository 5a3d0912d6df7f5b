import type { TaskFamily } from "../../task.ts";
import { onePerProject } from "../checks/one-per-project.ts";
import { rememberingSyntaxes } from "../checks/remembered.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { generationCheats } from "./cheats.ts";
import { judgeGeneration } from "./judge.ts";
import { createKnowledge, eligibleDefinitions } from "./knowledge.ts";
import { parseOptions } from "./options.ts";
import { propose } from "./propose.ts";
import { recallBody } from "./recall.ts";

/** Write the body of a function. See docs/tasks/func-gen.md. */
export function funcGen(syntaxes: SyntaxLookup): TaskFamily {
  const knowledgeOf = onePerProject((project) => createKnowledge(project, syntaxes));
  const remembered = rememberingSyntaxes(syntaxes);
  return {
    name: "func-gen",
    graderVersion: 2,
    parseOptions: (options) => ({ ...parseOptions(options) }),
    countEligible: (project) => eligibleDefinitions(project).length,
    propose: (context) => propose(context, remembered, knowledgeOf(context.project)),
    judge: (input) => judgeGeneration(input, remembered),
    cheats: (input) => generationCheats(input, remembered),
    recall: (pair, start) => recallBody(pair, start, remembered),
  };
}
